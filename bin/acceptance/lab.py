"""Experiments with services that Slipway does not follow: each makes ECS say something that nobody has written down.

Every experiment is a row; what it learned is in world.learned under its name.
"""

import json
import time

import botocore.exceptions

from . import ground, images, run

ENDED = ("SUCCESSFUL", "STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED")


def error_of(function):
    """AWS's refusal as a value; None if it did not refuse."""
    try:
        function()
    except botocore.exceptions.ClientError as error:
        return {"operation": error.operation_name, "code": error.response["Error"]["Code"],
                "message": error.response["Error"]["Message"]}  # fmt: skip
    return None


def ended(world, service, since=0):
    """Waits until the newest deployment, of more than there were, has ended; returns it."""
    world.await_(f"{service}: a deployment ends", lambda: len(deployments := world.service_deployments(service)) > since
                 and deployments[0]["status"] in ENDED)  # fmt: skip
    return world.service_deployments(service)[0]


def update(world, service, **change):
    world.clients("ecs").update_service(cluster=world.name, service=service, **change)


def lab_image(world, kind, tag):
    world.push(kind, tag, tag)
    return world.uri("@" + world.pushed[tag])


def first_fails(world):
    world.create_service("lab-first", world.register("lab-first", lab_image(world, "broken", "lab-broken")))
    deployment = ended(world, "lab-first")
    world.settle()
    update(world, "lab-first", desiredCount=0)
    return {"serviceDeployment": deployment, "seen": world.seen.pop("lab-first"), "events": of(world, "lab-first")}


def of(world, service):
    return world.captured("ECS Deployment State Change", lambda it: it["resources"][0].endswith("/" + service))


def create_lab(world):
    world.revision = world.register("lab", lab_image(world, "good", "lab-good"))
    world.broken_revision = world.register("lab", lab_image(world, "broken", "lab-broken-2"))
    world.create_service("lab", world.revision)
    world.await_("it is up", lambda: world.at_rest("lab"))
    ended(world, "lab")


def experiment(change):
    """An experiment with the service lab: what ECS says from now on until its deployment has ended."""

    def perform(world):
        service = "lab"
        world.await_("the service is at rest", lambda: world.at_rest(service))
        since, events = len(world.service_deployments(service)), len(of(world, service))
        world.poll()
        known = len(world.seen[service])
        result = change(world, service, since) or {}
        if result.pop("over", True):
            ended(world, service, since)
            world.settle()
        return {**result, "serviceDeployments": world.service_deployments(service)[: len(world.service_deployments(service)) - since],
                "seen": world.seen[service][known:], "events": of(world, service)[events:]}  # fmt: skip

    return perform


def superseded(world, service, since):
    update(world, service, forceNewDeployment=True)
    world.await_("it has begun", lambda: len(world.service_deployments(service)) > since)
    update(world, service, forceNewDeployment=True)
    world.await_("the second has begun", lambda: len(world.service_deployments(service)) > since + 1)


def stopped_on_request(world, service, since):
    ecs = world.clients("ecs")
    update(world, service, forceNewDeployment=True)
    world.await_("it has begun", lambda: len(world.service_deployments(service)) > since)
    arn = world.service_deployments(service)[0]["serviceDeploymentArn"]
    ecs.stop_service_deployment(serviceDeploymentArn=arn, stopType="ROLLBACK")
    twice = error_of(lambda: ecs.stop_service_deployment(serviceDeploymentArn=arn, stopType="ROLLBACK"))
    ended(world, service, since)
    over = error_of(lambda: ecs.stop_service_deployment(serviceDeploymentArn=arn, stopType="ROLLBACK"))
    return {"stopped twice": twice, "stopped when over": over}


def breaker_without_rollback(world, service, _):
    update(world, service, taskDefinition=world.broken_revision,
           deploymentConfiguration={"deploymentCircuitBreaker": {"enable": True, "rollback": False}})  # fmt: skip


