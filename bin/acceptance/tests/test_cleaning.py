"""What a run makes is removed, wherever it ends: tried against moto, call by call.

moto knows neither SAM's transform nor default tags of emulators; in place of Slipway's stack stands a small one.
"""

import functools
import json
import pathlib
import tempfile
import unittest
from unittest import mock

import boto3
import botocore.exceptions
import moto

from acceptance import ground, lab, resources, run
from acceptance.masking import Mask
from acceptance.rows import FAILED, OK, Rows
from acceptance.targets import Target
from acceptance.world import World

NAME = "slipway-acceptance-0123abcd"
ACCOUNT = "123456789012"
REGION = "us-east-1"
READING = ("Describe", "List", "Get", "Head", "BatchGet")
STACK = {"Resources": {"Table": {"Type": "AWS::DynamoDB::Table", "DeletionPolicy": "Retain", "Properties": {
    "TableName": f"{NAME}-RecordTable-1", "BillingMode": "PAY_PER_REQUEST",
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "Tags": [{"Key": run.TAG, "Value": NAME}]}}}, "Outputs": {"Table": {"Value": {"Ref": "Table"}}}}  # fmt: skip


class Injected(Exception):
    """What a test has the machine do at a call: as good as a crash."""


@functools.cache
def client(service):
    """Of all accounts: to make one takes longer than all its calls."""
    made = boto3.Session("test", "test", region_name=REGION).client(service)
    made.meta.events.register("before-call", lambda model, **_: Account.current.before(model))
    return made


class Account:
    """moto's account, whose n-th changing call fails with an error of the test's."""

    current: "Account"

    def __init__(self):
        self.calls = []
        self.fail_at = None
        self.fail_once = set()
        self.error = Injected
        self.clients = client
        Account.current = self

    def before(self, model):
        if model.name.startswith(READING):
            return
        self.calls.append(model.name)
        if len(self.calls) == self.fail_at:
            raise self.error(model.name)
        if model.name in self.fail_once:
            self.fail_once.remove(model.name)
            raise self.error(model.name)

    def names(self):
        """Everything that is there and has the run's name."""
        try:
            return [f"{kind.name} {it.id}" for kind in resources.KINDS for it in resources.found(self.clients, kind, NAME)
                    if not (kind.name == "task definition" and self.inactive(it.id))]  # fmt: skip
        except botocore.exceptions.ClientError as error:
            raise AssertionError(f"{error}") from error

    def inactive(self, arn):
        return self.clients("ecs").describe_task_definition(taskDefinition=arn)["taskDefinition"]["status"] != "ACTIVE"


def deploy_small_stack(account):
    def sam_deploy(*_):
        account.clients("cloudformation").create_stack(
            StackName=NAME, TemplateBody=json.dumps(STACK), Tags=run.tags(NAME), Capabilities=["CAPABILITY_IAM"]
        )

    return sam_deploy


def clean(account):
    return resources.Cleaning(account.clients, NAME, sleep=lambda _: None).clean()


