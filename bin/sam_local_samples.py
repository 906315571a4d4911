"""Every sample of events/ through `sam local invoke`: what its function answers, and what ECS has then.

Run by bin/sam-local with a simulator at AWS_ENDPOINT_URL; arguments go to sam. Prints a table and exits 1
if an answer is not the one expected, or a sample has none.
"""

import json
import pathlib
import subprocess
import sys
import time

import boto3

REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
CLUSTER = "website"
TABLE = "slipway-RecordTable"
EVENTS = pathlib.Path("events")
LOGS = pathlib.Path("target/sam-local")
SERVICES = ("staging", "production")
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"

ecr = boto3.client("ecr")
ecs = boto3.client("ecs")
events = boto3.client("events")
dynamodb = boto3.client("dynamodb")
sqs = boto3.client("sqs")


def push(version, *tags):
    """Puts an image under its tags, as `docker push` does, and says its digest."""
    manifest = {
        "schemaVersion": 2,
        "mediaType": MANIFEST,
        "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": f"sha256:{version:064x}", "size": 1},
        "layers": [],
    }
    return put(manifest, tags)


def push_index(*children_and_tags):
    """Puts an image index of one image for linux/amd64."""
    child, *tags = children_and_tags
    size = len(ecr.batch_get_image(repositoryName="web", imageIds=[{"imageDigest": child}])["images"][0]["imageManifest"])
    platform = {"os": "linux", "architecture": "amd64"}
    return put(
        {"schemaVersion": 2, "mediaType": INDEX, "manifests": [{"mediaType": MANIFEST, "digest": child, "size": size, "platform": platform}]},
        tags,
    )


def put(manifest, tags):
    digest = None
    for tag in tags or [None]:
        named = {"imageTag": tag} if tag else {}
        image = ecr.put_image(repositoryName="web", imageManifest=json.dumps(manifest), imageManifestMediaType=manifest["mediaType"], **named)
        digest = image["image"]["imageId"]["imageDigest"]
    return digest


def seed():
    """
    A cluster with a staging and a production service, both on an image of old. The simulator runs the
    template too: its functions take up the services as they are tagged, and record how deployments
    ended; what is pushed is left to the functions that sam invokes.
    """
    events.disable_rule(Name="slipway-push")
    ecr.create_repository(repositoryName="web")
    old = push(0, "1.0.0")
    ecs.create_cluster(clusterName=CLUSTER)
    for environment in SERVICES:
        ecs.register_task_definition(
            family=f"web-{environment}",
            containerDefinitions=[{"name": "web", "image": f"{REGISTRY}/web@{old}", "essential": True, "memory": 128}],
        )
        ecs.create_service(
            cluster=CLUSTER,
            serviceName=f"web-{environment}",
            taskDefinition=f"web-{environment}:1",
            desiredCount=1,
            tags=[{"key": "slipway:environment", "value": environment}],
        )


def recorded(sort_key):
    """Items of the record whose sort key begins like this."""
    pages = dynamodb.get_paginator("scan").paginate(TableName=TABLE, ConsistentRead=True)
    return [item for page in pages for item in page["Items"] if item["sk"]["S"].startswith(sort_key)]


def messages(queue):
    """How many messages a queue of the simulator's functions has."""
    counts = [f"ApproximateNumberOfMessages{kind}" for kind in ("", "NotVisible", "Delayed")]
    attributes = sqs.get_queue_attributes(QueueUrl=f"{sqs.meta.endpoint_url}/123456789012/{queue}", AttributeNames=counts)
    return sum(int(count) for count in attributes["Attributes"].values())


def settle():
    """
    Until every service is in the record, every deployment has ended there, and the simulator's functions have
    nothing to do, for a second: then the next push is left to the function that sam invokes.
    """
    quiet = 0
    for _ in range(600):
        services = ecs.describe_services(cluster=CLUSTER, services=[f"web-{environment}" for environment in SERVICES])["services"]
        rollouts = [deployment["rolloutState"] for service in services for deployment in service["deployments"]]
        known = [item for item in recorded("service") if item["pk"]["S"].startswith("service/")]
        running_on = [item for item in recorded("deployment/") if "ended" not in item]
        waiting = messages("slipway-deploy") + messages("slipway-rollout")
        good = rollouts == ["COMPLETED"] * len(SERVICES) and len(known) == len(SERVICES) and not running_on and not waiting
        quiet = quiet + 1 if good else 0
        if quiet == 5:
            return
        time.sleep(0.2)
    sys.exit(f"not settled: {rollouts}, {known}, {running_on}, {waiting} messages")


def running(environment):
    """The image that ECS was told to run."""
    service = ecs.describe_services(cluster=CLUSTER, services=[f"web-{environment}"])["services"][0]
    definition = ecs.describe_task_definition(taskDefinition=service["taskDefinition"])["taskDefinition"]
    return definition["containerDefinitions"][0]["image"]