def back(world, service, _):
    update(world, service, taskDefinition=world.revision,
           deploymentConfiguration={"deploymentCircuitBreaker": {"enable": True, "rollback": True}})  # fmt: skip


def scaled_to_zero(world, service, _):
    update(world, service, desiredCount=0, forceNewDeployment=True)


def scaled_back(world, service, _):
    update(world, service, desiredCount=1)
    world.await_("the service is at rest", lambda: world.at_rest(service))
    return {"over": False}


def alarms(names, enable=True):
    return {"alarms": {"alarmNames": names, "enable": enable, "rollback": enable}}


def alarm_fires(world, service, since):
    cloudwatch, alarm = world.clients("cloudwatch"), f"{world.name}-lab"
    cloudwatch.put_metric_alarm(
        AlarmName=alarm, Namespace="SlipwayAcceptance", MetricName="Nothing", Statistic="Sum", Period=60,
        EvaluationPeriods=1, Threshold=1, ComparisonOperator="GreaterThanThreshold", TreatMissingData="ignore",
        Tags=run.tags(world.name),
    )  # fmt: skip
    cloudwatch.set_alarm_state(AlarmName=alarm, StateValue="OK", StateReason="acceptance")
    update(world, service, forceNewDeployment=True, deploymentConfiguration=alarms([alarm]))
    world.await_("it has begun", lambda: len(world.service_deployments(service)) > since)
    cloudwatch.set_alarm_state(AlarmName=alarm, StateValue="ALARM", StateReason="acceptance")


def alarm_is_missing(world, service, since):
    refused = error_of(lambda: update(world, service, forceNewDeployment=True,
                                      deploymentConfiguration=alarms([f"{world.name}-nothing"])))  # fmt: skip
    return {"refused": refused, "over": refused is None}


def no_alarms(world, service, _):
    update(world, service, deploymentConfiguration=alarms([], False))
    return {"over": False}


def pause_hook(world, service, since):
    hook = {"targetType": "PAUSE", "lifecycleStages": ["POST_SCALE_UP"]}
    refused = error_of(lambda: update(world, service, forceNewDeployment=True,
                                      deploymentConfiguration={"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 0,
                                                               "lifecycleHooks": [hook]}))  # fmt: skip
    if refused:
        return {"refused": refused, "over": False}

    def waiting():
        return [it for it in world.service_deployments(service)[0].get("lifecycleHookDetails", []) if it.get("status") == "AWAITING_ACTION"]

    world.await_("it has begun", lambda: len(world.service_deployments(service)) > since)
    world.await_("a hook waits, or the deployment ends",
                 lambda: waiting() or world.service_deployments(service)[0]["status"] in ENDED)  # fmt: skip
    world.settle()
    newest = world.service_deployments(service)[0]
    for hook in waiting():
        world.clients("ecs").continue_service_deployment(
            serviceDeploymentArn=newest["serviceDeploymentArn"], hookId=hook["hookId"], action="CONTINUE"
        )
    return {"hooks": newest.get("lifecycleHookDetails"), "hookEvents": world.captured("ECS Hook State Change")}


def blue_green(world, service, since):
    refused = error_of(lambda: update(world, service, forceNewDeployment=True,
                                      deploymentConfiguration={"strategy": "BLUE_GREEN", "bakeTimeInMinutes": 0,
                                                               "lifecycleHooks": []}))  # fmt: skip
    return {"refused": refused, "over": refused is None}


