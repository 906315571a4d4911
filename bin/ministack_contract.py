"""What a deployment of template.yaml must leave behind, seen through AWS's own API.

Run by bin/ministack once `sam deploy` is done; AWS_ENDPOINT_URL says where. Prints one line for each
thing that holds and exits 1 after the first that does not.

MiniStack's CloudFormation leaves a queue's redrive policies and encryption out (1.4.21), so nothing
is said of them here; the simulator's scenarios show the redrive.
"""

import json
import sys
import time

import boto3

STACK = "slipway"

cloudformation = boto3.client("cloudformation")
cloudwatch = boto3.client("cloudwatch")
dynamodb = boto3.client("dynamodb")
events = boto3.client("events")
functions = boto3.client("lambda")
iam = boto3.client("iam")
logs = boto3.client("logs")
sqs = boto3.client("sqs")


def check(what, found, wanted):
    if found != wanted:
        print(f"WRONG  {what}\n       found  {found}\n       wanted {wanted}")
        sys.exit(1)
    print(f"ok     {what}")


def queue(url):
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return {**attributes, "Policy": json.loads(attributes["Policy"])}


def image_action(**detail):
    return {
        "Source": "aws.ecr",
        "DetailType": "ECR Image Action",
        "Detail": json.dumps({"result": "SUCCESS", "repository-name": "web", **detail}),
    }


stack = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
outputs = {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
check("the stack is complete", stack["StackStatus"].endswith("_COMPLETE"), True)
check("no output is empty", [key for key, value in outputs.items() if not value], [])

# queues
deploy = queue(outputs["DeployQueueUrl"])
dead_letters = queue(outputs["DeployDeadLetterQueueUrl"])
undeliverable = queue(outputs["PushRuleDeadLetterQueueUrl"])
for name, attributes in (("the queue", deploy), ("its dead-letter queue", dead_letters), ("the rule's", undeliverable)):
    check(f"{name} is a standard queue", attributes.get("FifoQueue", "false"), "false")

# record
table = dynamodb.describe_table(TableName=outputs["RecordTableName"])["Table"]
keys = [(key["AttributeName"], key["KeyType"]) for key in table["KeySchema"]]
check("the record's table has its keys", keys, [("pk", "HASH"), ("sk", "RANGE")])
check("it is paid by request", table["BillingModeSummary"]["BillingMode"], "PAY_PER_REQUEST")

# rule
rule = events.describe_rule(Name=f"{STACK}-push")
rules = [events.describe_rule(Name=f"{STACK}-{name}")["Arn"] for name in ("push", "tag", "scan")]
targets = events.list_targets_by_rule(Rule=rule["Name"])["Targets"]
check("the rule has one target: the queue", [target["Arn"] for target in targets], [deploy["QueueArn"]])
check("no target takes a message group", [target.get("SqsParameters") for target in targets], [None])
check("what cannot be delivered is kept", targets[0]["DeadLetterConfig"]["Arn"], undeliverable["QueueArn"])
for name, attributes in (("the queue", deploy), ("the rule's dead-letter queue", undeliverable)):
    senders = [s["Condition"]["ArnEquals"]["aws:SourceArn"] for s in attributes["Policy"]["Statement"] if s["Effect"] == "Allow"]
    check(f"only the rules may send to {name}", senders, [rules])

# function
name = outputs["DeployFunctionName"]
live = functions.get_function_configuration(FunctionName=name, Qualifier="live")
check("the alias live is a published version", live["Version"].isdigit(), True)
check("the handler", live["Handler"], "dev.slipway.handler.DeployHandler::handleRequest")
check("the runtime", (live["Runtime"], live["Architectures"]), ("java25", ["arm64"]))
check("the visibility timeout is six times the function's", int(deploy["VisibilityTimeout"]) >= 6 * live["Timeout"], True)
variables = live["Environment"]["Variables"]
check(
    "the function knows its queues, its topic and its record",
    [variables.get(f"SLIPWAY_{name}") for name in ("QUEUE_URL", "DEAD_LETTER_QUEUE_URL", "TOPIC_ARN", "TABLE_NAME")],
    [outputs[name] for name in ("DeployQueueUrl", "DeployDeadLetterQueueUrl", "NotificationTopicArn", "RecordTableName")],
)
check("no endpoint is set", "AWS_ENDPOINT_URL" in variables, False)
mapping = functions.list_event_source_mappings(EventSourceArn=deploy["QueueArn"])["EventSourceMappings"][0]
check("the queue invokes the alias", mapping["FunctionArn"], outputs["DeployFunctionAliasArn"])
check("part of a batch may fail", mapping["FunctionResponseTypes"], ["ReportBatchItemFailures"])
check("a batch", (mapping["BatchSize"], mapping["ScalingConfig"]), (10, {"MaximumConcurrency": 5}))

# role: its own policy, and the template's managed ones. MiniStack cannot list those that CloudFormation has attached
# (1.4.21: InternalError, unhashable type); that each role has just what it needs is checked by the scenarios
role = live["Role"].rpartition("/")[2]
check("the role has its own policy", iam.list_role_policies(RoleName=role)["PolicyNames"], ["deploy"])
managed = {policy["PolicyName"] for policy in iam.list_policies(Scope="Local")["Policies"]}
shared = ["AnnouncePolicy", "EvaluateServicesPolicy", "ReadServiceDeploymentsPolicy", "ReadServicesPolicy"]
check("the managed policies are there", [name for name in shared if not any(name in one for one in managed)], [])

# logs and alarms
group = logs.describe_log_groups(logGroupNamePrefix=outputs["DeployLogGroupName"])["logGroups"][0]
check("logs are kept for a while", group["retentionInDays"], 90)
names = outputs["AlarmNames"].split(",")
alarms = [
    alarm
    for page in cloudwatch.get_paginator("describe_alarms").paginate()
    for alarm in page["MetricAlarms"]
    if alarm["AlarmName"].startswith(f"{STACK}-")
]
check("every alarm is in the output AlarmNames", sorted(alarm["AlarmName"] for alarm in alarms), sorted(names))
topic = outputs["NotificationTopicArn"]
check("every alarm goes to the topic", {tuple(alarm["AlarmActions"]) for alarm in alarms}, {(topic,)})

# the way of an event: of all these, one is a tagged push
functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
time.sleep(2)  # the mapping's poller finishes its round
events.put_events(
    Entries=[
        image_action(**{"action-type": "PUSH", "image-tag": ""}),
        image_action(**{"action-type": "PUSH"}),
        image_action(**{"action-type": "DELETE", "image-tag": "staging"}),
        image_action(**{"action-type": "UPDATE_STORAGE_CLASS"}),
        image_action(**{"action-type": "PUSH", "image-tag": "staging"}),
    ]
)
received = sqs.receive_message(QueueUrl=outputs["DeployQueueUrl"], MaxNumberOfMessages=10, WaitTimeSeconds=5)
tags = [json.loads(message["Body"])["detail"].get("image-tag") for message in received.get("Messages", [])]
check("of five events, only the tagged push arrives", tags, ["staging"])
