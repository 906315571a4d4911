"""The story of docs/demo.md and docs/operating.md as rows: what Slipway promises, seen from outside."""

import json
import os
import pathlib
import shutil
import subprocess
import time

from . import metering
from .rows import Failed, Skip
from .stack import sam_deploy
from .run import TAG

# Where the provider lies on a machine without the network, as bin/terraform says.
MIRROR = pathlib.Path(os.environ.get("TERRAFORM_MIRROR", "/opt/tf-plugins"))
FUNCTIONS = ("deploy", "rollout", "query", "operate", "promote", "sweep", "replay")
START = "two services run the first image"
FOLLOW = "slipway follow: the services follow their environments"
TERRAFORM_IMPORTS = "terraform imports the service"
GOOD = "a good push is deployed"
PROMOTE = "slipway promote: production gets what staging runs"
BROKEN = "a broken push fails, and ECS rolls it back"


def holds(what, condition):
    if not condition:
        raise Failed(f"not true: {what}")


def start(world):
    world.push("good", "staging", "first")
    world.pusher.put(image_of(world, "staging"), media_type(world, "staging"), "production")
    for service in ("web-staging", "web-production"):
        revision = world.register(service, world.uri(":" + service.removeprefix("web-")))
        world.create_service(service, revision)
    for service in ("web-staging", "web-production"):
        world.await_(f"{service} runs the first image",
                     lambda service=service: world.at_rest(service) and len(world.running(service)) == 1)  # fmt: skip
    holds("its digest is the one that was pushed", world.running("web-staging") == {world.pushed["first"]})


def image_of(world, tag):
    answer = world.clients("ecr").batch_get_image(repositoryName=world.name, imageIds=[{"imageTag": tag}])
    return answer["images"][0]["imageManifest"].encode()


def media_type(world, tag):
    return json.loads(image_of(world, tag))["mediaType"]


def follow(world):
    for environment in ("staging", "production"):
        world.slipway("follow", f"{world.name}/web-{environment}", environment, "--yes")
    said = world.slipway("status")
    holds("`slipway status` knows both", all(f"web-{it}" in said for it in ("staging", "production")))
    world.await_("both are up to date", lambda: world.slipway("status").count("up to date") >= 2)


def history(world, service):
    return world.slipway("history", f"{world.name}/{service}")


def rolled_to(world, service, digest):
    world.await_(
        f"{service} runs {digest[7:19]} alone",
        lambda: world.at_rest(service) and world.running(service) == {digest},
    )


def good(world):
    began = time.monotonic()
    world.push("good", "staging", "good")
    rolled_to(world, "web-staging", world.pushed["good"])
    took = time.monotonic() - began
    world.await_("history says deployed", lambda: f"{world.pushed['good'][7:19]}  staging  deployed" in history(world, "web-staging"))
    return f"{took:.0f} s from the push to new tasks alone"


def promote(world):
    world.slipway("promote", "staging", "production", "--yes")
    rolled_to(world, "web-production", world.pushed["good"])


def fails(kind, what):
    def check(world):
        before = world.running("web-staging")
        deployments_before = len(world.service_deployments("web-staging"))
        world.push(kind, "staging", what)
        world.await_("Slipway deploys it", lambda: len(world.service_deployments("web-staging")) > deployments_before)
        world.await_("ECS rolls it back",
                     lambda: world.service_deployments("web-staging")[0]["status"] == "ROLLBACK_SUCCESSFUL")  # fmt: skip
        world.await_("the service is back where it was", lambda: world.at_rest("web-staging") and world.running("web-staging") == before)
        world.await_("history says rolled back", lambda: "rolled back" in history(world, "web-staging").splitlines()[2])
        said = world.slipway("explain", f"{world.name}/web-staging", allowed=(0, 3))
        holds("the image is blocked", f"image {world.pushed[what][7:19]} of {world.name} is blocked" in " ".join(said.split()))
        return next((line for line in history(world, "web-staging").splitlines() if "rolled back: " in line), None)

    return check


def reason(world):
    said = " ".join(history(world, "web-staging").split())
    holds(f"the history names the exit code and the last log line:\n{said}", "exited with 1" in said)


def rollback(world):
    world.slipway("rollback", f"{world.name}/web-production", "--yes")
    rolled_to(world, "web-production", world.pushed["first"])
    said = world.slipway("status")
    holds("production is pinned", "pinned" in said)


def pause(world):
    service = f"{world.name}/web-staging"
    world.slipway("pause", service, "--yes", "--note", "acceptance")
    before = world.running("web-staging")
    world.push("good", "staging", "held")
    world.await_("Slipway holds it", lambda: "paused" in world.slipway("status", service))
    world.settle()
    holds("the service runs what it ran", world.running("web-staging") == before)
    world.slipway("resume", service, "--yes")
    rolled_to(world, "web-staging", world.pushed["held"])


