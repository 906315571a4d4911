"""What check_permissions.py finds, and what it lets pass."""

import unittest

import yaml

import check_permissions


def role(*statements, more=""):
    """A template with one role of these statements, each in YAML's flow style."""
    return f"""
Parameters:
  Repositories: {{ Type: String, Default: "team/*" }}
  Key: {{ Type: String, Default: "", AllowedPattern: "^(arn:aws:kms:[a-z0-9-]+:[0-9]+:key/[a-z0-9-]+)?$" }}
Conditions:
  HasKey: !Not [!Equals [!Ref Key, ""]]
Resources:
  Queue: {{ Type: AWS::SQS::Queue }}
  Topic: {{ Type: AWS::SNS::Topic }}
  Logs: {{ Type: AWS::Logs::LogGroup }}
  Archive: {{ Type: AWS::Events::Archive }}
  Table: {{ Type: AWS::DynamoDB::Table }}
  Function: {{ Type: AWS::Serverless::Function }}
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: policy
          PolicyDocument:
            Statement: [{", ".join(statements)}]
{more}
"""


def allow(action, resource, condition="{}"):
    return f"{{ Sid: Some, Effect: Allow, Action: {action}, Resource: {resource}, Condition: {condition} }}"


def arn(rest):
    service, name = rest.split(" ")
    return f'!Sub "arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}:{name}"'


