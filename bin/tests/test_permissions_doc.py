"""How permissions_doc.py words a template's statements."""

import unittest

import permissions_doc

TEMPLATE = """
Resources:
  Queue: { Type: AWS::SQS::Queue }
  DeployFunction:
    Type: AWS::Serverless::Function
    Properties: { Role: !GetAtt DeployRole.Arn }
  SharedPolicy:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument:
        Statement:
          # Why: two
          # lines.
          - { Sid: ReadAll, Effect: Allow, Action: [a:Get, a:List], Resource: "*" }
  DeployRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument: { Statement: [{ Effect: Allow, Action: sts:AssumeRole }] }
      ManagedPolicyArns: [!Ref SharedPolicy]
      Policies:
        - PolicyDocument:
            Statement:
              # If so.
              - !If
                - Sends
                - Sid: SendHints
                  Effect: Allow
                  Action: sqs:SendMessage
                  Resource: [!GetAtt Queue.Arn, !Sub "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:x/${Name}"]
                  Condition: { ForAllValues:StringLike: { k: [a/*, b] }, "Null": { t: "false" }, StringNotEquals: { e: "true" } }
                - !Ref AWS::NoValue
  ScheduleRole: { Type: AWS::IAM::Role, Properties: {} }
"""


class PermissionsDocTest(unittest.TestCase):
    def test_says_who_may_do_what_and_why(self):
        table, wrong = permissions_doc.rows(TEMPLATE)
        self.assertEqual([], wrong)
        self.assertEqual(
            [
                "| Deploy | Read all. Why: two lines. | `a:Get`, `a:List` | `*` |  |",
                "| Deploy | Send hints. If so. | `sqs:SendMessage` | `Queue`, `x/${Name}` | `k` is `a/*` or `b` and `t` is there and `e` is not `true` |",
            ],
            table[2:],
        )

    def test_everything_without_a_reason(self):
        _, wrong = permissions_doc.rows(TEMPLATE.replace("          # Why: two\n          # lines.\n", ""))
        self.assertEqual(1, len(wrong), wrong)
        self.assertIn("SharedPolicy ReadAll: a comment above it has to say why it is for everything", wrong[0])


if __name__ == "__main__":
    unittest.main()
