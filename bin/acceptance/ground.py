"""What a run makes before anything is asked, in order; each step's resources carry the run's tag."""

import json

from . import run, stack
from .rows import Failed

TRUST = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"Service": "ecs-tasks.amazonaws.com"}, "Action": "sts:AssumeRole"}]}  # fmt: skip
STACK = "Slipway is deployed"
REPOSITORY = "an ECR repository is there"
CLUSTER = "an ECS cluster is there"
CAPTURE = "events are captured in a queue"
IMAGE = "a public image is copied into ECR"
ROLES = "the tasks' role is there"
NETWORK = "tasks have subnets"


def create_bucket(world):
    region = world.target.region
    where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    s3 = world.clients("s3")
    s3.create_bucket(Bucket=world.name, **where)
    try:
        s3.put_bucket_tagging(Bucket=world.name, Tagging={"TagSet": run.tags(world.name)})
    except BaseException:
        # without the tag nobody would remove it
        s3.delete_bucket(Bucket=world.name)
        raise


def deploy_stack(world, package, settings):
    left_out = []

    def known(document):
        import ministack_template

        document, left_out[:] = ministack_template.known(document)
        return document

    file = stack.template(package, world.directory, *([known] if world.target.name == "ministack" else []))
    stack.sam_deploy(world.target, world.name, run.TAG, file, settings, world.directory / "sam-deploy.log")
    return f"without what MiniStack does not know: {', '.join(kind for _, kind in left_out)}" if left_out else None


def stack_is_there(world):
    outputs = stack.outputs(world.clients("cloudformation"), world.stack)
    empty = [name for name, value in outputs.items() if not value]
    if not outputs or empty:
        raise Failed(f"the stack {world.stack} has no value for {empty or 'any output'}")
    world.outputs = outputs


def create_repository(world):
    world.clients("ecr").create_repository(repositoryName=world.name, tags=run.tags(world.name))


def create_cluster(world):
    world.clients("ecs").create_cluster(clusterName=world.name, tags=run.tags(world.name, "key", "value"))


def create_log_group(world):
    logs = world.clients("logs")
    logs.create_log_group(logGroupName=f"/{run.TAG}/{world.name}", tags={run.TAG: world.name})


def create_role(world, suffix, trust, statements=(), managed=()):
    """A role in the path of all runs; returns its ARN."""
    iam, role = world.clients("iam"), f"{world.name}-{suffix}"
    arn = iam.create_role(
        RoleName=role, Path=f"/{run.TAG}/", AssumeRolePolicyDocument=json.dumps(trust), Tags=run.tags(world.name),
        Description="of `make acceptance` of Slipway; to be removed",
    )["Role"]["Arn"]  # fmt: skip
    if statements:
        policy = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
        iam.put_role_policy(RoleName=role, PolicyName="acceptance", PolicyDocument=policy)
    for each in managed:
        iam.attach_role_policy(RoleName=role, PolicyArn=each)
    return arn


EXECUTION = (
    {"Effect": "Allow", "Action": "ecr:GetAuthorizationToken", "Resource": "*"},
    {"Effect": "Allow", "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:BatchCheckLayerAvailability"],
     "Resource": "arn:aws:ecr:*:*:repository/NAME"},
    {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"},
)  # fmt: skip


def execution_statements(name):
    return json.loads(json.dumps(EXECUTION).replace("NAME", name))


def create_execution_role(world):
    world.execution_role = create_role(world, "execution", TRUST, execution_statements(world.name))


def choose_subnets(world, given):
    """Those that are given, or the default VPC's."""
    if given:
        world.subnets = given
        return ", ".join(given)
    subnets = world.clients("ec2").describe_subnets(Filters=[{"Name": "default-for-az", "Values": ["true"]}])["Subnets"]
    if not subnets:
        raise Failed("the Region has no default VPC: say SUBNETS=subnet-…, of public subnets")
    world.subnets = sorted(it["SubnetId"] for it in subnets)[:3]
    return "of the default VPC"


def copy_image(world):
    world.connect_registry()
    return f"{len(world.base.layers)} layers, {sum(it['size'] for it in world.base.layers) / 1e6:.1f} MB"


def make(world, rows, package, subnets):
    """Makes everything, with a row for each step."""
    settings = stack.parameters(world.name, run.TAG)
    world.settings = settings
    world.package = package
    rows.check("a bucket takes the package", lambda: create_bucket(world), ["sam"])
    rows.check("sam deploy", lambda: deploy_stack(world, package, settings), ["sam"], ["a bucket takes the package"])
    rows.check(STACK, lambda: stack_is_there(world))
    rows.check(CAPTURE, lambda: world.create_capture())
    rows.check("queues take their message group from the event", lambda: world.create_groups())
    rows.check(REPOSITORY, lambda: create_repository(world))
    rows.check(CLUSTER, lambda: create_cluster(world))
    rows.check("a log group is there", lambda: create_log_group(world))
    rows.check(ROLES, lambda: create_execution_role(world), ["iam"])
    rows.check(NETWORK, lambda: choose_subnets(world, subnets), ["network"])
    rows.check(IMAGE, lambda: copy_image(world), ["registry"], [REPOSITORY])


def needed(rows):
    """The rows without which no service can run here."""
    return [it for it in (STACK, CAPTURE, REPOSITORY, CLUSTER, ROLES, NETWORK, IMAGE) if rows.verdict(it) != "skipped"]
