"""The same job as a plain Lambda handler: what Slipway is measured against.

For every push in the batch: find the services that follow the tag, register the task definition with
the image that the tag points at, update the service, look once more, announce. It keeps no record, and
so has none of Slipway's other promises either: no fields that boto3 does not know, no reasons, no
platforms, no pauses, no blocked images, nothing said of how a deployment ended.
"""

import json

import boto3

ENVIRONMENTS = {"staging": "staging", "production": "production"}  # environment -> tag
OUTPUT_ONLY = (
    "taskDefinitionArn",
    "revision",
    "status",
    "requiresAttributes",
    "compatibilities",
    "registeredAt",
    "registeredBy",
    "deregisteredAt",
)
MEDIA_TYPES = [
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
]

ecs = boto3.client("ecs")
ecr = boto3.client("ecr")
events = boto3.client("events")
task_definitions = {}


def handle(event, context):
    failures = []
    for record in event["Records"]:
        try:
            pushed(json.loads(record["body"]))
        except Exception as error:  # the others are still to be handled
            print(json.dumps({"level": "ERROR", "message": repr(error)}))
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}


def pushed(event):
    detail = event["detail"]
    if detail["action-type"] != "PUSH" or detail["result"] != "SUCCESS":
        return
    repository, tag = detail["repository-name"], detail["image-tag"]
    names = [name for name, followed in ENVIRONMENTS.items() if followed == tag]
    registry = f"{event['account']}.dkr.ecr.{event['region']}.amazonaws.com/{repository}"
    todo = [s for s in services() if tags(s).get("slipway:environment") in names]
    while todo:
        digest = digest_of(repository, tag)
        deployed = [service for service in todo if deploy(service, registry, digest, event)]
        todo = again(deployed)


def services():
    for clusters in ecs.get_paginator("list_clusters").paginate():
        for cluster in clusters["clusterArns"]:
            for page in ecs.get_paginator("list_services").paginate(cluster=cluster, maxResults=100):
                arns = page["serviceArns"]
                for ten in (arns[i : i + 10] for i in range(0, len(arns), 10)):
                    yield from ecs.describe_services(
                        cluster=cluster, services=ten, include=["TAGS"]
                    )["services"]


def again(services):
    """The services as they are now: somebody slower may have overwritten what was done here."""
    clusters = {service["clusterArn"] for service in services}
    return [
        service
        for cluster in clusters
        for service in ecs.describe_services(
            cluster=cluster,
            services=[s["serviceArn"] for s in services if s["clusterArn"] == cluster],
            include=["TAGS"],
        )["services"]
    ]


def tags(service):
    return {tag["key"]: tag["value"] for tag in service.get("tags", [])}


def digest_of(repository, tag):
    answer = ecr.batch_get_image(
        repositoryName=repository,
        imageIds=[{"imageTag": tag}],
        acceptedMediaTypes=MEDIA_TYPES,
    )
    return answer["images"][0]["imageId"]["imageDigest"]


def task_definition(arn):
    if arn not in task_definitions:
        answer = ecs.describe_task_definition(taskDefinition=arn, include=["TAGS"])
        task_definitions[arn] = {**answer["taskDefinition"], "tags": answer.get("tags", [])}
    return task_definitions[arn]


def deploy(service, registry, digest, event):
    """Whether there was something to deploy."""
    before = task_definition(service["taskDefinition"])
    image = f"{registry}@{digest}"
    containers = [
        {**c, "image": image} if same_repository(c["image"], registry) else c
        for c in before["containerDefinitions"]
    ]
    if containers == before["containerDefinitions"]:
        return False
    request = {key: value for key, value in before.items() if key not in OUTPUT_ONLY}
    request["containerDefinitions"] = containers
    request["tags"] = [t for t in before["tags"] if not t["key"].startswith("slipway:")] + [
        {"key": "slipway:digest", "value": digest},
        {"key": "slipway:event", "value": event["id"]},
    ]
    answer = ecs.register_task_definition(**request)
    revision = {**answer["taskDefinition"], "tags": answer.get("tags", [])}
    task_definitions[revision["taskDefinitionArn"]] = revision
    ecs.update_service(
        cluster=service["clusterArn"],
        service=service["serviceName"],
        taskDefinition=revision["taskDefinitionArn"],
        deploymentConfiguration={"minimumHealthyPercent": 50, "maximumPercent": 200},
    )
    announcement = {
        "service": service["serviceArn"],
        "taskDefinition": revision["taskDefinitionArn"],
        "previousTaskDefinition": before["taskDefinitionArn"],
        "images": [{"to": image}],
    }
    print(json.dumps({"level": "INFO", "message": "deployment started", **announcement}))
    events.put_events(
        Entries=[
            {
                "Source": "slipway",
                "DetailType": "Deployment Started",
                "Resources": [service["serviceArn"]],
                "Detail": json.dumps(announcement),
            }
        ]
    )
    return True


def same_repository(image, registry):
    return image == registry or image.startswith((registry + ":", registry + "@"))
