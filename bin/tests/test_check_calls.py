"""What check_calls.py finds, and what it lets pass."""

import contextlib
import io
import json
import pathlib
import tempfile
import unittest
import unittest.mock
import urllib.parse

import check_calls

TARGETS = {
    "ecs": ("AmazonEC2ContainerServiceV20141113", "1.1"),
    "ecr": ("AmazonEC2ContainerRegistry_V20150921", "1.1"),
    "events": ("AWSEvents", "1.1"),
    "sqs": ("AmazonSQS", "1.0"),
    "dynamodb": ("DynamoDB_20120810", "1.0"),
}


def call(service, operation, request, response, status=200, headers=None):
    """A recorded call of a JSON service."""
    target, version = TARGETS[service]
    content_type = f"application/x-amz-json-{version}"
    return {
        "service": service,
        "method": "POST",
        "path": "/",
        "query": {},
        "headers": {"x-amz-target": f"{target}.{operation}", "content-type": content_type},
        "request": request,
        "status": status,
        "responseHeaders": {"Content-Type": content_type, **(headers or {})},
        "response": response,
    }


def publish(form, response, status=200):
    """A recorded call of SNS, which speaks the query protocol."""
    return {
        "service": "sns",
        "method": "POST",
        "path": "/",
        "query": {},
        "headers": {"content-type": "application/x-www-form-urlencoded"},
        "request": dict(urllib.parse.parse_qsl(form)),
        "status": status,
        "responseHeaders": {"Content-Type": "text/xml"},
        "response": response,
    }


def published(members, operation="Publish"):
    return f"<{operation}Response><{operation}Result>{members}</{operation}Result></{operation}Response>"


def invoke(headers=None, query=None, status=200, response_headers=None, path="/2015-03-31/functions/slipway-deploy/invocations"):
    """A recorded call of Lambda, which speaks REST."""
    return {
        "service": "lambda",
        "method": "POST",
        "path": path,
        "query": {} if query is None else query,
        "headers": {"content-type": "application/json", **(headers or {})},
        "request": {"any": "thing"},
        "status": status,
        "responseHeaders": {"Content-Type": "application/json", **(response_headers or {})},
        "response": {"whatever": ["the", "function", "answers"]},
    }


LIST_SERVICES = ("ecs", "ListServices", {"cluster": "website"})
PUT_EVENTS = {"Entries": [{"Source": "slipway", "DetailType": "x", "Detail": "{}", "Time": 1764324000.5}]}
EVENTS_PUT = {"FailedEntryCount": 0, "Entries": [{"EventId": "1"}]}