class CheckPermissionsTest(unittest.TestCase):
    def findings(self, template):
        return check_permissions.check("t.yaml", yaml.load(template, check_permissions.Loader))[0]

    def assert_finds(self, expected, *statements, more=""):
        found = self.findings(role(*statements, more=more))
        self.assertEqual(1, len(found), found)
        self.assertIn(expected, found[0])

    def assert_passes(self, *statements, more=""):
        self.assertEqual([], self.findings(role(*statements, more=more)))

    def test_an_action_that_is_not_there(self):
        self.assert_finds("there is no action sqs:SendMessages", allow("sqs:SendMessages", "!GetAtt Queue.Arn"))
        self.assert_finds("there is no action dynamodb:TransactWriteItems", allow("dynamodb:TransactWriteItems", "!GetAtt Table.Arn"))
        self.assert_finds("there is no action ecx:UpdateService", allow("ecx:UpdateService", arn("ecs service/*")))

    def test_an_action_in_another_spelling(self):
        self.assert_finds("is spelled sqs:SendMessage", allow("sqs:Sendmessage", "!GetAtt Queue.Arn"))

    def test_an_action_with_a_wildcard(self):
        self.assert_finds("name the actions", allow("sqs:*", "!GetAtt Queue.Arn"))
        self.assert_finds("is no action's name", "{ Effect: Deny, Action: 'sqs:Forget*', Resource: '*' }")

    def test_a_resource_of_another_type(self):
        self.assert_finds("is no resource of ecs:UpdateService", allow("ecs:UpdateService", arn("ecs task/*")))
        self.assert_finds("is no resource of ecs:UpdateService", allow("ecs:UpdateService", arn("ecs service-deployment/*")))
        self.assert_finds("is no resource of sqs:SendMessage", allow("sqs:SendMessage", "!Ref Topic"))
        self.assert_finds("is no resource of dynamodb:PutItem", allow("dynamodb:PutItem", arn("dynamodb tables/x")))
        self.assert_finds("is no resource of logs:GetLogEvents", allow("logs:GetLogEvents", arn("logs log-group:/ecs/x")))

    def test_a_resource_by_its_name_instead_of_its_arn(self):
        self.assert_finds("is no resource of sqs:SendMessage", allow("sqs:SendMessage", "!Ref Queue"))

    def test_one_of_several_actions_does_not_know_the_resource(self):
        self.assert_finds(
            "is no resource of ecs:DescribeTasks", allow("[ecs:DescribeServices, ecs:DescribeTasks]", arn("ecs service/*"))
        )

    def test_resources_that_fit(self):
        self.assert_passes(
            allow("ecs:UpdateService", arn("ecs service/*")),
            allow("[sqs:SendMessage, sqs:DeleteMessage]", "[!GetAtt Queue.Arn, !GetAtt [Queue, Arn]]"),
            allow("sns:Publish", "!Ref Topic"),
            allow("[logs:CreateLogStream, logs:PutLogEvents]", "!GetAtt Logs.Arn"),
            allow("logs:GetLogEvents", arn("logs log-group:/ecs/*:log-stream:*")),
            allow("ecr:BatchGetImage", arn("ecr repository/${Repositories}")),
            allow("[dynamodb:PutItem, dynamodb:Query]", "!GetAtt Table.Arn"),
            allow("iam:PassRole", "!Sub 'arn:aws:iam::${AWS::AccountId}:role/ecs-*'"),
            allow("sqs:SendMessage", "!Join [':', [arn, !Ref AWS::Partition, sqs, us-east-1, !Ref AWS::AccountId, name]]"),
            allow("ecs:DescribeClusters", "!Sub ['arn:aws:ecs:us-east-1:1:cluster/${C}', {C: !ImportValue Cluster}]"),
        )

    def test_everything_where_there_is_a_resource_level(self):
        self.assert_finds('on "*" can be limited to service', allow("ecs:UpdateService", "'*'"))

    def test_a_resource_where_there_is_no_resource_level(self):
        self.assert_finds("no resource level", allow("ecs:ListClusters", arn("ecs cluster/*")))
        self.assert_passes(allow("[ecs:ListClusters, ecs:DescribeTaskDefinition]", "'*'"))

    def test_an_action_that_is_asked_for_on_everything(self):
        self.assert_passes(allow("ecs:RegisterTaskDefinition", "'*'"))
        self.assert_finds("issues/929", allow("ecs:RegisterTaskDefinition", arn("ecs task-definition/*")))

    def test_an_action_that_is_asked_for_on_everything_with_a_condition(self):
        self.assert_passes(allow("ecs:TagResource", "'*'", "{ StringEquals: { ecs:CreateAction: RegisterTaskDefinition } }"))
        self.assert_finds("can be limited", allow("ecs:TagResource", "'*'"))
        self.assert_passes(allow("ecs:TagResource", arn("ecs service/*")))

    def test_a_required_resource_that_is_missing(self):
        replay = arn("events replay/slipway-*")
        bus = arn("events event-bus/default")
        self.assert_finds(
            "also needs a resource of type event-bus", allow("events:StartReplay", f"[!GetAtt Archive.Arn, {replay}]")
        )
        self.assert_passes(allow("events:StartReplay", f"[!GetAtt Archive.Arn, {replay}, {bus}]"))

    def test_required_resources_may_come_from_several_statements(self):
        tagged = '{ "Null": { "aws:ResourceTag/slipway:environment": "false" } }'
        service = allow("ecs:StopServiceDeployment", arn("ecs service/*"), tagged)
        deployment = allow("ecs:StopServiceDeployment", arn("ecs service-deployment/*"))
        self.assert_passes(service, deployment)
        self.assert_finds("also needs a resource of type service-deployment", service)

    def test_an_action_that_is_newer_than_the_reference_has_the_resource_types_of_another(self):
        service = allow("ecs:ContinueServiceDeployment", arn("ecs service/*"))
        deployment = allow("ecs:ContinueServiceDeployment", arn("ecs service-deployment/*"))
        self.assert_passes(service, deployment)
        self.assert_finds("also needs a resource of type service-deployment", service)
        self.assert_finds("is no resource of", allow("ecs:ContinueServiceDeployment", arn("ecs task/*")))

    def test_both_sides_of_an_if(self):
        self.assert_passes(f"!If [HasKey, {allow('kms:Decrypt', '!Ref Key')}, !Ref AWS::NoValue]")
        self.assert_finds("there is no action kms:Decript", f"!If [HasKey, {allow('kms:Decript', '!Ref Key')}, !Ref AWS::NoValue]")
        self.assert_finds("is no resource of", allow("sqs:SendMessage", "!If [HasKey, !GetAtt Queue.Arn, !Ref Topic]"))

    def test_a_parameter_that_allows_arns_of_another_type(self):
        self.assert_finds("is no resource of sqs:SendMessage", allow("sqs:SendMessage", "!Ref Key"))

    def test_a_function_by_its_alias(self):
        self.assert_passes(allow("lambda:InvokeFunction", "!Ref Function.Alias"))
        self.assert_passes(allow("lambda:InvokeFunction", "!Sub '${Function.Arn}'"))
        self.assert_finds("is no resource of", allow("lambda:InvokeFunction", "!Ref Function"))

    def test_a_condition_key_that_is_not_there(self):
        self.assert_finds(
            "has no condition key ecs:clusters",
            allow("ecs:UpdateService", arn("ecs service/*"), "{ ArnEquals: { ecs:clusters: x } }"),
        )
        self.assert_finds(
            "has no condition key events:source",
            allow("sqs:SendMessage", "!GetAtt Queue.Arn", "{ StringEquals: { events:source: x } }"),
        )

    def test_a_tag_of_a_resource_that_is_not_asked_about(self):
        tag = "{ StringEquals: { 'aws:ResourceTag/team': a } }"
        self.assert_finds("has no condition key aws:ResourceTag/team", allow("ecs:ListClusters", "'*'", tag))
        self.assert_passes(allow("ecs:UpdateService", arn("ecs service/*"), tag))

    def test_condition_keys_that_fit(self):
        self.assert_passes(
            allow("ecs:UpdateService", arn("ecs service/*"), "{ ArnLike: { ecs:cluster: x }, Bool: { aws:SecureTransport: 'true' } }"),
            allow("iam:PassRole", "'arn:aws:iam::1:role/*'", "{ StringEquals: { iam:PassedToService: ecs-tasks.amazonaws.com } }"),
            allow(
                "[dynamodb:PutItem]", "!GetAtt Table.Arn", "{ 'ForAllValues:StringLike': { dynamodb:LeadingKeys: ['service/*'] } }"
            ),
        )

    def test_an_operator_that_is_not_there_or_not_for_this_type(self):
        queue = "!GetAtt Queue.Arn"
        self.assert_finds("no condition operator StringMatches", allow("sqs:SendMessage", queue, "{ StringMatches: { aws:SourceIp: x } }"))
        self.assert_finds("there is no Bool", allow("sqs:SendMessage", queue, "{ Bool: { aws:SourceAccount: x } }"))

    def test_a_key_of_several_values_without_a_set_operator(self):
        bus = arn("events event-bus/default")
        self.assert_finds("needs ForAllValues", allow("events:PutEvents", bus, "{ StringEquals: { events:source: slipway } }"))
        self.assert_passes(allow("events:PutEvents", bus, "{ 'ForAllValues:StringEquals': { events:source: slipway } }"))

    def test_a_policy_of_a_queue(self):
        policy = """
  Policy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      PolicyDocument:
        Statement:
          - { Effect: Allow, Action: %s, Resource: %s, Condition: { ArnEquals: { %s: x } } }
"""
        self.assert_passes(more=policy % ("sqs:SendMessage", "!GetAtt Queue.Arn", "aws:SourceArn"))
        self.assert_finds("there is no action", more=policy % ("sqs:Send", "!GetAtt Queue.Arn", "aws:SourceArn"))
        self.assert_finds("is no resource of", more=policy % ("sqs:SendMessage", "!Ref Topic", "aws:SourceArn"))
        self.assert_finds("has no condition key", more=policy % ("sqs:SendMessage", "!GetAtt Queue.Arn", "aws:SauceArn"))

    def test_who_may_assume_a_role_by_a_web_identity(self):
        trust = """
  Provider: { Type: AWS::IAM::OIDCProvider, Properties: { Url: "https://ci.example.com/org" } }
  Trusting:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: !Sub >-
        {"Statement": [{"Effect": "Allow", "Action": "%s", "Condition": {"StringEquals": {"%s": "x"}}}]}
"""
        self.assert_passes(more=trust % ("sts:AssumeRoleWithWebIdentity", "ci.example.com/org:sub"))
        self.assert_finds("has no condition key", more=trust % ("sts:AssumeRoleWithWebIdentity", "ci.example.com/other:sub"))
        self.assert_finds("is no action on a role", more=trust % ("sqs:SendMessage", "aws:SourceArn"))

    def test_what_cannot_be_resolved(self):
        self.assert_finds("nothing is called Quue", allow("sqs:SendMessage", "!GetAtt Quue.Arn"))
        self.assert_finds("NotAction cannot be checked", "{ Effect: Allow, NotAction: sqs:SendMessage, Resource: '*' }")


if __name__ == "__main__":
    unittest.main()
