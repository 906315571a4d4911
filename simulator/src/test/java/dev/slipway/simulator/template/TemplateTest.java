package dev.slipway.simulator.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.simulator.world.Account;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TemplateTest {
  private static final Account ACCOUNT = new Account("123456789012", "us-east-1");

  private static Stack stack(String text) {
    return stack(text, Map.of());
  }

  private static Stack stack(String text, Map<String, String> parameters) {
    return Template.parse(text, "test.yaml")
        .stack("app", ACCOUNT, parameters, name -> "http://queues/123456789012/" + name);
  }

  private static String value(String expression) {
    return stack(
            """
            Parameters:
              Name: { Type: String, Default: slipway }
              Empty: { Type: String, Default: "" }
              Names: { Type: CommaDelimitedList, Default: "a, b" }
            Mappings:
              Sizes: { us-east-1: { small: 1, large: 2 } }
            Conditions:
              HasName: !Not [!Equals [!Ref Name, ""]]
              IsEmpty: !Equals [!Ref Empty, ""]
              Both: !And [!Condition HasName, !Condition IsEmpty]
              Neither: !Or [!Not [!Condition HasName], !Not [!Condition IsEmpty]]
            Resources:
              Queue: { Type: AWS::SQS::Queue, Properties: { FifoQueue: true } }
              Named: { Type: AWS::SQS::Queue, Properties: { QueueName: !Sub "${Name}-named" } }
              Rule: { Type: AWS::Events::Rule, Properties: { EventPattern: { source: [a] } } }
              Role:
                Type: AWS::IAM::Role
                Properties:
                  AssumeRolePolicyDocument:
                    Statement:
                      { Effect: Allow, Action: "sts:AssumeRole", Principal: { Service: lambda.amazonaws.com } }
              Logs: { Type: AWS::Logs::LogGroup }
              Topic: { Type: AWS::SNS::Topic, Properties: { TopicName: news } }
              Letters:
                Type: AWS::SNS::Subscription
                Properties: { TopicArn: !Ref Topic, Protocol: email, Endpoint: ops@example.com }
              Board: { Type: AWS::CloudWatch::Dashboard, Properties: { DashboardBody: "{}" } }
              Table: { Type: AWS::DynamoDB::Table, Properties: { BillingMode: PAY_PER_REQUEST } }
            Outputs:
              Value: { Value: %s }
            """
                .formatted(expression))
        .output("Value");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          !Ref Name                                          | slipway
          !Ref AWS::AccountId                                | 123456789012
          !Sub "${AWS::StackName} ${!literal} ${Name}"       | app ${literal} slipway
          !Sub ["${a}-${Name}", { a: !Ref AWS::Region }]     | us-east-1-slipway
          !Sub "${Queue.Arn}"                                | arn:aws:sqs:us-east-1:123456789012:app-Queue.fifo
          !Ref Queue                                         | http://queues/123456789012/app-Queue.fifo
          !GetAtt Queue.QueueName                            | app-Queue.fifo
          !GetAtt Named.Arn                                  | arn:aws:sqs:us-east-1:123456789012:slipway-named
          { "Fn::GetAtt": [Rule, Arn] }                      | arn:aws:events:us-east-1:123456789012:rule/app-Rule
          !GetAtt Role.Arn                                   | arn:aws:iam::123456789012:role/app-Role
          !GetAtt Logs.Arn                                   | arn:aws:logs:us-east-1:123456789012:log-group:app-Logs:*
          !Ref Topic                                         | arn:aws:sns:us-east-1:123456789012:news
          !GetAtt Topic.TopicArn                             | arn:aws:sns:us-east-1:123456789012:news
          !GetAtt Topic.TopicName                            | news
          !Select [1, !GetAZs ""]                            | us-east-1b
          !Select [2, !Cidr [10.0.0.0/16, 6, 12]]            | 10.0.32.0/20
          !Ref Letters                                       | arn:aws:sns:us-east-1:123456789012:news:3d5b863b-f5ad-3b24-abb8-6d215d916c8c
          !Ref Board                                         | app-Board
          !Ref Table                                         | app-Table
          !GetAtt Table.Arn                                  | arn:aws:dynamodb:us-east-1:123456789012:table/app-Table
          !Join ["+", [a, !Ref Name, c]]                     | a+slipway+c
          !Select [1, !Split [",", "x,y,z"]]                 | y
          !Select [1, !Ref Names]                            | b
          !FindInMap [Sizes, !Ref AWS::Region, large]        | 2
          !If [HasName, named, nameless]                     | named
          !If [Both, !If [Neither, 1, 2], 3]                 | 2
          """)
  void resolves_intrinsic_functions(String expression, String expected) {
    assertThat(value(expression)).isEqualTo(expected);
  }

  @Nested
  class Mistakes {
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            !Ref Nobody                | the output Value (line 30): Ref to Nobody: there is no such parameter or resource
            !GetAtt Queue.Colour       | the output Value (line 30): Fn::GetAtt of Queue.Colour: there is no such resource, or it has no such attribute
            !Sub "${Nobody}"           | the output Value (line 30): Fn::Sub of ${Nobody}: there is no such parameter, resource or attribute
            !ImportValue other         | the output Value (line 30): Fn::ImportValue of other: no stack exports it
            !Transform other           | the output Value (line 30): Fn::Transform is not simulated
            !If [Unheard, 1, 2]        | there is no condition Unheard
            !Join [a]                  | the output Value (line 30): Fn::Join takes a list of 2
            """)
    void name_place_and_cause(String expression, String message) {
      assertThatThrownBy(() -> value(expression))
          .isInstanceOf(TemplateException.class)
          .hasMessage(message);
    }

    @Test
    void include_resources_that_need_each_other() {
      assertThatThrownBy(() ->
              stack(
                  """
                  Resources:
                    A: { Type: AWS::SQS::Queue, Properties: { RedrivePolicy: { deadLetterTargetArn: !GetAtt B.Arn } } }
                    B: { Type: AWS::SQS::Queue, Properties: { RedriveAllowPolicy: { sourceQueueArns: [!GetAtt A.Arn] } } }
                  """))
          .hasMessage("circular dependency: A needs B needs A");
    }

    @Test
    void include_a_key_that_is_no_section() {
      assertThatThrownBy(() -> stack("Resource: {}"))
          .hasMessage("test.yaml (line 1): a template has no section Resource");
    }

    @Test
    void include_a_policy_that_is_wrong() {
      assertThatThrownBy(() ->
              stack(
                  """
                  Resources:
                    Queue: { Type: AWS::SQS::Queue }
                    Policy:
                      Type: AWS::SQS::QueuePolicy
                      Properties:
                        Queues: [!Ref Queue]
                        PolicyDocument: { Statement: [{ Effect: Allow, Acton: "sqs:*" }] }
                  """))
          .hasMessage("Queue: the policy element Acton is unknown, or not simulated");
    }
  }

  @Nested
  class Given_parameters {
    private static final String TEXT =
        """
        Parameters:
          Days: { Type: Number, MinValue: 1, MaxValue: 10 }
          Size: { Type: String, AllowedValues: [small, large], Default: small }
          Name: { Type: String, Default: a, AllowedPattern: "[a-z]+", ConstraintDescription: lower case }
        Resources:
          Queue: { Type: AWS::SQS::Queue, Properties: { DelaySeconds: !Ref Days } }
        """;

    @Test
    void are_used() {
      assertThat(stack(TEXT, Map.of("Days", "7")).queues().getFirst().attributes())
          .isEqualTo(Map.of("DelaySeconds", "7"));
    }

    @Test
    void are_needed_where_there_is_no_default() {
      assertThatThrownBy(() -> stack(TEXT))
          .hasMessage("the parameter Days (line 2) has no default: give it a value");
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            Days   | 11    | the parameter Days cannot be '11': it must be within its limits
            Days   | x     | the parameter Days cannot be 'x': it must be within its limits
            Size   | tiny  | the parameter Size cannot be 'tiny': it must be one of ["small","large"]
            Name   | B     | the parameter Name cannot be 'B': it must be lower case
            Colour | red   | the template has no parameter Colour
            """)
    void are_checked(String name, String given, String message) {
      Map<String, String> parameters =
          name.equals("Days") ? Map.of(name, given) : Map.of("Days", "1", name, given);
      assertThatThrownBy(() -> stack(TEXT, parameters)).hasMessage(message);
    }
  }

  @Test
  void leaves_out_what_its_condition_excludes() {
    Stack stack =
        stack(
            """
            Conditions: { Never: !Equals [a, b] }
            Resources:
              Kept: { Type: AWS::SQS::Queue, Properties: { DelaySeconds: !If [Never, 5, !Ref AWS::NoValue] } }
              Gone: { Type: AWS::SQS::Queue, Condition: Never }
            Outputs:
              Gone: { Condition: Never, Value: !Ref Gone }
            """);
    assertThat(stack.queues()).extracting(Stack.Queue::logicalId).containsExactly("Kept");
    assertThat(stack.queues().getFirst().attributes()).isEmpty();
    assertThat(stack.outputs()).isEmpty();
  }

  @Test
  void knows_a_topic_with_its_policy_and_its_subscriptions() {
    Stack stack =
        stack(
            """
            Resources:
              Topic:
                Type: AWS::SNS::Topic
                Properties:
                  TopicName: news
                  DisplayName: News
                  Subscription: [{ Protocol: https, Endpoint: "https://example.com/" }]
              Policy:
                Type: AWS::SNS::TopicPolicy
                Properties:
                  Topics: [!Ref Topic]
                  PolicyDocument:
                    Statement:
                      { Effect: Allow, Action: "sns:Publish", Principal: { Service: cloudwatch.amazonaws.com }, Resource: !Ref Topic }
              Letters:
                Type: AWS::SNS::Subscription
                Properties:
                  TopicArn: !Ref Topic
                  Protocol: email
                  Endpoint: ops@example.com
                  FilterPolicy: { format: [text, { exists: false }] }
                  RawMessageDelivery: false
            """);
    assertThat(stack.notices()).isEmpty();
    assertThat(stack.topics())
        .singleElement()
        .satisfies(topic -> {
          assertThat(topic.name()).isEqualTo("news");
          assertThat(topic.attributes()).containsEntry("DisplayName", "News");
          assertThat(topic.attributes().get("Policy")).contains("cloudwatch.amazonaws.com");
        });
    assertThat(stack.subscriptions())
        .extracting(one ->
            String.join(
                " ", one.topicArn(), one.protocol(), one.endpoint(), one.attributes().toString()))
        .containsExactly(
            "arn:aws:sns:us-east-1:123456789012:news email ops@example.com"
                + " {FilterPolicy={\"format\":[\"text\",{\"exists\":false}]},"
                + " RawMessageDelivery=false}",
            "arn:aws:sns:us-east-1:123456789012:news https https://example.com/ {}");
  }

  @Test
  void lists_what_it_does_not_simulate() {
    Stack stack =
        stack(
            """
            Resources:
              Bucket: { Type: AWS::S3::Bucket, Properties: { BucketName: b } }
              Table: { Type: AWS::DynamoDB::Table, Properties: { TableName: t, GlobalSecondaryIndexes: [] } }
              Alarm: { Type: AWS::CloudWatch::Alarm, Properties: { Threshold: 3 } }
              Queue:
                Type: AWS::SQS::Queue
                Properties:
                  DelaySeconds: 1
                  Colour: red
              Function:
                Type: AWS::Serverless::Function
                Properties:
                  Handler: a.B
                  Runtime: java25
                  FunctionUrlConfig: { AuthType: NONE }
                  Events:
                    Upload: { Type: S3, Properties: { Bucket: b } }
            """);
    assertThat(stack.notices())
        .extracting(notice -> notice.kind() + " " + notice.logicalId() + ": " + notice.what())
        .containsExactlyInAnyOrder(
            "UNKNOWN_TYPE Bucket: AWS::S3::Bucket (line 2) is not simulated",
            "UNKNOWN_PROPERTY Table: AWS::DynamoDB::Table.GlobalSecondaryIndexes (line 3) is not"
                + " simulated",
            "NEEDLESS Alarm: AWS::CloudWatch::Alarm has no effect here: nothing is measured",
            "UNKNOWN_PROPERTY Queue: AWS::SQS::Queue.Colour (line 9) is not simulated",
            "UNKNOWN_PROPERTY Function: AWS::Lambda::Function.FunctionUrlConfig (line 15) is not"
                + " simulated",
            "UNKNOWN_TYPE FunctionUpload: AWS::Serverless::Function event S3 is not simulated");
  }

  @Nested
  class A_serverless_function {
    private final Stack stack =
        stack(
            """
            Transform: AWS::Serverless-2016-10-31
            Globals:
              Function:
                Runtime: java25
                Timeout: 30
                Environment: { Variables: { BOTH: globals, GLOBAL: "1" } }
            Resources:
              Queue: { Type: AWS::SQS::Queue }
              Worker:
                Type: AWS::Serverless::Function
                Properties:
                  Handler: a.Worker
                  MemorySize: 512
                  AutoPublishAlias: live
                  Environment: { Variables: { BOTH: own, NONE: !Ref AWS::NoValue } }
                  Policies:
                    - SQSSendMessagePolicy: { QueueName: !GetAtt Queue.QueueName }
                    - Statement: [{ Effect: Allow, Action: "ecs:ListServices", Resource: "*" }]
                  EventInvokeConfig: { MaximumRetryAttempts: 0 }
                  Events:
                    Pushes: { Type: SQS, Properties: { Queue: !GetAtt Queue.Arn, BatchSize: 3 } }
                    Sweep: { Type: ScheduleV2, Properties: { ScheduleExpression: rate(10 minutes) } }
                    Hourly: { Type: Schedule, Properties: { Schedule: rate(1 hour), Enabled: false } }
                    Rollouts: { Type: EventBridgeRule, Properties: { Pattern: { source: [aws.ecs] } } }
            Outputs:
              Alias: { Value: !Ref Worker.Alias }
            """);

    @Test
    void has_its_own_and_the_global_properties() {
      Stack.Function worker = stack.functions().getFirst();
      assertThat(worker.name()).isEqualTo("app-Worker");
      assertThat(worker.timeout()).isEqualTo(Duration.ofSeconds(30));
      assertThat(worker.memoryMb()).isEqualTo(512);
      assertThat(worker.environment()).isEqualTo(Map.of("BOTH", "own", "GLOBAL", "1"));
      assertThat(worker.failures().retries()).isZero();
    }

    @Test
    void publishes_its_alias() {
      String arn = "arn:aws:lambda:us-east-1:123456789012:function:app-Worker:live";
      assertThat(stack.functions().getFirst().alias()).isEqualTo("live");
      assertThat(stack.output("Alias")).isEqualTo(arn);
      assertThat(stack.mappings().getFirst().definition().path("FunctionName").asText())
          .isEqualTo(arn);
    }

    @Test
    void gets_a_role_of_its_own() {
      assertThat(stack.functions().getFirst().roleName()).isEqualTo("app-WorkerRole");
      assertThat(stack.roles())
          .filteredOn(role -> role.name().equals("app-WorkerRole"))
          .singleElement()
          .satisfies(role -> {
            assertThat(role.inline()).hasSize(2);
            assertThat(role.managed()).hasSize(2);
            assertThat(role.trusts("lambda.amazonaws.com", "any")).isTrue();
            assertThat(role.trusts("ec2.amazonaws.com", "any")).isFalse();
          });
    }

    @Test
    void is_invoked_by_its_events() {
      assertThat(stack.rules())
          .extracting(rule -> rule.name() + " " + rule.definition())
          .containsExactlyInAnyOrder(
              "app-WorkerHourly {\"State\":\"DISABLED\",\"ScheduleExpression\":\"rate(1"
                  + " hour)\",\"Name\":\"app-WorkerHourly\"}",
              "app-WorkerRollouts"
                  + " {\"EventPattern\":\"{\\\"source\\\":[\\\"aws.ecs\\\"]}\",\"Name\":\"app-WorkerRollouts\"}");
      assertThat(stack.permissions())
          .extracting(Stack.Permission::sourceArn)
          .containsExactlyInAnyOrder(
              "arn:aws:events:us-east-1:123456789012:rule/app-WorkerHourly",
              "arn:aws:events:us-east-1:123456789012:rule/app-WorkerRollouts");
      assertThat(stack.schedules())
          .singleElement()
          .satisfies(schedule -> {
            assertThat(schedule.expression()).isEqualTo("rate(10 minutes)");
            assertThat(schedule.target().path("RoleArn").asText())
                .isEqualTo("arn:aws:iam::123456789012:role/app-WorkerSweepRole");
          });
    }
  }

  /** The template that is deployed. */
  @Nested
  class Our_own {
    private final Stack stack;

    Our_own() throws IOException {
      stack =
          Template.read(Path.of("../template.yaml"))
              .stack("slipway", ACCOUNT, Map.of(), name -> "http://queues/123456789012/" + name);
    }

    @Test
    void is_understood_whole() {
      assertThat(stack.notices())
          .filteredOn(notice -> notice.kind() != Stack.Kind.NEEDLESS)
          .isEmpty();
    }

    @Test
    void creates_queues_after_their_dead_letter_queues() {
      List<String> names = stack.queues().stream().map(Stack.Queue::name).toList();
      assertThat(names).containsSubsequence("slipway-deploy-dead-letters", "slipway-deploy");
      assertThat(stack.queues().get(names.indexOf("slipway-deploy")).attributes())
          .hasEntrySatisfying(
              "RedrivePolicy",
              redrive ->
                  assertThat(redrive)
                      .startsWith(
                          "{\"deadLetterTargetArn\":\"arn:aws:sqs:us-east-1:123456789012:slipway-deploy-dead-letters\",\"maxReceiveCount\":"))
          .containsKey("Policy");
    }

    @Test
    void brings_pushes_to_the_function() {
      Stack.Function deploy =
          stack.functions().stream()
              .filter(function -> function.name().equals("slipway-deploy"))
              .findFirst()
              .orElseThrow();
      assertThat(deploy.alias()).isEqualTo("live");
      assertThat(deploy.logFormat()).isEqualTo("JSON");
      assertThat(deploy.environment())
          .containsEntry("SLIPWAY_QUEUE_URL", "http://queues/123456789012/slipway-deploy")
          .doesNotContainKey("AWS_ENDPOINT_URL");
      assertThat(stack.mappings().getFirst().definition().path("FunctionResponseTypes").toString())
          .isEqualTo("[\"ReportBatchItemFailures\"]");
      assertThat(deploy.roleName()).isEqualTo("slipway-DeployRole");
    }
  }
}
