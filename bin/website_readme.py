"""Goes the way of examples/website/README.md, command by command as it is written there, in a copy of the example.

    python website_readme.py <directory of the copy>

AWS is the simulator at AWS_ENDPOINT_URL, with Slipway in it; images are pushed to REGISTRY. Says what became of the
services, and ends with an error where it is not what the README promises.
"""

import re
import subprocess
import sys
import time
from pathlib import Path

import botocore.session

HERE = Path(sys.argv[1])
# Slipway is in the simulator already; instances there are another way for the same service; logins and names are an
# example's; nothing can be removed there
LEFT_OUT = ["**1. Slipway**", "### On EC2 instances", "### From elsewhere", "## What it costs", "## Remove it"]
LONGEST = 240

session = botocore.session.get_session()
ecs, ecr = session.create_client("ecs"), session.create_client("ecr")


def commands():
    """Each command of the README with the step that it belongs to."""
    step, fenced = "", False
    for line in (HERE / "README.md").read_text("utf-8").splitlines():
        if line.startswith("```"):
            fenced = not fenced
        elif not fenced and (line.startswith("#") or line.startswith("**")):
            step = line
        elif fenced and re.match(r"[a-z.]", line) and not any(step.startswith(left) for left in LEFT_OUT):
            yield step, line


def digest(repository, tag):
    images = ecr.batch_get_image(repositoryName=repository, imageIds=[{"imageTag": tag}])["images"]
    return images[0]["imageId"]["imageDigest"]


def runs(cluster, service):
    """The images that a service runs now that no rollout is under way; None as long as one is."""
    found = ecs.describe_services(cluster=cluster, services=[service])["services"][0]
    deployments = found["deployments"]
    if len(deployments) > 1 or deployments[0]["rolloutState"] != "COMPLETED":
        return None
    if found["runningCount"] != found["desiredCount"]:
        return None
    definition = ecs.describe_task_definition(taskDefinition=found["taskDefinition"])["taskDefinition"]
    return [container["image"].split("/", 1)[1] for container in definition["containerDefinitions"]]


def await_images(cluster, service, *images):
    """Until every container of the service has the image, by any of its names."""
    until = time.monotonic() + LONGEST
    while not (found := runs(cluster, service)) or len(set(found)) > 1 or found[0] not in images:
        if time.monotonic() > until:
            sys.exit(f"{cluster}/{service} should run {images[0]}, but runs {found}")
        time.sleep(0.5)
    print(f"    {cluster}/{service} runs {found[0]}", flush=True)


def await_first(cluster, service, repository, tag):
    """Until a new service runs what the tag is on: by the tag, or by its digest if a sweep has come by since."""
    await_images(cluster, service, f"{repository}:{tag}", f"{repository}@{digest(repository, tag)}")


def look(step, command):
    """What the README promises after a command."""
    if step.startswith("**4.") and "fargate.yaml" in command:
        await_first("website-staging", "web", "website", "staging")
        tasks = ecs.describe_services(cluster="website-staging", services=["web"])["services"][0]["runningCount"]
        if tasks != 2:
            sys.exit(f"two tasks should run on staging, not {tasks}")
    elif step.startswith("**5.") and command == "./push.sh":
        await_images("website-staging", "web", "website@" + digest("website", "staging"))
    elif step.startswith("**7.") and "fargate.yaml" in command:
        await_first("website-production", "web", "website", "production")
    elif step.startswith("### A second") and "fargate.yaml" in command:
        await_first("website-staging", "handbook", "website-handbook", "staging")


def run(command):
    print(f"  $ {command}", flush=True)
    done = subprocess.run(["bash", "-c", command], cwd=HERE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        sys.exit(f"{done.stdout}\nended with {done.returncode}")
    last = [line for line in done.stdout.splitlines() if line.strip()][-1:]
    print("".join(f"    {line}\n" for line in last), end="", flush=True)


count, step_before = 0, ""
for step, command in commands():
    if step != step_before:
        print(step, flush=True)
        step_before = step
    run(command)
    look(step, command)
    count += 1

print("And then, as step 7 says: another post, and production gets what staging has.", flush=True)
run("echo '<!-- another -->' >>site/404.html && git commit --quiet --all --message 'Another' && ./push.sh")
await_images("website-staging", "web", "website@" + digest("website", "staging"))
run("./promote.sh staging production")
if digest("website", "production") != digest("website", "staging"):
    sys.exit("production should have the very digest of staging")
await_images("website-production", "web", "website@" + digest("website", "production"))
print(f"{count} commands of the README, all good")
