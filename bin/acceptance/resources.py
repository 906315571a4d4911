"""Every kind of resource that a run makes: how those of a run are found, how one is removed.

Found by the run's name, and removed only if it carries the run's tag, which is read from AWS before.
"""

import dataclasses
import time
from typing import Callable

import botocore.exceptions

from . import run
from .rows import FAILED, OK, SKIPPED, Row, lacking

# Where what was asked for is gone already.
GONE = {
    "ResourceNotFoundException", "NoSuchEntity", "NoSuchBucket", "RepositoryNotFoundException", "ClusterNotFoundException",
    "ServiceNotFoundException", "AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist", "NoSuchTagSet",
    "NoSuchTagSetError",
}  # fmt: skip


def code(error):
    return error.response["Error"].get("Code", "")


def tagged(tags, name):
    """Whether tags, in whatever form a service has them, say that this is the run's."""
    if isinstance(tags, dict):
        return tags.get(run.TAG) == name
    return any(
        (tag.get("Key") or tag.get("key")) == run.TAG and (tag.get("Value") or tag.get("value")) == name
        for tag in tags or []
    )


@dataclasses.dataclass(frozen=True)
class Kind:
    """A kind of resource.

    service: whose API it is. find: (client, name of the run) -> pairs of an id and the tags. remove: (client, id).
    retried: codes of errors that pass while AWS still winds up what is in it.
    """

    name: str
    service: str
    find: Callable
    remove: Callable
    retried: tuple = ()


def every(client, operation, member, **arguments):
    """All pages of a list; an emulator may know the operation, but no pages."""
    if client.can_paginate(operation):
        for page in client.get_paginator(operation).paginate(**arguments):
            yield from page.get(member, [])
    else:
        yield from getattr(client, operation)(**arguments).get(member, [])


def find_services(ecs, name):
    for arn in every(ecs, "list_services", "serviceArns", cluster=name):
        described = ecs.describe_services(cluster=name, services=[arn], include=["TAGS"])["services"]
        yield from ((arn, it.get("tags")) for it in described if it["status"] != "INACTIVE")


def remove_service(ecs, arn):
    cluster = arn.split("/")[-2]
    ecs.delete_service(cluster=cluster, service=arn, force=True)
    wait(lambda: all(it["status"] == "INACTIVE" for it in
                     ecs.describe_services(cluster=cluster, services=[arn])["services"]), arn)  # fmt: skip


def find_tasks(ecs, name):
    arns = list(every(ecs, "list_tasks", "taskArns", cluster=name))
    for start in range(0, len(arns), 100):
        described = ecs.describe_tasks(cluster=name, tasks=arns[start : start + 100], include=["TAGS"])["tasks"]
        # those of services go with their service
        yield from ((it["taskArn"], it.get("tags")) for it in described if not it.get("group", "").startswith("service:"))


def find_clusters(ecs, name):
    for it in ecs.describe_clusters(clusters=[name], include=["TAGS"])["clusters"]:
        if it["status"] != "INACTIVE":
            yield it["clusterArn"], it.get("tags")


def find_revisions(ecs, name):
    for status in ("ACTIVE", "INACTIVE"):
        for family in every(ecs, "list_task_definition_families", "families", familyPrefix=name):
            for arn in every(ecs, "list_task_definitions", "taskDefinitionArns", familyPrefix=family, status=status):
                described = ecs.describe_task_definition(taskDefinition=arn, include=["TAGS"])
                yield arn, described.get("tags")


def remove_revision(ecs, arn):
    if ecs.describe_task_definition(taskDefinition=arn)["taskDefinition"]["status"] == "ACTIVE":
        ecs.deregister_task_definition(taskDefinition=arn)
    for failure in ecs.delete_task_definitions(taskDefinitions=[arn]).get("failures", []):
        raise RuntimeError(failure.get("reason") or failure.get("detail") or str(failure))