class CheckCallsTest(unittest.TestCase):
    def assert_finds(self, where, what, recorded):
        found, _ = check_calls.check(recorded)
        self.assertEqual(1, len(found), found)
        self.assertEqual(where, found[0][0])
        self.assertIn(what, found[0][1])

    def assert_passes(self, recorded):
        self.assertEqual([], check_calls.check(recorded)[0])

    # --- JSON

    def test_a_call_that_agrees(self):
        self.assert_passes(call(*LIST_SERVICES, {"serviceArns": ["arn:aws:ecs:us-east-1:1:service/a/b"]}))
        self.assert_passes(call("events", "PutEvents", PUT_EVENTS, EVENTS_PUT))

    def test_an_operation_that_is_not_there(self):
        self.assert_finds("ecs POST /", "no operation ListEverything", call("ecs", "ListEverything", {}, {}))

    def test_another_services_target(self):
        recorded = call(*LIST_SERVICES, {})
        recorded["headers"]["x-amz-target"] = "AmazonECS.ListServices"
        self.assert_finds("ecs POST / x-amz-target", "is AmazonECS.ListServices", recorded)

    def test_another_version_of_the_protocol(self):
        recorded = call(*LIST_SERVICES, {})
        recorded["headers"]["content-type"] = "application/x-amz-json-1.0"
        self.assert_finds("ecs ListServices request content-type", "the protocol's is application/x-amz-json-1.1", recorded)

    def test_a_request_with_an_unknown_member(self):
        self.assert_finds("ecs ListServices request clusterName", "is no member", call("ecs", "ListServices", {"clusterName": "a"}, {}))

    def test_a_request_without_a_required_member(self):
        self.assert_finds("ecs UpdateService request service", "is required", call("ecs", "UpdateService", {"cluster": "a"}, {}))

    def test_a_request_of_the_wrong_type(self):
        self.assert_finds("ecs ListServices request cluster", "is no string: 7", call("ecs", "ListServices", {"cluster": 7}, {}))
        self.assert_finds("ecs ListServices request maxResults", "is no integer", call("ecs", "ListServices", {"maxResults": "7"}, {}))
        self.assert_finds("ecs ListServices request maxResults", "is no integer", call("ecs", "ListServices", {"maxResults": True}, {}))

    def test_a_request_with_a_value_that_is_not_in_the_enumeration(self):
        self.assert_finds(
            "ecs ListServices request launchType", "is none of", call("ecs", "ListServices", {"launchType": "MOON"}, {})
        )

    def test_a_document_that_is_sent_raw(self):
        container = {"name": "web", "image": "web", "memoryLimit": 5}
        self.assert_finds(
            "ecs RegisterTaskDefinition request containerDefinitions[].memoryLimit",
            "is no member of ContainerDefinition",
            call("ecs", "RegisterTaskDefinition", {"family": "web", "containerDefinitions": [container]}, {}),
        )

    def test_a_length_a_range_and_a_pattern(self):
        self.assert_finds("events PutEvents request Entries", "has 0 items", call("events", "PutEvents", {"Entries": []}, EVENTS_PUT))
        self.assert_finds(
            "ecr DescribeImages request maxResults",
            "is 5000, and MaxResults allows 1..1000",
            call("ecr", "DescribeImages", {"repositoryName": "web", "maxResults": 5000}, {}),
        )
        self.assert_finds(
            "ecr DescribeImages request repositoryName",
            "does not match",
            call("ecr", "DescribeImages", {"repositoryName": "Web"}, {}),
        )

    def test_an_answer_with_an_unknown_member(self):
        self.assert_finds("ecs ListServices response services", "is no member", call(*LIST_SERVICES, {"services": []}))

    def test_an_answer_of_the_wrong_type(self):
        self.assert_finds("ecs ListServices response serviceArns", "is no list", call(*LIST_SERVICES, {"serviceArns": "a"}))
        self.assert_finds(
            "ecs DescribeServices response services[].desiredCount",
            "is no integer: 2.5",
            call("ecs", "DescribeServices", {"services": ["a"]}, {"services": [{"desiredCount": 2.5}]}),
        )

    def test_an_answer_with_a_value_that_is_not_in_the_enumeration(self):
        self.assert_finds(
            "ecs DescribeServices response services[].deployments[].rolloutState",
            'is none of DeploymentRolloutState\'s values: "DONE"',
            call("ecs", "DescribeServices", {"services": ["a"]}, {"services": [{"deployments": [{"rolloutState": "DONE"}]}]}),
        )

    def test_a_timestamp_as_a_text_in_json(self):
        answer = {"services": [{"createdAt": "2026-11-21T10:00:00Z"}]}
        self.assert_finds(
            "ecs DescribeServices response services[].createdAt",
            "is no timestamp of the format unixTimestamp",
            call("ecs", "DescribeServices", {"services": ["a"]}, answer),
        )
        self.assert_passes(call("ecs", "DescribeServices", {"services": ["a"]}, {"services": [{"createdAt": 1764324000.123}]}))

    def test_attributes_of_dynamodb(self):
        key = {"TableName": "slipway", "Key": {"pk": {"S": "service/a/b"}}}
        self.assert_passes(call("dynamodb", "GetItem", key, {"Item": {"pk": {"S": "x"}, "n": {"N": "1"}, "b": {"B": "eA=="}}}))
        self.assert_finds(
            "dynamodb GetItem response Item{}", "has 2 members", call("dynamodb", "GetItem", key, {"Item": {"pk": {"S": "x", "N": "1"}}})
        )
        self.assert_finds(
            "dynamodb GetItem response Item{}.B", "is not base64", call("dynamodb", "GetItem", key, {"Item": {"pk": {"B": "?"}}})
        )
        self.assert_finds(
            "dynamodb GetItem response Item{}.N", "is no string", call("dynamodb", "GetItem", key, {"Item": {"pk": {"N": 1}}})
        )

    def test_enumerated_keys_of_a_map(self):
        attributes = {"QueueUrl": "u", "Attributes": {"VisibilityTimeouts": "3"}}
        self.assert_finds(
            "sqs SetQueueAttributes request Attributes{key}", "is none of", call("sqs", "SetQueueAttributes", attributes, {})
        )

    # --- errors

    def test_an_error_that_the_model_has(self):
        self.assert_passes(call("ecs", "UpdateService", {}, {"__type": "ServiceNotFoundException"}, 400))
        self.assert_passes(call("ecs", "UpdateService", {}, {"__type": "com.amazonaws.ecs#ServiceNotFoundException"}, 400))

    def test_a_common_error(self):
        self.assert_passes(call(*LIST_SERVICES, {"__type": "ThrottlingException"}, 400))

    def test_an_error_that_the_model_lacks(self):
        self.assert_finds(
            "ecs ListServices response ServiceMissing",
            "is no error of ListServices",
            call(*LIST_SERVICES, {"__type": "ServiceMissing"}, 400),
        )
        self.assert_finds("ecs ListServices response", "without a code", call(*LIST_SERVICES, {"message": "no"}, 400))

    def test_an_error_with_another_status(self):
        error = {"x-amzn-ErrorType": "ResourceNotFoundException"}
        self.assert_passes(invoke(status=404, response_headers=error))
        self.assert_finds(
            "lambda Invoke response ResourceNotFoundException", "HTTP 400, and the model says 404", invoke(status=400, response_headers=error)
        )

    def test_a_request_that_a_test_sends_wrong_on_purpose(self):
        self.assert_passes(call("ecs", "UpdateService", {"wrong": 1}, {"__type": "ClientException"}, 400))
        throttled, _ = check_calls.check(call("ecs", "UpdateService", {"service": "a", "wrong": 1}, {"__type": "ThrottlingException"}, 400))
        self.assertEqual([("ecs UpdateService request wrong", "is no member of UpdateServiceRequest")], throttled)

    # --- query

    FORM = "Action=Publish&Version=2010-03-31&TopicArn=arn&Message=hello"

    def test_a_form_and_xml_that_agree(self):
        attribute = "&MessageAttributes.entry.1.Name=kind&MessageAttributes.entry.1.Value.DataType=String&MessageAttributes.entry.1.Value.StringValue=x"
        self.assert_passes(publish(self.FORM + attribute, published("<MessageId>1</MessageId>")))

    def test_a_parameter_that_is_not_there(self):
        self.assert_finds(
            "sns Publish request MessageAttributes.entry.1.Key",
            "is no parameter of Publish",
            publish(self.FORM + "&MessageAttributes.entry.1.Key=kind", published("")),
        )

    def test_another_version_of_the_api(self):
        self.assert_finds("sns POST / Version", "is 2011-01-01", publish(self.FORM.replace("2010-03-31", "2011-01-01"), published("")))

    def test_a_required_parameter_that_is_missing(self):
        self.assert_finds("sns Publish request Message", "is required", publish(self.FORM.replace("&Message=hello", ""), published("")))

    def test_xml_that_the_model_does_not_know(self):
        self.assert_finds("sns Publish response Id", "is no member", publish(self.FORM, published("<Id>1</Id>")))
        self.assert_finds("sns Publish response", "has no PublishResult", publish(self.FORM, "<PublishResponse></PublishResponse>"))

    def test_lists_maps_and_times_in_xml(self):
        listed = publish(
            "Action=ListSubscriptionsByTopic&Version=2010-03-31&TopicArn=arn",
            published("<Subscriptions><item><Owner>1</Owner></item></Subscriptions>", "ListSubscriptionsByTopic"),
        )
        self.assert_finds("sns ListSubscriptionsByTopic response Subscriptions[].item", "is no member", listed)
        attributes = "<Attributes><entry><key>DisplayName</key><value>x</value></entry></Attributes>"
        self.assert_passes(
            publish("Action=GetTopicAttributes&Version=2010-03-31&TopicArn=arn", published(attributes, "GetTopicAttributes"))
        )
        stack = "<Stacks><member><StackName>a</StackName><StackStatus>CREATE_COMPLETE</StackStatus><CreationTime>%s</CreationTime></member></Stacks>"
        for time, good in (("2026-11-21T10:00:00Z", True), ("1764324000", False)):
            described = publish("Action=DescribeStacks&Version=2010-05-15", published(stack % time, "DescribeStacks"))
            described["service"] = "cloudformation"
            found, _ = check_calls.check(described)
            self.assertEqual(good, not found, found)

    def test_errors_in_xml(self):
        error = "<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>m</Message></Error></ErrorResponse>"
        self.assert_passes(publish(self.FORM, error % "InvalidParameter", 400))
        self.assert_finds("sns Publish response NoTopic", "is no error", publish(self.FORM, error % "NoTopic", 400))

    # --- REST

    def test_an_invocation_that_agrees(self):
        self.assert_passes(
            invoke(
                {"x-amz-invocation-type": "RequestResponse"},
                {"Qualifier": "live"},
                response_headers={"X-Amz-Executed-Version": "1", "x-amzn-RequestId": "1"},
            )
        )

    def test_a_header_or_a_parameter_that_is_not_there(self):
        self.assert_finds("lambda Invoke request x-amz-kind", "is no header", invoke({"x-amz-kind": "a"}))
        self.assert_finds("lambda Invoke request Alias", "is no parameter", invoke(query={"Alias": "live"}))
        self.assert_finds("lambda Invoke response x-amz-version", "is no header", invoke(response_headers={"X-Amz-Version": "1"}))

    def test_a_header_with_a_value_that_is_not_in_the_enumeration(self):
        self.assert_finds("lambda Invoke request X-Amz-Invocation-Type", "is none of", invoke({"x-amz-invocation-type": "Now"}))

    def test_a_path_that_is_no_operations(self):
        self.assert_finds("lambda POST /2015/none", "has no operation None", invoke(path="/2015/none"))

    # --- the file

    def run_on(self, *calls):
        with tempfile.TemporaryDirectory() as directory:
            path = pathlib.Path(directory, "calls.jsonl")
            path.write_text("".join(json.dumps(recorded) + "\n" for recorded in calls), encoding="utf-8")
            output = io.StringIO()
            with contextlib.redirect_stdout(output):
                status = check_calls.main(str(path))
            return status, output.getvalue()

    def test_a_file_of_good_calls(self):
        status, output = self.run_on(call(*LIST_SERVICES, {"serviceArns": []}))
        self.assertEqual(0, status)
        self.assertIn("1 calls of 1 operations agree", output)

    def test_a_finding_is_told_once_with_its_line(self):
        bad = call(*LIST_SERVICES, {"services": []})
        status, output = self.run_on(call(*LIST_SERVICES, {}), bad, bad)
        self.assertEqual(1, status)
        self.assertIn("calls.jsonl:2 and 1 more: ecs ListServices response services", output)

    def test_an_empty_file_is_no_proof(self):
        status, output = self.run_on()
        self.assertEqual(1, status)
        self.assertIn("no call was recorded", output)

    def test_a_member_that_is_allowed_is_told_with_its_source(self):
        with unittest.mock.patch.dict(check_calls.ALLOWED, {("ecs", "services"): "a source"}):
            status, output = self.run_on(call(*LIST_SERVICES, {"services": []}))
            elsewhere, _ = self.run_on(call("ecs", "DescribeServices", {"services": "a"}, {}))
        self.assertEqual(0, status)
        self.assertIn("allowed: ecs services: a source", output)
        self.assertEqual(1, elsewhere)


if __name__ == "__main__":
    unittest.main()