def dead_letter(world):
    body = json.dumps({"detail": {"repository": world.name, "made by": TAG}})
    world.clients("sqs").send_message(QueueUrl=world.outputs["DeployQueueUrl"], MessageBody=body)
    world.await_("it becomes a dead letter", lambda: "malformed" in world.slipway("replay", "list"))
    identifier = world.slipway("replay", "list").split()[0]
    world.slipway("replay", "discard", identifier, "--yes")
    world.await_("it is gone", lambda: "malformed" not in world.slipway("replay", "list"))


def archive(world):
    # EventBridge takes some minutes until an event can be replayed: what is asked here is whether it takes the replay
    return world.slipway("replay", "archive", "--from", "2h", "--yes").splitlines()[0]


def alias_settings(world):
    functions, wrong = world.clients("lambda"), []
    for name in FUNCTIONS:
        live = functions.get_function_configuration(FunctionName=f"{world.stack}-{name}", Qualifier="live")
        if not live["Version"].isdigit() or live["MemorySize"] != 1024 or live["Runtime"] != "java25":
            wrong.append(f"{name}: version {live['Version']}, {live['MemorySize']} MB, {live['Runtime']}")
        snapshots = live.get("SnapStart", {})
        if "lambda platform" not in world.target.lacks and snapshots.get("OptimizationStatus") != "On":
            wrong.append(f"{name}: SnapStart is {snapshots}")
    holds("every alias live is a version as the template says: " + "; ".join(wrong), not wrong)


def alias_changes(world):
    """A change of a parameter alone reaches the alias: https://github.com/aws/serverless-application-model/issues/3820"""
    functions = world.clients("lambda")
    before = functions.get_function_configuration(FunctionName=f"{world.stack}-query", Qualifier="live")["Version"]
    sam_deploy(world.target, world.name, TAG, world.directory / "template.yaml", world.settings | {"MemorySize": "1280"},
               world.directory / "sam-deploy.log")  # fmt: skip
    live = functions.get_function_configuration(FunctionName=f"{world.stack}-query", Qualifier="live")
    holds(f"the alias has 1280 MB, not {live['MemorySize']}", live["MemorySize"] == 1280)
    holds("and is another version", live["Version"] != before)
    return f"version {before} → {live['Version']}"


def permissions(world):
    """No function was refused anything."""
    logs, denied = world.clients("logs"), []
    for name in FUNCTIONS:
        events = logs.filter_log_events(logGroupName=f"/aws/lambda/{world.stack}-{name}", filterPattern='"AccessDenied"')
        denied += [f"{name}: {it['message'][:300]}" for it in events["events"]]
    holds("no function's log has AccessDenied:\n" + "\n".join(denied), not denied)


def boundary(world):
    """The tag is the boundary: DeployFunction's role may not update a service without it."""
    iam = world.clients("iam")
    role = world.clients("lambda").get_function_configuration(FunctionName=f"{world.stack}-deploy")["Role"]
    service = f"arn:aws:ecs:{world.target.region}:{world.account}:service/{world.name}/lab"

    def decision(context):
        return iam.simulate_principal_policy(
            PolicySourceArn=role, ActionNames=["ecs:UpdateService"], ResourceArns=[service], ContextEntries=context
        )["EvaluationResults"][0]["EvalDecision"]

    following = {"ContextKeyName": "aws:ResourceTag/slipway:environment", "ContextKeyValues": ["staging"],
                 "ContextKeyType": "string"}  # fmt: skip
    holds("with the tag it may", decision([following]) == "allowed")
    holds("without the tag it may not", decision([]) != "allowed")


def reports(world):
    """Every platform.report of the run, by function."""
    found = {}
    for name in FUNCTIONS:
        pages = world.clients("logs").get_paginator("filter_log_events")
        lines = pages.paginate(logGroupName=f"/aws/lambda/{world.stack}-{name}", filterPattern="report")
        found[name] = [it for page in lines for event in page["events"] if (it := metering.report(event["message"].strip()))]
    return found


def times(world):
    world.reports = reports(world)
    if not any(world.reports.values()):
        raise Failed("no function's log has a platform.report")
    return "\n".join(metering.summary(name, found) for name, found in world.reports.items() if found)