def find_repositories(ecr, name):
    try:
        for it in ecr.describe_repositories(repositoryNames=[name])["repositories"]:
            yield it["repositoryName"], ecr.list_tags_for_resource(resourceArn=it["repositoryArn"])["tags"]
    except botocore.exceptions.ClientError as error:
        if code(error) != "RepositoryNotFoundException":
            raise


def find_rules(events, name):
    for it in every(events, "list_rules", "Rules", NamePrefix=name + "-"):
        if not it.get("ManagedBy"):
            yield it["Name"], events.list_tags_for_resource(ResourceARN=it["Arn"])["Tags"]


def remove_rule(events, rule):
    targets = [it["Id"] for it in events.list_targets_by_rule(Rule=rule)["Targets"]]
    if targets:
        events.remove_targets(Rule=rule, Ids=targets)
    events.delete_rule(Name=rule)


def find_queues(sqs, name):
    for url in every(sqs, "list_queues", "QueueUrls", QueueNamePrefix=name + "-"):
        yield url, sqs.list_queue_tags(QueueUrl=url).get("Tags", {})


def find_alarms(cloudwatch, name):
    for it in every(cloudwatch, "describe_alarms", "MetricAlarms", AlarmNamePrefix=name + "-"):
        yield it["AlarmName"], cloudwatch.list_tags_for_resource(ResourceARN=it["AlarmArn"])["Tags"]


def find_log_groups(logs, name):
    for prefix in (f"/{run.TAG}/{name}", f"/aws/lambda/{name}-"):
        for it in every(logs, "describe_log_groups", "logGroups", logGroupNamePrefix=prefix):
            yield it["logGroupName"], logs.list_tags_for_resource(resourceArn=it["arn"].removesuffix(":*"))["tags"]


def find_tables(dynamodb, name):
    for table in every(dynamodb, "list_tables", "TableNames"):
        if table.startswith(name + "-"):
            arn = dynamodb.describe_table(TableName=table)["Table"]["TableArn"]
            yield table, dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"]


def find_roles(iam, name):
    for it in every(iam, "list_roles", "Roles", PathPrefix=f"/{run.TAG}/"):
        if it["RoleName"].startswith(name + "-"):
            yield it["RoleName"], iam.list_role_tags(RoleName=it["RoleName"])["Tags"]


def remove_role(iam, role):
    for policy in every(iam, "list_role_policies", "PolicyNames", RoleName=role):
        iam.delete_role_policy(RoleName=role, PolicyName=policy)
    for policy in every(iam, "list_attached_role_policies", "AttachedPolicies", RoleName=role):
        iam.detach_role_policy(RoleName=role, PolicyArn=policy["PolicyArn"])
    iam.delete_role(RoleName=role)


def find_buckets(s3, name):
    for it in s3.list_buckets()["Buckets"]:
        if it["Name"].startswith(name):
            try:
                yield it["Name"], s3.get_bucket_tagging(Bucket=it["Name"])["TagSet"]
            except botocore.exceptions.ClientError as error:
                if code(error) not in GONE:
                    raise
                yield it["Name"], []


def remove_bucket(s3, bucket):
    for it in list(every(s3, "list_objects_v2", "Contents", Bucket=bucket)):
        s3.delete_object(Bucket=bucket, Key=it["Key"])
    s3.delete_bucket(Bucket=bucket)


def find_stacks(cloudformation, name):
    try:
        for it in cloudformation.describe_stacks(StackName=name)["Stacks"]:
            if it["StackStatus"] != "DELETE_COMPLETE":
                yield it["StackName"], it.get("Tags", [])
    except botocore.exceptions.ClientError as error:
        if "does not exist" not in str(error):
            raise


def remove_stack(cloudformation, stack):
    cloudformation.delete_stack(StackName=stack)
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=stack, WaiterConfig={"Delay": 5, "MaxAttempts": 180})


BUSY = ("ClusterContainsTasksException", "ClusterContainsServicesException", "ResourceInUseException", "UpdateInProgressException")

