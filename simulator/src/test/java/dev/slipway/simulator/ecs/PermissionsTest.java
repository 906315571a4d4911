package dev.slipway.simulator.ecs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What IAM is asked, as the Service Authorization Reference has it. */
class PermissionsTest {
  static final String ARN = "arn:aws:ecs:us-east-1:123456789012:";
  final EcsOfTests aws = new EcsOfTests();

  @BeforeEach
  void aTaggedService() {
    aws.ecs("CreateCluster", "{'clusterName': 'main'}");
    aws.register("web", "nginx");
    aws.ecs(
        "CreateService",
        """
        {'cluster': 'main', 'serviceName': 'web', 'taskDefinition': 'web:1', 'desiredCount': 1,
         'tags': [{'key': 'slipway:environment', 'value': 'staging'}]}
        """);
    aws.questions.clear();
  }

  @AfterEach
  void end() {
    aws.close();
  }

  @Test
  void are_asked_with_the_keys_of_the_tags_that_come_or_go() {
    aws.ecs(
        "TagResource",
        "{'resourceArn': '%sservice/main/web', 'tags': [{'key': 'slipway:paused', 'value': 'yes'}]}"
            .formatted(ARN));
    aws.ecs(
        "UntagResource",
        "{'resourceArn': '%sservice/main/web', 'tagKeys': ['slipway:paused', 'team']}"
            .formatted(ARN));
    assertThat(aws.questions)
        .extracting(EcsOfTests.Question::context)
        .satisfiesExactly(
            tagged -> assertThat(tagged).containsEntry("aws:RequestTag/slipway:paused", "yes"),
            untagged ->
                assertThat(untagged)
                    .containsEntry("aws:TagKeys", "slipway:paused\nteam")
                    .containsEntry("aws:ResourceTag/slipway:environment", "staging"));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ListClusters                | {}                                              | *
          DescribeClusters            | {'clusters': ['main']}                          | cluster/main
          DescribeTaskDefinition      | {'taskDefinition': 'web'}                       | *
          DeregisterTaskDefinition    | {'taskDefinition': 'web:1'}                     | *
          ListTaskDefinitions         | {}                                              | *
          ListTaskDefinitionFamilies  | {}                                              | *
          ListServices                | {'cluster': 'main'}                             | *
          DescribeServices            | {'cluster': 'main', 'services': ['web']}        | service/main/web
          UpdateService               | {'cluster': 'main', 'service': 'web'}           | service/main/web
          DeleteService               | {'cluster': 'main', 'service': 'web', 'force': true} | service/main/web
          ListServiceDeployments      | {'cluster': 'main', 'service': 'web'}           | service/main/web
          ListTasks                   | {'cluster': 'main'}                             | container-instance/main/*
          DescribeTasks               | {'cluster': 'main', 'tasks': ['abc']}           | task/main/abc
          """)
  void are_asked_on_the_resource(String operation, String body, String resource) {
    aws.ecs(operation, body);
    assertThat(aws.questions)
        .extracting(it -> it.action() + " " + it.resource())
        .containsExactly("ecs:" + operation + " " + (resource.equals("*") ? "*" : ARN + resource));
  }

  @Test
  void to_update_a_service_depend_on_its_tags_and_cluster() {
    aws.ecs(
        "UpdateService",
        "{'cluster': 'main', 'service': '"
            + ARN
            + "service/main/web', 'taskDefinition': 'web:1', 'forceNewDeployment': true}");
    assertThat(aws.questions.getFirst().context())
        .containsEntry("aws:ResourceTag/slipway:environment", "staging")
        .containsEntry("ecs:ResourceTag/slipway:environment", "staging")
        .containsEntry("ecs:cluster", ARN + "cluster/main")
        .containsEntry("ecs:task-definition", ARN + "task-definition/web:1");
  }

  @Test
  void to_update_a_service_say_whether_ecs_exec_is_turned_on_or_off_and_nothing_if_it_stays() {
    for (String more : List.of("", ", 'enableExecuteCommand': true", ", 'desiredCount': 1")) {
      aws.ecs("UpdateService", "{'cluster': 'main', 'service': 'web'" + more + "}");
    }
    assertThat(aws.questions)
        .extracting(question -> question.context().get("ecs:enable-execute-command"))
        .containsExactly(null, "true", null);
  }

  @Test
  void to_register_include_tagging_and_passing_the_roles() {
    aws.ecs(
        "RegisterTaskDefinition",
        """
        {'family': 'web', 'taskRoleArn': 'arn:aws:iam::123456789012:role/task',
         'executionRoleArn': 'execution',
         'containerDefinitions': [{'name': 'app', 'image': 'nginx'}],
         'tags': [{'key': 'slipway:tag', 'value': 'staging'}]}
        """);
    Map<String, String> passed = Map.of("iam:PassedToService", "ecs-tasks.amazonaws.com");
    Map<String, String> tag = Map.of("aws:RequestTag/slipway:tag", "staging");
    assertThat(aws.questions)
        .isEqualTo(
            List.of(
                new EcsOfTests.Question("ecs:RegisterTaskDefinition", "*", tag),
                new EcsOfTests.Question(
                    "ecs:TagResource",
                    ARN + "task-definition/web:*",
                    Map.of(
                        "aws:RequestTag/slipway:tag",
                        "staging",
                        "ecs:CreateAction",
                        "RegisterTaskDefinition")),
                new EcsOfTests.Question(
                    "iam:PassRole", "arn:aws:iam::123456789012:role/task", passed),
                new EcsOfTests.Question(
                    "iam:PassRole", "arn:aws:iam::123456789012:role/execution", passed)));
  }

  @Test
  void to_create_a_service_with_tags_include_tagging() {
    aws.ecs(
        "CreateService",
        """
        {'cluster': 'main', 'serviceName': 'other', 'taskDefinition': 'web:1',
         'tags': [{'key': 'k', 'value': 'v'}]}
        """);
    assertThat(aws.questions)
        .extracting(it -> it.action() + " " + it.resource())
        .containsExactly(
            "ecs:CreateService " + ARN + "service/main/other",
            "ecs:TagResource " + ARN + "service/main/other");
    assertThat(aws.questions.getLast().context())
        .containsEntry("ecs:CreateAction", "CreateService");
  }

  @Test
  void to_tag_depend_on_the_tags_that_are_there_and_those_that_come() {
    aws.ecs(
        "TagResource",
        "{'resourceArn': '"
            + ARN
            + "service/main/web', 'tags': [{'key': 'slipway:blocked', 'value': 'x'}]}");
    assertThat(aws.questions.getFirst().context())
        .containsEntry("aws:ResourceTag/slipway:environment", "staging")
        .containsEntry("aws:RequestTag/slipway:blocked", "x");
  }

  @Test
  void on_a_service_deployment_are_asked_on_the_service_too() {
    String arn = aws.serviceDeployment(0).path("serviceDeploymentArn").asText();
    aws.questions.clear();
    aws.ecs("StopServiceDeployment", "{'serviceDeploymentArn': '" + arn + "'}");
    assertThat(aws.questions)
        .extracting(EcsOfTests.Question::resource)
        .containsExactly(ARN + "service/main/web", arn);
    assertThat(aws.questions.getFirst().context())
        .containsEntry("aws:ResourceTag/slipway:environment", "staging");
    assertThat(aws.questions.getLast().context())
        .containsEntry("ecs:service", ARN + "service/main/web");
  }

  @Test
  void are_asked_before_anything_is_revealed() {
    try {
      aws.ecs("UpdateService", "{'cluster': 'none', 'service': 'no'}");
    } catch (dev.slipway.simulator.world.AwsError e) {
      assertThat(e.code()).isEqualTo("ClusterNotFoundException");
    }
    assertThat(aws.questions).hasSize(1);
  }
}