TERRAFORM = """\
terraform {{
  required_providers {{
    aws = {{
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }}
  }}
}}
provider "aws" {{
  region = "{region}"
{provider}}}
import {{
  to = aws_ecs_service.web
  id = "{name}/web-staging"
}}
resource "aws_ecs_service" "web" {{
  name            = "web-staging"
  cluster         = "{cluster}"
  task_definition = "{revision}"
  desired_count   = 1
  launch_type     = "FARGATE"
  propagate_tags  = "SERVICE"
  network_configuration {{
    subnets          = {subnets}
    assign_public_ip = {public}
  }}
  deployment_circuit_breaker {{
    enable   = true
    rollback = true
  }}
  tags = {{ "slipway:environment" = "staging", "{tag}" = "{name}" }}
  lifecycle {{ ignore_changes = [task_definition] }}
}}
"""
SIMULATED = """\
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_region_validation      = true
  endpoints {{
    ecs = "{0}"
    sts = "{0}"
    iam = "{0}"
  }}
"""


def terraform_imports(world):
    """Terraform takes the service into its state as it is."""
    if not shutil.which("terraform"):
        raise Skip("terraform is not installed")
    here = terraform_directory(world)
    here.mkdir()
    described = world.service("web-staging")
    text = TERRAFORM.format(
        region=world.target.region, name=world.name, tag=TAG, revision=described["taskDefinition"],
        cluster=described["clusterArn"], subnets=json.dumps(world.subnets),
        provider="" if world.target.name == "aws" else SIMULATED.format(world.target.endpoint),
        public="true" if world.target.name == "aws" else "false",
    )  # fmt: skip
    (here / "main.tf").write_text(text, "utf-8")
    code, said = _terraform(world, "init")
    if code:
        raise Skip("terraform cannot get its AWS provider: `terraform init` ends with an error")
    code, said = _terraform(world, "apply", "-auto-approve")
    holds(f"terraform imports the service:\n{said}", code == 0)


def terraform_plans(world):
    """What Slipway has done since is no change to Terraform."""
    code, said = _terraform(world, "plan", "-detailed-exitcode")
    changes = [line for line in said.splitlines() if line.strip()[:2] in ("~ ", "+ ", "- ", "-/")]
    holds("terraform plan says No changes, not:\n" + "\n".join(changes or said.splitlines()[-5:]), code == 0)


def terraform_directory(world):
    return world.directory / "terraform"


def _terraform(world, command, *arguments):
    here = terraform_directory(world)
    environment = world.target.environment()
    environment.pop("AWS_ENDPOINT_URL", None)  # the provider has its own; an account has none
    if not os.path.isfile(environment.get("TF_CLI_CONFIG_FILE", "")) and (MIRROR / "registry.terraform.io/hashicorp/aws").is_dir():
        (here / "terraform.rc").write_text(f'provider_installation {{\n  filesystem_mirror {{ path = "{MIRROR}" }}\n}}\n', "utf-8")
        environment["TF_CLI_CONFIG_FILE"] = str(here / "terraform.rc")
    done = subprocess.run(["terraform", command, "-no-color", "-input=false", *arguments], cwd=here, env=environment,
                          stdin=subprocess.DEVNULL, capture_output=True, text=True)  # fmt: skip
    return done.returncode, (done.stdout + done.stderr).strip()


def tell(world, rows, ground):
    """All rows of the story, in order."""
    alive = ["functions", "rollouts", "aws events"]

    def check(name, function, needs=(), after=()):
        return rows.check(name, lambda: function(world), needs, after)

    check("every alias live is a version with the template's settings", alias_settings, after=[ground.STACK])
    check(START, start, alive, ground.needed(rows))
    check(FOLLOW, follow, alive, [START])
    check(TERRAFORM_IMPORTS, terraform_imports, alive, [FOLLOW])
    check(GOOD, good, alive, [FOLLOW])
    check(PROMOTE, promote, alive, [GOOD])
    check(BROKEN, fails("broken", "broken"), alive, [GOOD])
    check("the reason is the container's exit", reason, alive, [BROKEN])
    check("an unhealthy push fails, and ECS rolls it back", fails("unhealthy", "unhealthy"), alive, [GOOD])
    check("slipway rollback: production goes back, and is pinned", rollback, alive, [PROMOTE])
    check("slipway pause holds a push, resume deploys it", pause, alive, [GOOD])
    check("a malformed message is a dead letter, and is discarded", dead_letter, alive, [FOLLOW])
    check("slipway replay archive: pushes are replayed", archive, [*alive, "archive"], [GOOD])
    check("terraform plan has no changes after all that", terraform_plans, alive, [TERRAFORM_IMPORTS, GOOD])
    check("no function was refused anything", permissions, alive, [FOLLOW])
    check("the tag bounds what DeployFunction may update", boundary, ["iam", "session policies"], [ground.STACK])
    check("a changed parameter reaches the aliases", alias_changes, ["sam", "stack updates"], [ground.STACK])