def index_image(world, service, _):
    child = images.variant(world.base, "good", "lab-index")
    before = len(world.captured("ECR Image Action"))
    if world.pusher.to_registry:
        world.pusher.to_registry.push_blob(child.config)
    world.pusher.put(child.manifest, images.MANIFEST)
    index = world.pusher.put(images.index(child), images.INDEX, "lab-index")
    world.lab_index = {"child": child.digest, "index": index}
    update(world, service, taskDefinition=world.register("lab", world.uri("@" + index)),
           deploymentConfiguration={"strategy": "ROLLING"})  # fmt: skip
    world.await_("it has begun", lambda: any(world.lab_index["index"] in it["containers"][0]["image"] for it in world.tasks(service)))
    world.await_("the service is at rest", lambda: world.at_rest(service))
    revision = world.service_deployments(service)[0]["targetServiceRevision"]["arn"]
    described = world.clients("ecs").describe_service_revisions(serviceRevisionArns=[revision])["serviceRevisions"][0]
    return {
        "child": child.digest, "index": index, "containerImages": described.get("containerImages"),
        "tasks": [{name: it["containers"][0].get(name) for name in ("image", "imageDigest")} for it in world.tasks(service)],
        "pushEvents": world.captured("ECR Image Action")[before:],
    }  # fmt: skip


# --- ECR


def retag(world):
    before = len(world.captured())
    manifest = world.clients("ecr").batch_get_image(repositoryName=world.name, imageIds=[{"imageTag": "lab-good"}])
    world.pusher.put(manifest["images"][0]["imageManifest"].encode(), images.MANIFEST, "lab-again")
    world.settle()
    return {"events": world.captured()[before:]}


def same_tag(world):
    before = len(world.captured())
    manifest = world.clients("ecr").batch_get_image(repositoryName=world.name, imageIds=[{"imageTag": "lab-good"}])
    refused = error_of(lambda: world.pusher.put(manifest["images"][0]["imageManifest"].encode(), images.MANIFEST, "lab-good"))
    world.settle()
    return {"refused": refused, "events": world.captured()[before:]}


def quiet_push(world):
    before = len(world.captured())
    manifest = world.clients("ecr").batch_get_image(repositoryName=world.name, imageIds=[{"imageTag": "lab-good"}])
    world.pusher.to_registry.push_manifest(manifest["images"][0]["imageManifest"].encode(), images.MANIFEST, "lab-good")
    world.settle()
    return {"events": world.captured()[before:]}


def deleted(world):
    before = len(world.captured())
    ecr = world.clients("ecr")
    ecr.batch_delete_image(repositoryName=world.name, imageIds=[{"imageTag": "lab-again"}])
    untagged = images.variant(world.base, "good", "lab-untagged")
    if world.pusher.to_registry:
        world.pusher.to_registry.push_blob(untagged.config)
    digest = world.pusher.put(untagged.manifest, images.MANIFEST)
    ecr.batch_delete_image(repositoryName=world.name, imageIds=[{"imageDigest": digest}])
    world.settle()
    return {"events": [it for it in world.captured()[before:] if it["detail"].get("action-type") == "DELETE"]}


def archived(world):
    ecr = world.clients("ecr")
    digest = world.pushed["lab-broken"]
    ecr.update_image_storage_class(repositoryName=world.name, imageId={"imageDigest": digest}, targetStorageClass="ARCHIVE")
    world.settle()
    asked = {"repositoryName": world.name, "imageIds": [{"imageDigest": digest}]}
    return {
        "describeImages": error_of(lambda: ecr.describe_images(**asked)) or "described",
        "describeImages with ANY": error_of(lambda: ecr.describe_images(repositoryName=world.name, filter={"imageStatus": "ANY"}))
        or [it.get("imageStatus") for it in ecr.describe_images(repositoryName=world.name, filter={"imageStatus": "ANY"})["imageDetails"]
            if it["imageDigest"] == digest],
        "batchGetImage": ecr.batch_get_image(**asked).get("failures"),
        "events": world.captured(where=lambda it: it["detail"].get("action-type") == "UPDATE_STORAGE_CLASS"),
    }  # fmt: skip


def scanned(world):
    ecr = world.clients("ecr")
    refused = error_of(lambda: ecr.start_image_scan(repositoryName=world.name, imageId={"imageTag": "lab-good"}))
    if refused is None:
        world.await_("the scan ends", lambda: world.captured("ECR Image Scan"), min(300, world.target.patience))
    return {"refused": refused, "events": world.captured("ECR Image Scan")}


