"""What a run has at hand: clients, the command, the events that it captures, and what ECS said meanwhile."""

import base64
import json
import subprocess
import time
import urllib.parse

from . import images, registry, run, targets
from .rows import Failed

EVENTS = {
    "ecr": {"source": ["aws.ecr"], "detail": {"repository-name": [{"prefix": "NAME"}]}},
    # An event of a hook may name no resource.
    "ecs": {"source": ["aws.ecs"], "$or": [{"resources": [{"wildcard": "*/NAME/*"}]},
                                           {"detail": {"clusterArn": [{"wildcard": "*/NAME"}]}}]},
    "tag": {"source": ["aws.tag"], "resources": [{"wildcard": "*/NAME/*"}]},
    "slipway": {"source": ["slipway"], "resources": [{"wildcard": "*/NAME/*"}]},
}
GROUPS = {"group": "$.detail.repository-name", "group-missing": "$.detail.nothing"}


class World:
    """The run's hands and memory.

    say: prints a line. Everything that is made carries the run's tag.
    """

    def __init__(self, target, name, account, mask, directory, say=print):
        self.target = target
        self.name = name
        self.account = account
        self.mask = mask
        self.directory = directory
        self.say = say
        self.clients = target.clients()
        self.base = images.NOTHING
        self.pusher = images.Pusher(self.clients("ecr"), name)
        self.subnets = ["subnet-1"]
        self.events = []
        self.seen = {}  # name of a service -> what ECS said of it, each once
        self.pushed = {}  # what a push was for -> digest
        self.execution_role = f"arn:aws:iam::{account}:role/{run.TAG}/{name}-execution"

    @property
    def stack(self):
        return self.target.stack or self.name

    # --- waiting

    def poll(self):
        self.drain()
        for service in list(self.seen):
            self.look(service)

    def await_(self, what, condition, seconds=None):
        end = time.monotonic() + (seconds or self.target.patience)
        while not condition():
            if time.monotonic() > end:
                raise Failed(f"after {seconds or self.target.patience:.0f} s not true: {what}")
            self.poll()
            time.sleep(self.target.pause)
        self.poll()

    def settle(self):
        """Waits as long as an event may take that comes at all."""
        end = time.monotonic() + self.target.settle
        while time.monotonic() < end:
            self.poll()
            time.sleep(self.target.pause)

    # --- the command

    def slipway(self, *arguments, allowed=(0,)):
        done = subprocess.run(
            [targets.ROOT / "slipway", *arguments],
            env=self.target.environment() | {"SLIPWAY_STACK": self.stack, "NO_COLOR": "1"},
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
        )  # fmt: skip
        said = (done.stdout + done.stderr).strip()
        if done.returncode not in allowed:
            raise Failed(f"slipway {' '.join(arguments)} ended with {done.returncode}:\n{said}")
        return said

    # --- events

    def create_capture(self):
        """A queue to which the bus brings every event about the run's repository and cluster."""
        events = self.clients("events")
        capture, arn = self._queue("captured")
        rules = []
        for kind, pattern in EVENTS.items():
            rule = events.put_rule(
                Name=f"{self.name}-captured-{kind}",
                EventPattern=json.dumps(pattern).replace("NAME", self.name),
                Tags=run.tags(self.name),
            )
            rules.append(rule["RuleArn"])
            self._target(f"{self.name}-captured-{kind}", {"Id": "captured", "Arn": arn})
        self._allow(capture, arn, rules)
        self.capture_url = capture

    def create_groups(self):
        """FIFO queues whose message group EventBridge is to take from the event, and where undeliverable events go."""
        events = self.clients("events")
        fifo = {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
        undeliverable, dead_arn = self._queue("groups-undeliverable")
        self.groups = {"undeliverable": undeliverable}
        rules = []
        for kind, path in GROUPS.items():
            url, arn = self._queue(kind + ".fifo", fifo)
            rule = events.put_rule(
                Name=f"{self.name}-{kind}",
                EventPattern=json.dumps(EVENTS["ecr"]).replace("NAME", self.name),
                Tags=run.tags(self.name),
            )["RuleArn"]
            self._target(f"{self.name}-{kind}", {"Id": kind, "Arn": arn, "SqsParameters": {"MessageGroupId": path},
                                                 "DeadLetterConfig": {"Arn": dead_arn},
                                                 "RetryPolicy": {"MaximumRetryAttempts": 2, "MaximumEventAgeInSeconds": 60}})  # fmt: skip
            self._allow(url, arn, [rule])
            self.groups[kind] = url
            rules.append(rule)
        self._allow(undeliverable, dead_arn, rules)

    def _queue(self, suffix, attributes=None):
        sqs = self.clients("sqs")
        url = sqs.create_queue(
            QueueName=f"{self.name}-{suffix}", Attributes=attributes or {}, tags={run.TAG: self.name}
        )["QueueUrl"]
        return url, sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]

    def _allow(self, url, arn, rules):
        statement = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage",
                     "Resource": arn, "Condition": {"ArnEquals": {"aws:SourceArn": rules}}}  # fmt: skip
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        self.clients("sqs").set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})

    def _target(self, rule, target):
        answer = self.clients("events").put_targets(Rule=rule, Targets=[target])
        if answer["FailedEntryCount"]:
            raise Failed(f"EventBridge does not take the target of {rule}: {answer['FailedEntries']}")

    def drain(self):
        if not hasattr(self, "capture_url"):
            return
        sqs = self.clients("sqs")
        while messages := sqs.receive_message(QueueUrl=self.capture_url, MaxNumberOfMessages=10).get("Messages"):
            for message in messages:
                self.events.append(json.loads(message["Body"]))
                sqs.delete_message(QueueUrl=self.capture_url, ReceiptHandle=message["ReceiptHandle"])

    def captured(self, detail_type=None, where=lambda event: True):
        """The captured events of a type, oldest first."""
        found = [it for it in self.events if detail_type in (None, it["detail-type"]) and where(it)]
        return sorted(found, key=lambda it: it["time"])

    # --- ECS

    def service(self, service):
        ecs = self.clients("ecs")
        return ecs.describe_services(cluster=self.name, services=[service], include=["TAGS"])["services"][0]

    def service_deployments(self, service):
        """Newest first."""
        ecs = self.clients("ecs")
        briefs = ecs.list_service_deployments(cluster=self.name, service=service)["serviceDeployments"]
        if not briefs:
            return []
        arns = [it["serviceDeploymentArn"] for it in briefs[:20]]
        described = ecs.describe_service_deployments(serviceDeploymentArns=arns)["serviceDeployments"]
        return sorted(described, key=lambda it: it["createdAt"], reverse=True)

    def look(self, service):
        """Keeps what ECS says of a service now, if it has not said it before."""
        described = self.service(service)
        now = [{name: it.get(name) for name in ("id", "status", "rolloutState", "rolloutStateReason")}
               for it in described["deployments"]]  # fmt: skip
        now += [
            {name: it.get(name) for name in ("serviceDeploymentArn", "status", "statusReason", "lifecycleStage", "rollback",
                                             "deploymentCircuitBreaker", "alarms", "lifecycleHookDetails")}
            for it in self.service_deployments(service)
        ]  # fmt: skip
        now += [{"message": it["message"]} for it in described.get("events", [])]
        known = self.seen.setdefault(service, [])
        for it in now:
            if it not in known:
                known.append(it)

    def at_rest(self, service):
        deployments = self.service(service)["deployments"]
        return len(deployments) == 1 and deployments[0].get("rolloutState") == "COMPLETED"

    def tasks(self, service):
        ecs = self.clients("ecs")
        arns = ecs.list_tasks(cluster=self.name, serviceName=service)["taskArns"]
        return ecs.describe_tasks(cluster=self.name, tasks=arns)["tasks"] if arns else []

    def running(self, service):
        """The digests that the running tasks have."""
        return {
            container.get("imageDigest")
            for task in self.tasks(service)
            if task["lastStatus"] == "RUNNING"
            for container in task["containers"]
        }

    def register(self, family, image, role=None):
        """Registers a revision of the smallest Fargate task there is; returns its ARN."""
        container = {
            "name": "web", "image": image, "essential": True, "healthCheck": images.HEALTH_CHECK,
            "logConfiguration": {"logDriver": "awslogs", "options": {
                "awslogs-group": f"/{run.TAG}/{self.name}", "awslogs-region": self.target.region,
                "awslogs-stream-prefix": "web"}},
        }  # fmt: skip
        return self.clients("ecs").register_task_definition(
            family=f"{self.name}-{family}", requiresCompatibilities=["FARGATE"], networkMode="awsvpc", cpu="256",
            memory="512", executionRoleArn=role or self.execution_role, containerDefinitions=[container],
            tags=run.tags(self.name, "key", "value"),
        )["taskDefinition"]["taskDefinitionArn"]  # fmt: skip

    def create_service(self, service, revision, desired=1, breaker=(True, True), **more):
        configuration = {
            "deploymentCircuitBreaker": {"enable": breaker[0], "rollback": breaker[1]},
            "minimumHealthyPercent": 100, "maximumPercent": 200,
        } | more.pop("deploymentConfiguration", {})  # fmt: skip
        self.clients("ecs").create_service(
            cluster=self.name, serviceName=service, taskDefinition=revision, desiredCount=desired, launchType="FARGATE",
            networkConfiguration=self.network(), deploymentConfiguration=configuration, propagateTags="SERVICE",
            tags=run.tags(self.name, "key", "value"), **more,
        )  # fmt: skip
        self.seen[service] = []

    def network(self):
        public = {"assignPublicIp": "ENABLED"} if self.target.name == "aws" else {}
        return {"awsvpcConfiguration": {"subnets": self.subnets, **public}}

    def uri(self, reference):
        return f"{self.account}.dkr.ecr.{self.target.region}.amazonaws.com/{self.name}{reference}"

    # --- ECR

    def connect_registry(self):
        """The repository over its HTTP API, and the public image's."""
        token = self.clients("ecr").get_authorization_token()["authorizationData"][0]
        user, _, password = base64.b64decode(token["authorizationToken"]).decode().partition(":")
        endpoint = urllib.parse.urlsplit(token["proxyEndpoint"])
        base, repository, reference = images.SOURCE
        source = registry.Registry(base, repository)
        to = registry.Registry(f"{endpoint.scheme}://{endpoint.netloc}", self.name, (user, password))
        self.pusher = images.Pusher(self.clients("ecr"), self.name, to, source)
        self.base = images.pull(source, reference)
        self.pusher.push_layers(self.base)

    def push(self, kind, tag, what):
        """Pushes a new image of a kind, and keeps its digest under what it is for."""
        image = images.variant(self.base, kind, what)
        self.pushed[what] = self.pusher.push(image, tag)
        return image