# In the order in which they are removed: what uses another thing goes first.
KINDS = (
    Kind("service", "ecs", find_services, remove_service),
    Kind("task", "ecs", find_tasks, lambda ecs, arn: ecs.stop_task(cluster=arn.split("/")[-2], task=arn)),
    Kind("stack", "cloudformation", find_stacks, remove_stack),
    Kind("rule", "events", find_rules, remove_rule),
    Kind("queue", "sqs", find_queues, lambda sqs, url: sqs.delete_queue(QueueUrl=url)),
    Kind("alarm", "cloudwatch", find_alarms, lambda cloudwatch, name: cloudwatch.delete_alarms(AlarmNames=[name])),
    Kind("repository", "ecr", find_repositories, lambda ecr, name: ecr.delete_repository(repositoryName=name, force=True)),
    Kind("cluster", "ecs", find_clusters, lambda ecs, arn: ecs.delete_cluster(cluster=arn), BUSY),
    Kind("task definition", "ecs", find_revisions, remove_revision),
    Kind("log group", "logs", find_log_groups, lambda logs, name: logs.delete_log_group(logGroupName=name)),
    Kind("table", "dynamodb", find_tables, lambda dynamodb, name: dynamodb.delete_table(TableName=name), BUSY),
    Kind("role", "iam", find_roles, remove_role),
    Kind("bucket", "s3", find_buckets, remove_bucket),
)


def wait(condition, what, seconds=600, pause=2.0):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not after {seconds} s")
        time.sleep(pause)


def found(clients, kind, name):
    """The resources of a kind that have the run's name: with its tag, and without."""
    try:
        return [run.Tagged(kind.name, id, tagged(tags, name)) for id, tags in kind.find(clients(kind.service), name)]
    except botocore.exceptions.ClientError as error:
        if code(error) in GONE:
            return []
        raise


class Cleaning:
    """Removes what a run has made.

    target_name: of an emulator, a kind that it does not know is skipped. services: those that the target has; None for
    all.
    """

    def __init__(self, clients, name, target_name="aws", services=None, sleep=time.sleep):
        self.clients = clients
        self.name = run.checked(name)
        self.target_name = target_name
        self.services = services
        self.sleep = sleep

    def clean(self):
        """Rows, one for each kind that was there or is not known; FAILED where anything is left."""
        return [row for kind in KINDS if (row := self._kind(kind))]

    def _kind(self, kind):
        title = f"removed: {kind.name}"
        if self.services is not None and kind.service not in self.services:
            return Row(title, SKIPPED, f"{self.target_name} has no {kind.service}")
        try:
            there = found(self.clients, kind, self.name)
        except botocore.exceptions.ClientError as error:
            reason = lacking(error, self.target_name)
            return Row(title, SKIPPED, reason) if reason else Row(title, FAILED, f"cannot be looked for: {error}")
        except Exception as error:  # whatever it is, the other kinds are looked for all the same
            return Row(title, FAILED, f"cannot be looked for: {type(error).__name__}: {error}")
        left, skipped, removed = [], [], 0
        for resource in there:
            if not resource.tagged:
                left.append(f"{resource.id} has not the tag {run.TAG}={self.name}: it is not touched")
                continue
            reason, lacks = self._remove(kind, resource.id)
            if lacks:
                skipped.append(lacks)
            elif reason:
                left.append(f"{resource.id} is still there: {reason}")
            else:
                removed += 1
        if left:
            return Row(title, FAILED, "\n".join(left))
        if skipped:
            return Row(title, SKIPPED, skipped[0])
        return Row(title, OK, str(removed)) if removed else None

    def _remove(self, kind, id):
        """Why it could not be removed, and why the target never can; None twice if it is gone."""
        for attempt in range(60):
            try:
                kind.remove(self.clients(kind.service), id)
            except botocore.exceptions.ClientError as error:
                if code(error) in GONE:
                    return None, None
                if code(error) in kind.retried and attempt < 59:
                    self.sleep(5)
                    continue
                return str(error), lacking(error, self.target_name)
            except Exception as error:  # whatever it is, the other resources are removed all the same
                return f"{type(error).__name__}: {error}", None
            return None, None
        raise AssertionError("the last attempt returns")