# --- message groups


def message_groups(world):
    sqs, found = world.clients("sqs"), {}
    world.settle()
    for kind in ("group", "group-missing", "undeliverable"):
        messages = sqs.receive_message(QueueUrl=world.groups[kind], MaxNumberOfMessages=10, WaitTimeSeconds=1,
                                       AttributeNames=["All"], MessageAttributeNames=["All"]).get("Messages", [])  # fmt: skip
        found[kind] = [
            {"MessageGroupId": it.get("Attributes", {}).get("MessageGroupId"), "attributes": it.get("MessageAttributes", {}),
             "repository": json.loads(it["Body"])["detail"].get("repository-name")}
            for it in messages
        ]  # fmt: skip
    return found


# --- permissions


def asker(world):
    """A role whose session policies ask what one statement allows."""
    trust = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{world.account}:root"}, "Action": "sts:AssumeRole"}]}  # fmt: skip
    statements = [{"Effect": "Allow", "Action": ["ecs:UpdateService", "ecs:RegisterTaskDefinition", "ecs:TagResource",
                                                 "events:StartReplay", "events:DescribeReplay"], "Resource": "*"}]  # fmt: skip
    world.asker_role = ground.create_role(world, "asker", trust, statements)


def asked_with(world, statement, ask):
    """AWS's refusal of a call that is made with one statement alone; None if it takes it."""
    import boto3

    policy = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})
    end = time.monotonic() + 60
    while True:  # a new role is not known everywhere at once
        try:
            given = world.clients("sts").assume_role(RoleArn=world.asker_role, RoleSessionName="session", Policy=policy)
            break
        except botocore.exceptions.ClientError:
            if time.monotonic() > end:
                raise
            time.sleep(world.target.pause)
    credentials = given["Credentials"]
    session = boto3.Session(credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials["SessionToken"],
                            region_name=world.target.region)  # fmt: skip
    return error_of(lambda: ask(lambda service: session.client(service, endpoint_url=world.target.endpoint)))


def denied_by_tag(world):
    statement = {"Action": "ecs:UpdateService", "Resource": "*",
                 "Condition": {"Null": {"aws:ResourceTag/slipway:environment": "false"}}}  # fmt: skip
    return {"refused": asked_with(world, statement, lambda clients: clients("ecs").update_service(
        cluster=world.name, service="lab", desiredCount=1))}  # fmt: skip


def denied_register(world):
    resource = f"arn:aws:ecs:{world.target.region}:{world.account}:task-definition/{world.name}*"
    container = [{"name": "web", "image": world.uri(":lab-good"), "memory": 64}]

    def register(clients):
        clients("ecs").register_task_definition(family=f"{world.name}-asked", containerDefinitions=container)

    return {"refused with task-definition/NAME*": asked_with(world, {"Action": "ecs:RegisterTaskDefinition", "Resource": resource}, register)}


def denied_replay(world):
    import datetime

    archive = next(it for it in world.clients("events").list_archives()["Archives"] if world.stack in it["ArchiveName"])
    arn = f"arn:aws:events:{world.target.region}:{world.account}:"
    now = datetime.datetime.now(datetime.UTC)

    def start(clients, suffix):
        clients("events").start_replay(
            ReplayName=f"{world.name}-{suffix}", EventSourceArn=f"{arn}archive/{archive['ArchiveName']}",
            EventStartTime=now - datetime.timedelta(minutes=2), EventEndTime=now - datetime.timedelta(minutes=1),
            Destination={"Arn": f"{arn}event-bus/default"},
        )  # fmt: skip

    def allowed(*resources):
        return {"Action": "events:StartReplay", "Resource": [arn + it for it in resources]}

    return {
        "archive alone": asked_with(world, allowed("archive/*"), lambda clients: start(clients, 1)),
        "archive and replay": asked_with(world, allowed("archive/*", "replay/*"), lambda clients: start(clients, 2)),
    }


