"""What an operator does, with boto3 and the AWS CLI as they are: staging and production services of one
repository, an image pushed to staging, the rollout awaited. Exits with an assertion that fails."""

import hashlib
import json
import os
import subprocess
import sys
import time

import boto3
from botocore.exceptions import ClientError

ACCOUNT = "123456789012"
REGISTRY = f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com"
CONFIG = {"mediaType": "application/vnd.oci.image.config.v1+json", "size": 2, "digest": "sha256:" + "0" * 64}

ecr, ecs, sts = (boto3.client(name) for name in ("ecr", "ecs", "sts"))
assert sts.get_caller_identity()["Account"] == ACCOUNT


def push(tag: str, build: str) -> str:
    """Puts an image of one's own for each build; answers its digest."""
    manifest = json.dumps({
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": CONFIG,
        "layers": [],
        "annotations": {"build": build},
    })
    image = ecr.put_image(repositoryName="website", imageManifest=manifest, imageTag=tag)["image"]
    assert image["imageId"]["imageDigest"] == "sha256:" + hashlib.sha256(manifest.encode()).hexdigest()
    return image["imageId"]["imageDigest"]


def running(service: str) -> dict:
    described = ecs.describe_services(cluster="main", services=[service])["services"][0]
    return ecs.describe_task_definition(taskDefinition=described["taskDefinition"], include=["TAGS"])


ecr.create_repository(repositoryName="website")
first = push("staging", "1")
push("production", "1")
ecs.create_cluster(clusterName="main")
definition = ecs.register_task_definition(
    family="website",
    networkMode="awsvpc",
    requiresCompatibilities=["FARGATE"],
    cpu="256",
    memory="512",
    executionRoleArn=f"arn:aws:iam::{ACCOUNT}:role/ecs-execution",
    containerDefinitions=[
        {"name": "web", "image": f"{REGISTRY}/website@{first}", "essential": True,
         "environment": [{"name": "EMPTY", "value": ""}]},
        {"name": "sidecar", "image": "public.ecr.aws/docker/library/busybox:1", "essential": False},
    ],
    tags=[{"key": "team", "value": "web"}],
)["taskDefinition"]
for environment in ("staging", "production"):
    ecs.create_service(
        cluster="main",
        serviceName=f"website-{environment}",
        taskDefinition=definition["taskDefinitionArn"],
        desiredCount=2,
        launchType="FARGATE",
        networkConfiguration={"awsvpcConfiguration": {"subnets": ["subnet-1"]}},
        tags=[{"key": "slipway:environment", "value": environment}],
    )
before = running("website-staging")["taskDefinition"]

second = push("staging", "2")
# the push is to reach the service before its stability is awaited
for _ in range(300):
    after = running("website-staging")
    if after["taskDefinition"]["revision"] != before["revision"]:
        break
    time.sleep(0.2)
subprocess.run(
    [sys.executable, "-m", "awscli", "ecs", "wait", "services-stable", "--cluster", "main",
     "--services", "website-staging"],
    check=True,
)

deployed = after["taskDefinition"]
assert deployed["containerDefinitions"][0]["image"] == f"{REGISTRY}/website@{second}", deployed
expected = json.loads(json.dumps(before, default=str))
actual = json.loads(json.dumps(deployed, default=str))
actual["containerDefinitions"][0]["image"] = expected["containerDefinitions"][0]["image"]
for own in ("taskDefinitionArn", "revision", "registeredAt", "registeredBy"):
    expected.pop(own, None)
    actual.pop(own, None)
assert actual == expected, (actual, expected)
tags = {tag["key"]: tag["value"] for tag in after["tags"]}
assert tags.pop("team") == "web"
assert all(key.startswith("slipway:") for key in tags), tags
assert tags["slipway:digest"] == second and tags["slipway:tag"] == "staging", tags

service = ecs.describe_services(cluster="main", services=["website-staging"])["services"][0]
assert [d["rolloutState"] for d in service["deployments"]] == ["COMPLETED"], service["deployments"]
tasks = ecs.list_tasks(cluster="main", serviceName="website-staging")["taskArns"]
images = {c["imageDigest"] for t in ecs.describe_tasks(cluster="main", tasks=tasks)["tasks"]
          for c in t["containers"] if c["name"] == "web"}
assert images == {second}, images
untouched = running("website-production")["taskDefinition"]
assert untouched["taskDefinitionArn"] == definition["taskDefinitionArn"], untouched

try:
    ecs.list_attributes(targetType="container-instance")
    raise AssertionError("ListAttributes is simulated after all")
except ClientError as error:
    assert "has no ecs ListAttributes" in error.response["Error"]["Message"], error
print("deployed", second, "by", deployed["taskDefinitionArn"])
