"""Where a run runs: the simulator, MiniStack, or an AWS account; and what each of the first two has not."""

import contextlib
import dataclasses
import os
import pathlib
import signal
import socket
import subprocess
import time
import urllib.request

import boto3
import botocore.config
import botocore.exceptions

ROOT = pathlib.Path(__file__).resolve().parents[2]

SIMULATOR_LACKS = {
    "sam": "the simulator has no S3 to upload a package to: it reads template.yaml itself as it starts",
    "registry": "the simulator has no registry API: images are manifests without layers, which PutImage takes",
    "iam": "the simulator has no IAM API: roles come from the template",
    "lambda platform": "the simulator's functions write no platform.report lines: there is no SnapStart to restore",
    "network": "the simulator has no VPC: subnet-1 is as good as another",
    "money": "nothing here costs anything",
}
MINISTACK_LACKS = {
    "registry": "MiniStack has no registry API: images are manifests without layers, which PutImage takes",
    "functions": "MiniStack runs Java functions in Docker alone, and models no rollout for them to follow",
    "rollouts": "MiniStack models no rollout, circuit breaker or alarm: rolloutState is COMPLETED from birth",
    "aws events": "MiniStack emits no event of ECR or ECS",
    "lambda platform": "MiniStack's functions write no platform.report lines",
    "archive": "MiniStack has no AWS::Events::Archive: the template goes in without it",
    "session policies": "MiniStack checks no permissions",
    "stack updates": "MiniStack 1.4.21 has lost its functions once a stack is changed",
    "money": "nothing here costs anything",
}


@dataclasses.dataclass(frozen=True)
class Target:
    """A place to run in.

    lacks: capability -> why it is not there. pause: seconds between two looks. patience: seconds after which something
    that should have come has not. settle: seconds in which an event comes that comes at all. services: whose APIs it
    has; None for all. stack: the name of Slipway's stack, where it is not the run's.
    """

    name: str
    region: str
    lacks: dict
    pause: float
    patience: float
    settle: float
    endpoint: str | None = None
    profile: str | None = None
    services: frozenset | None = None
    stack: str | None = None

    def session(self):
        if self.name == "aws":
            return boto3.Session(profile_name=self.profile, region_name=self.region)
        return boto3.Session("test", "test", region_name=self.region)

    def clients(self):
        """A function that gives the client of a service, always the same one."""
        session, made = self.session(), {}
        config = botocore.config.Config(retries={"mode": "standard", "max_attempts": 8 if self.name == "aws" else 2})

        def client(service):
            if service not in made:
                made[service] = session.client(service, endpoint_url=self.endpoint, config=config)
            return made[service]

        return client

    def environment(self):
        """The variables with which other programs reach it."""
        outside = {name: value for name, value in os.environ.items() if self.name == "aws" or not name.startswith("AWS_")}
        outside |= {"AWS_REGION": self.region, "AWS_DEFAULT_REGION": self.region, "SAM_CLI_TELEMETRY": "0"}
        if self.name == "aws":
            return outside | ({"AWS_PROFILE": self.profile} if self.profile else {})
        return outside | {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_ENDPOINT_URL": self.endpoint}


def identity(target):
    """The account and the ARN of who asks."""
    try:
        answer = target.clients()("sts").get_caller_identity()
    except (botocore.exceptions.BotoCoreError, botocore.exceptions.ClientError) as error:
        raise SystemExit(
            f"acceptance: no credentials of an AWS account that work: {error}\n"
            "Say which: make acceptance TARGET=aws PROFILE=… REGION=…; a profile with mfa_serial or SSO needs "
            "`aws sso login`, or `aws configure export-credentials`, before. Nothing was made."
        ) from error
    return answer["Account"], answer["Arn"]


def free_port():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return listening.getsockname()[1]


@contextlib.contextmanager
def process(command, log, environment, ready):
    """A program that runs in a process group of its own; ready: whether it answers, by its log's text."""
    with open(log, "w", encoding="utf-8") as written:
        running = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=written, stderr=written,
            start_new_session=True,
        )  # fmt: skip
    try:
        end = time.monotonic() + 120
        while not ready(pathlib.Path(log).read_text("utf-8")):
            if running.poll() is not None or time.monotonic() > end:
                tail = "\n".join(pathlib.Path(log).read_text("utf-8").splitlines()[-20:])
                raise SystemExit(f"acceptance: {command[0]} did not start; the end of {log}:\n{tail}")
            time.sleep(0.2)
        yield running
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGTERM)
        try:
            running.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()


@contextlib.contextmanager
def simulator(package, directory, parameters, speed=120):
    """`make local`'s simulator on a free port, with Slipway in it."""
    port, region = free_port(), "us-east-1"
    java = subprocess.run([ROOT / "bin/jdk25"], check=True, capture_output=True, text=True).stdout.strip()
    command = [
        f"{java}/bin/java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1",
        "-cp", "simulator/target/simulator.jar:simulator/target/lib/*", "dev.slipway.simulator.Main",
        "--port", str(port), "--speed", str(speed), "--package", str(package),
        "--parameters", " ".join(f"{name}={value}" for name, value in parameters.items()),
    ]  # fmt: skip
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    with process(command, directory / "simulator.log", environment | {"AWS_REGION": region},
                 lambda log: "AWS_ENDPOINT_URL" in log):  # fmt: skip
        yield Target(
            "simulator", region, SIMULATOR_LACKS, 0.2, 90, 1.0, f"http://127.0.0.1:{port}",
            services=frozenset(("ecs", "events", "sqs", "ecr", "logs")), stack="slipway",
        )  # fmt: skip


@contextlib.contextmanager
def ministack(directory):
    port, region = free_port(), "us-east-1"
    variables = {
        "SFTP_ENABLED": "0", "IOT_MTLS_ENABLED": "0", "BIND_HOST": "127.0.0.1", "GATEWAY_PORT": str(port),
        "MINISTACK_REGION": region, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
    }  # fmt: skip

    def answers(_):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_ministack/health", timeout=5):
                return True
        except OSError:
            return False

    with process(["ministack"], directory / "ministack.log", os.environ | variables, answers):
        yield Target("ministack", region, MINISTACK_LACKS, 0.2, 60, 1.5, f"http://127.0.0.1:{port}")


def account(profile, region):
    try:
        session = boto3.Session(profile_name=profile)
    except botocore.exceptions.ProfileNotFound as error:
        raise SystemExit(f"acceptance: {error}. Nothing was made.") from error
    region = region or session.region_name
    if not region:
        raise SystemExit("acceptance: no Region: say REGION=…, or have the profile name one. Nothing was made.")
    return Target("aws", region, {}, 5, 1500, 90, profile=profile)
