"""The story of a service that Terraform owns and Slipway rolls, step by step.

    python terraform_story.py <directory with main.tf> [name of a step …]

AWS is the simulator at AWS_ENDPOINT_URL with Slipway in it. After each step `terraform plan` must find no changes. A
step that fails does not keep the next ones from running; the exit code is 1 if any failed. With names of steps only
those run, after `create` and `follow`.
"""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ENDPOINT = os.environ["AWS_ENDPOINT_URL"]
REGION = os.environ["AWS_REGION"]
HERE = Path(sys.argv[1])
SLIPWAY = Path(__file__).resolve().parent.parent / "slipway"
# real seconds; the simulator runs 30 times as fast
LONGEST = 120
CRASHES = {"slipway.simulator/exit-code": "1", "slipway.simulator/log": "cannot open the database"}

PROVIDER = f"""
provider "aws" {{
  region                      = "{REGION}"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_metadata_api_check     = true
  skip_requesting_account_id  = true
  skip_region_validation      = true
  endpoints {{
    ecs = "{ENDPOINT}"
    ecr = "{ENDPOINT}"
    sts = "{ENDPOINT}"
    iam = "{ENDPOINT}"
  }}
}}
"""
VARIABLES = {
    "subnets": ["subnet-1"],
    "execution_role_arn": "arn:aws:iam::123456789012:role/ecsTaskExecutionRole",
}


class Failed(Exception):
    """What a step promises did not come true."""


# --- AWS


def call(signed_for, target, /, **members):
    request = urllib.request.Request(
        ENDPOINT,
        json.dumps(members).encode(),
        {
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": target,
            "Authorization": f"AWS4-HMAC-SHA256 Credential=test/20260101/{REGION}/{signed_for}/aws4_request,"
            " SignedHeaders=host, Signature=0",
        },
    )
    try:
        with urllib.request.urlopen(request) as response:
            return json.load(response)
    except urllib.error.HTTPError as refusal:
        raise Failed(f"{target} was refused: {refusal.read().decode()}") from refusal


def ecs(operation, /, **members):
    return call("ecs", "AmazonEC2ContainerServiceV20141113." + operation, **members)


def ecr(operation, /, **members):
    return call("ecr", "AmazonEC2ContainerRegistry_V20150921." + operation, **members)


def push(version, annotations=None):
    """Pushes an image as web:staging and returns its digest."""
    manifest = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": {
            "mediaType": "application/vnd.oci.image.config.v1+json",
            "digest": "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
            "size": 2,
        },
        "layers": [],
        "annotations": {"org.opencontainers.image.version": version, **(annotations or {})},
    }
    image = ecr("PutImage", repositoryName="web", imageTag="staging", imageManifest=json.dumps(manifest))
    return image["image"]["imageId"]["imageDigest"]


def service():
    return ecs("DescribeServices", cluster="main", services=["web"], include=["TAGS"])["services"][0]


def at_rest():
    deployments = service()["deployments"]
    return len(deployments) == 1 and deployments[0]["rolloutState"] == "COMPLETED"


def image():
    """The image of the service's task definition."""
    definition = ecs("DescribeTaskDefinition", taskDefinition=service()["taskDefinition"])["taskDefinition"]
    return definition["containerDefinitions"][0]["image"]


def running():
    """The digests that the service's running tasks have."""
    tasks = ecs("ListTasks", cluster="main", serviceName="web")["taskArns"]
    if not tasks:
        return set()
    described = ecs("DescribeTasks", cluster="main", tasks=tasks)["tasks"]
    return {it["containers"][0].get("imageDigest") for it in described if it["lastStatus"] == "RUNNING"}


def newest():
    """The newest service deployment."""
    brief = ecs("ListServiceDeployments", cluster="main", service="web")["serviceDeployments"][0]
    return ecs("DescribeServiceDeployments", serviceDeploymentArns=[brief["serviceDeploymentArn"]])[
        "serviceDeployments"
    ][0]


def await_(what, condition):
    end = time.monotonic() + LONGEST
    while not condition():
        if time.monotonic() > end:
            raise Failed(f"after {LONGEST} s not true: {what}")
        time.sleep(0.2)
    print("  ok:", what, flush=True)


def check(what, holds):
    if not holds:
        raise Failed("not true: " + what)
    print("  ok:", what, flush=True)


# --- the commands


def run(*command):
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    return done.returncode, (done.stdout + done.stderr).strip()


def terraform(command, *arguments):
    code, said = run("terraform", command, "-no-color", "-input=false", *arguments)
    if code not in ((0, 2) if "-detailed-exitcode" in arguments else (0,)):
        raise Failed(f"terraform {command} ended with {code}:\n{said}")
    return code, said


def apply(*arguments):
    terraform("apply", "-auto-approve", *arguments)


def plan_has_no_changes():
    code, said = terraform("plan", "-detailed-exitcode")
    if code == 2:
        changes = [line for line in said.splitlines() if line.strip()[:2] in ("~ ", "+ ", "- ", "-/")]
        raise Failed("terraform plan wants to change:\n" + "\n".join(changes))
    print("  ok: terraform plan says No changes", flush=True)