class CleaningTest(unittest.TestCase):
    def setUp(self):
        self.server = moto.mock_aws()
        self.server.start()
        self.addCleanup(self.server.stop)
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)

    def run_it(self, account):
        """What a run makes on moto, in the order of a run."""
        target = Target("aws", REGION, {}, 0, 5, 0)
        world = World(target, NAME, ACCOUNT, Mask(ACCOUNT), self.directory)
        world.clients = account.clients
        world.pusher.ecr = account.clients("ecr")
        rows = Rows("aws", {}, lambda _: None)
        with mock.patch("acceptance.stack.sam_deploy", deploy_small_stack(account)), \
                mock.patch("acceptance.stack.template"), \
                mock.patch.object(World, "connect_registry"), \
                mock.patch.object(World, "network", lambda it: {"awsvpcConfiguration": {"subnets": it.subnets, "securityGroups": []}}):  # fmt: skip
            ground.make(world, rows, self.directory, None)
            rows.check("a service", lambda: world.create_service("web", world.register("web", world.uri(":1"))))
        rows.check("an asker", lambda: lab.asker(world))
        rows.check("an alarm", lambda: account.clients("cloudwatch").put_metric_alarm(
            AlarmName=f"{NAME}-lab", Namespace="a", MetricName="b", Statistic="Sum", Period=60, EvaluationPeriods=1,
            Threshold=1, ComparisonOperator="GreaterThanThreshold", Tags=run.tags(NAME)))  # fmt: skip
        rows.check("a package", lambda: account.clients("s3").put_object(Bucket=NAME, Key="package", Body=b"x"))
        return rows

    def fresh(self):
        """Another account: what was in the one before is gone."""
        self.server.stop()
        self.server.start()
        return Account()

    def test_a_whole_run_is_removed_with_what_the_stack_retains(self):
        account = Account()
        rows = self.run_it(account)
        self.assertEqual([str(row) for row in rows.all if row.verdict != OK], [])
        there = {name.rsplit(" ", 1)[0] for name in account.names()}
        self.assertEqual(there, {kind.name for kind in resources.KINDS} - {"task"})
        removed = clean(account)
        self.assertEqual([str(row) for row in removed if row.verdict != OK and "DeleteTaskDefinitions" not in str(row)], [])
        self.assertEqual(account.names(), [])

    def test_a_failure_or_an_interrupt_at_any_call_leaves_nothing(self):
        whole = Account()
        self.run_it(whole)
        for call in range(1, len(whole.calls) + 1):
            account = self.fresh()
            account.fail_at = call
            account.error = KeyboardInterrupt if call % 3 == 0 else Injected
            with self.subTest(call=whole.calls[call - 1], number=call, error=account.error.__name__):
                if account.error is KeyboardInterrupt:
                    with self.assertRaises(KeyboardInterrupt):
                        self.run_it(account)
                else:
                    rows = self.run_it(account)
                    self.assertIn(FAILED, [row.verdict for row in rows.all])
                account.fail_at = None
                clean(account)
                self.assertEqual(account.names(), [])

    def test_what_fails_while_it_is_removed_is_told_and_is_removed_the_next_time(self):
        whole = Account()
        self.run_it(whole)
        making = len(whole.calls)
        clean(whole)
        account = self.fresh()
        self.run_it(account)
        account.fail_once = set(whole.calls[making:]) - {"DeleteTaskDefinitions"}
        injected, passes = len(account.fail_once), []
        self.assertGreater(injected, 12)
        while account.names():
            passes.append([row.verdict for row in clean(account)])
            self.assertLess(len(passes), 6)
        self.assertEqual(account.fail_once, set())
        self.assertGreaterEqual(passes[0].count(FAILED), len(resources.KINDS) - 2)
        self.assertGreater(len(passes), 1)

    def test_what_has_the_name_and_not_the_tag_is_not_touched(self):
        account = Account()
        account.clients("ecr").create_repository(repositoryName=NAME)
        account.clients("sqs").create_queue(QueueName=f"{NAME}-captured", tags={run.TAG: "slipway-acceptance-99999999"})
        account.clients("iam").create_role(RoleName=f"{NAME}-execution", Path=f"/{run.TAG}/", AssumeRolePolicyDocument="{}")
        account.clients("s3").create_bucket(Bucket=NAME)
        rows = clean(account)
        self.assertEqual([row.verdict for row in rows], [FAILED] * 4)
        for row in rows:
            self.assertIn(f"has not the tag {run.TAG}={NAME}: it is not touched", row.detail)
        self.assertEqual(len(account.names()), 4)

    def test_another_run_is_left_alone(self):
        account = Account()
        other = NAME[:-1] + "e"
        account.clients("ecr").create_repository(repositoryName=other, tags=run.tags(other))
        account.clients("sqs").create_queue(QueueName=f"{other}-captured", tags={run.TAG: other})
        self.run_it(account)
        clean(account)
        self.assertEqual(len(account.clients("ecr").describe_repositories()["repositories"]), 1)
        self.assertEqual(len(account.clients("sqs").list_queues()["QueueUrls"]), 1)

    def test_an_empty_account_has_nothing_to_remove(self):
        self.assertEqual(clean(Account()), [])

    def test_a_name_that_no_run_has_is_refused(self):
        for name in ("slipway", "slipway-acceptance-", "slipway-acceptance-0123abcd*", "prod", NAME + "/../x", NAME + "\n"):
            with self.assertRaisesRegex(SystemExit, "no name of a run"):
                resources.Cleaning(Account().clients, name)