def invoke(function, sample):
    command = ["sam", "local", "invoke", function, "--event", str(EVENTS / sample), *sys.argv[1:]]
    sam = subprocess.run(command, capture_output=True, text=True, check=False)
    log = LOGS / f"{sample}.log"
    log.write_text(sam.stdout + "\n" + sam.stderr)
    try:
        return json.loads(sam.stdout), log
    except json.JSONDecodeError:
        return {"exit": sam.returncode, "stdout": sam.stdout}, log


def has(answer, wanted):
    """Whether all of `wanted` is in `answer`; of a text, a part is enough."""
    if isinstance(wanted, dict):
        return isinstance(answer, dict) and all(has(answer.get(key), value) for key, value in wanted.items())
    if isinstance(wanted, list):
        return isinstance(answer, list) and len(answer) == len(wanted) and all(map(has, answer, wanted))
    if isinstance(wanted, str):
        return isinstance(answer, str) and wanted in answer
    return answer == wanted


def ignored(reason):
    return {"outcome": "Ignored", "reason": reason}


def deployed(environment, digest):
    started = {"service": f"web-{environment}", "environment": environment, "images": {"web": f"{REGISTRY}/web@{digest}"}}
    return {"outcome": "Decided", "started": [started]}


def failed(sample, *numbers):
    """Those of a batch, counted from 1, that are to be delivered again."""
    records = json.loads((EVENTS / sample).read_text())["Records"]
    return {"batchItemFailures": [{"itemIdentifier": records[number - 1]["messageId"]} for number in numbers]}


LOGS.mkdir(parents=True, exist_ok=True)
seed()
settle()
image = push(1, "1.4.0", "staging", "production")
wrong = 0
seen = set()


def expect(sample, answer, function="DeployFunction", **images):
    """Invokes a function with a sample: its answer, and then the image of each service named."""
    global wrong
    seen.add(sample)
    settle()
    found, log = invoke(function, sample)
    then = {environment: running(environment) for environment in images}
    wanted = {environment: f"{REGISTRY}/web@{digest}" for environment, digest in images.items()}
    good = has(found, answer) and then == wanted
    shown = found.get("reason") or found.get("refused") or found.get("errorMessage") or json.dumps(found)
    print(f"{'ok   ' if good else 'WRONG'}  {function:16}  {sample:31}  {shown[:200]}", flush=True)
    if not good:
        wrong += 1
        print(f"       wanted    {json.dumps(answer)}\n       answered  {json.dumps(found)[:2000]}")
        print(f"       services  {then}\n       wanted    {wanted}\n       log       {log}")


expect("image-push-staging.json", deployed("staging", image), staging=image)
expect("image-push-production.json", deployed("production", image), production=image)
expect("image-push-unfollowed.json", ignored("1.4.0"))
expect("image-delete.json", ignored("DELETE"))
expect("image-storage-class.json", ignored("UPDATE_STORAGE_CLASS"))
expect("untagged-child-push.json", ignored("untagged"))
expect("malformed.json", {"errorMessage": "detail.repository-name", "errorType": "MalformedEvent"})
settle()
image = push(2, "staging", "production")
# the second is malformed, and there is no dead-letter queue
expect("sqs-batch.json", failed("sqs-batch.json", 2), staging=image, production=image)
settle()
index = push_index(push(3), "staging")
expect("image-index-push.json", deployed("staging", index), staging=index)

expect("sweep.json", {"swept": 2, "sent": 0, "finished": True}, function="SweepFunction")
# nothing is open any more, and the sample's deployment is not one of the record
expect("rollout-completed.json", {"announced": [], "reason": "another client's"}, function="RolloutFunction")
expect("hook-awaiting-action.json", {"announced": [], "reason": "no record of main/web"}, function="RolloutFunction")
expect("rollout-failed.json", {"announced": [], "reason": "no record of website/web-removed"}, function="RolloutFunction")

settle()
image = push(4, "staging", "production")
standing = [{"service": f"{CLUSTER}/web-{environment}", "desired": 1, "decision": "Deploy"} for environment in ("production", "staging")]
expect("status.json", {"services": standing, "warnings": []}, function="QueryFunction")
expect("status-unknown-environment.json", {"refused": "Did you mean staging?"}, function="QueryFunction")
explained = {"decision": "Deploy", "difference": [{"path": "containerDefinitions[web].image", "to": f"{REGISTRY}/web@{image}"}]}
expect("explain-service.json", {"services": [explained | {"environment": "staging"}]}, function="QueryFunction")
expect("explain-push.json", {"services": [explained | {"environment": "production"}], "reason": ""}, function="QueryFunction")
own = {"images": [{"container": "web"}], "foreign": False, "tag": "staging"}
history = {"service": f"{CLUSTER}/web-staging", "deployments": [own] * 3 + [{"foreign": True}]}
expect("history.json", history, function="QueryFunction")

for missing in sorted({path.name for path in EVENTS.glob("*.json")} - seen):
    wrong += 1
    print(f"WRONG  {missing}: nothing is expected of this sample: say what in bin/sam_local_samples.py")
sys.exit(1 if wrong else 0)