def slipway(*arguments):
    code, said = run(str(SLIPWAY), *arguments)
    if code != 0:
        raise Failed(f"slipway {' '.join(arguments)} ended with {code}:\n{said}")
    return said


# --- the steps

images = {}


def create():
    """Terraform creates the repository, then all the rest, with a service that follows nothing yet."""
    (HERE / "provider_override.tf").write_text(PROVIDER, "utf-8")
    (HERE / "terraform.tfvars.json").write_text(json.dumps(VARIABLES), "utf-8")
    (HERE / "follow_override.tf").write_text('resource "aws_ecs_service" "web" {\n  tags = {}\n}\n', "utf-8")
    terraform("init")
    apply("-target=aws_ecr_repository.web")
    images["first"] = push("1")
    apply()
    await_("the service runs the first image", lambda: at_rest() and running() == {images["first"]})
    plan_has_no_changes()


def follow():
    """The tag makes the service follow its environment. It runs the environment's image already."""
    (HERE / "follow_override.tf").unlink()
    apply()
    await_("`slipway status` knows the service", lambda: "main/web" in slipway("status"))
    await_("the service runs the first image", lambda: at_rest() and running() == {images["first"]})
    plan_has_no_changes()


def good_image():
    """A push rolls the service, and is no change to Terraform."""
    images["good"] = push("2")
    await_("Slipway rolls the service to it", lambda: at_rest() and image().endswith("@" + images["good"]))
    check("its tasks run it", running() == {images["good"]})
    plan_has_no_changes()


def failing_image():
    """A push that fails is rolled back, and is no change to Terraform."""
    before = image()
    images["bad"] = push("3", CRASHES)
    await_("ECS rolls it back", lambda: newest()["status"] == "ROLLBACK_SUCCESSFUL")
    await_("the service is back where it was", lambda: at_rest() and image() == before)
    await_("Slipway knows that it failed", lambda: "rolled back" in slipway("history", "main/web").lower())
    plan_has_no_changes()


def rollback():
    """An operator's rollback is no change to Terraform."""
    # ECS has been back on web:2 since the push that failed, so a bare rollback would be refused
    slipway("rollback", "main/web", "--to", "web:1", "--yes")
    await_("the service runs the first image again", lambda: at_rest() and running() == {images["first"]})
    plan_has_no_changes()


def pause():
    """A pause, and what is pushed meanwhile, is no change to Terraform."""
    slipway("pause", "main/web", "--yes")
    plan_has_no_changes()
    before = image()
    images["held"] = push("4")
    await_("Slipway holds the image", lambda: "paused" in slipway("status", "main/web"))
    check("the service runs what it ran", at_rest() and image() == before)
    plan_has_no_changes()
    slipway("resume", "main/web", "--yes")
    await_("Slipway rolls the service to it", lambda: at_rest() and image().endswith("@" + images["held"]))
    plan_has_no_changes()


def blocked_image():
    """The tag is back at the image that failed: `terraform apply` does not deploy it."""
    before = image()
    ids = ecr("BatchGetImage", repositoryName="web", imageIds=[{"imageTag": "staging"}])["images"]
    if ids[0]["imageId"]["imageDigest"] != images["bad"]:
        check("it is the image that failed", push("3", CRASHES) == images["bad"])
    await_("Slipway blocks it", lambda: "blocked" in slipway("status", "main/web"))
    apply()
    plan_has_no_changes()
    apply("-var=desired_count=3")
    await_("Terraform scales the service", lambda: at_rest() and service()["runningCount"] == 3)
    check("with the image that it ran", image() == before and images["bad"] not in running())
    apply("-var=greeting=good morning")
    check("a new revision of Terraform's is not deployed", at_rest() and image() == before)
    apply()


def without_ignoring():
    """Without `ignore_changes` Terraform deploys the moving tag, so the blocked image: people are told."""
    # an override file with an empty list would leave the list as it is
    main_tf = HERE / "main.tf"
    text = main_tf.read_text("utf-8")
    line = "    ignore_changes = [task_definition]\n"
    check("the configuration ignores the task definition until now", line in text)
    main_tf.write_text(text.replace(line, ""), "utf-8")
    seen = newest()["serviceDeploymentArn"]
    apply()
    await_("Terraform has deployed", lambda: newest()["serviceDeploymentArn"] != seen)
    await_("its deployment ends", lambda: newest()["status"] in ("ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED", "STOPPED"))
    await_("`slipway history` shows that it failed", lambda: images["bad"][7:19] in slipway("history", "main/web"))
    check("no task runs the blocked image", images["bad"] not in running())


STEPS = [create, follow, good_image, failing_image, rollback, pause, blocked_image, without_ignoring]


def main():
    chosen = [step for step in STEPS if step in (create, follow) or not sys.argv[2:] or step.__name__ in sys.argv[2:]]
    passed, failed = 0, []
    for step in chosen:
        print(f"{step.__name__}: {step.__doc__}", flush=True)
        try:
            step()
            passed += 1
        except Failed as failure:
            failed.append(step.__name__)
            print("  FAILED:", str(failure).replace("\n", "\n    "), flush=True)
            if step is create:
                break
    if failed:
        print("failed:", ", ".join(failed))
    print(f"terraform: {passed} passed, {len(failed)} failed, {len(chosen) - passed - len(failed)} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