def account_condition(world):
    """A task whose execution role may be assumed for this account's tasks alone."""
    trust = json.loads(json.dumps(ground.TRUST))
    trust["Statement"][0]["Condition"] = {"StringEquals": {"aws:SourceAccount": world.account}}
    role = ground.create_role(world, "condition", trust, ground.execution_statements(world.name))
    revision = world.register("condition", world.uri(":lab-good"), role)
    arn = world.clients("ecs").run_task(
        cluster=world.name, taskDefinition=revision, launchType="FARGATE", networkConfiguration=world.network(),
        tags=run.tags(world.name, "key", "value"),
    )["tasks"][0]["taskArn"]  # fmt: skip

    def task():
        return world.clients("ecs").describe_tasks(cluster=world.name, tasks=[arn])["tasks"][0]

    world.await_("the task runs, or stops", lambda: task()["lastStatus"] in ("RUNNING", "STOPPED"))
    return {name: task().get(name) for name in ("lastStatus", "stopCode", "stoppedReason")}


EXPERIMENTS = (
    # name, function, capabilities, rows before
    ("lab: a first deployment fails", first_fails, ("rollouts", "aws events"), ()),
    ("lab: a service that nothing follows", create_lab, ("rollouts", "aws events"), ()),
    ("lab: superseded", experiment(superseded), (), ("lab: a service that nothing follows",)),
    ("lab: stopped on request", experiment(stopped_on_request), (), ("lab: a service that nothing follows",)),
    ("lab: scaled to zero", experiment(scaled_to_zero), (), ("lab: a service that nothing follows",)),
    ("lab: scaled back", experiment(scaled_back), (), ("lab: scaled to zero",)),
    ("lab: an alarm that is not there", experiment(alarm_is_missing), (), ("lab: a service that nothing follows",)),
    ("lab: an alarm fires", experiment(alarm_fires), (), ("lab: a service that nothing follows",)),
    ("lab: no alarms again", experiment(no_alarms), (), ("lab: a service that nothing follows",)),
    ("lab: blue/green", experiment(blue_green), (), ("lab: a service that nothing follows",)),
    ("lab: a hook that pauses", experiment(pause_hook), (), ("lab: blue/green",)),
    ("lab: an image index", experiment(index_image), (), ("lab: a service that nothing follows",)),
    # last: without rollback the service stays broken
    ("lab: breaker without rollback", experiment(breaker_without_rollback), (), ("lab: a service that nothing follows",)),
    ("ecr: another tag for the same image", retag, ("aws events",), ("lab: a service that nothing follows",)),
    ("ecr: the same tag for the same image", same_tag, ("aws events",), ("lab: a service that nothing follows",)),
    ("ecr: the same push again", quiet_push, ("registry", "aws events"), ("lab: a service that nothing follows",)),
    ("ecr: images are deleted", deleted, ("aws events",), ("ecr: another tag for the same image",)),
    ("ecr: an image is archived", archived, ("aws events",), ("lab: a first deployment fails",)),
    ("ecr: an image is scanned", scanned, ("aws events",), ("lab: a service that nothing follows",)),
    ("sqs: message groups", message_groups, ("aws events",), ("queues take their message group from the event",)),
    ("iam: a role that asks", asker, ("iam", "session policies"), ()),
    ("iam: a service without the tag", denied_by_tag, (), ("iam: a role that asks", "lab: a service that nothing follows")),
    ("iam: task definitions by ARN", denied_register, (), ("iam: a role that asks", "lab: a service that nothing follows")),
    ("iam: replay of an archive", denied_replay, ("archive",), ("iam: a role that asks",)),
    ("iam: an execution role for this account alone", account_condition, ("iam", "rollouts"), ("lab: a service that nothing follows",)),
)  # fmt: skip


def perform(world, rows):
    world.learned = {}
    for name, function, needs, after in EXPERIMENTS:

        def learn(name=name, function=function):
            world.learned[name] = function(world)

        rows.check(name, learn, needs, after)
