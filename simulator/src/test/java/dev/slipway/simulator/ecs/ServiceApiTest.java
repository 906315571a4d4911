package dev.slipway.simulator.ecs;

import static dev.slipway.simulator.SingleQuotes.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.AwsError;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceApiTest {
  final EcsOfTests aws = new EcsOfTests();

  @BeforeEach
  void aService() {
    aws.ecs("CreateCluster", "{'clusterName': 'main'}");
    aws.ecr("CreateRepository", "{'repositoryName': 'web'}");
    aws.push("web", "v1", Map.of());
    aws.register("web", "nginx");
    aws.register("web", "nginx");
    aws.register("off", "nginx");
    aws.ecs("DeregisterTaskDefinition", "{'taskDefinition': 'off:1'}");
    aws.ecs(
        "RegisterTaskDefinition",
        """
        {'family': 'vpc', 'networkMode': 'awsvpc',
         'containerDefinitions': [{'name': 'app', 'image': 'nginx', 'memory': 64}]}
        """);
    create("web", "'launchType': 'EC2'");
    create("blue-green", "'deploymentController': {'type': 'CODE_DEPLOY'}");
    create("external", "'deploymentController': {'type': 'EXTERNAL'}");
  }

  @AfterEach
  void end() {
    aws.close();
  }

  void create(String name, String more) {
    aws.ecs(
        "CreateService",
        "{'cluster': 'main', 'serviceName': '%s', 'taskDefinition': 'web:1', 'desiredCount': 1, %s}"
            .formatted(name, more));
  }

  @ParameterizedTest(name = "{0} {1}: {2} {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          UpdateService    | {'cluster': 'none', 'service': 'web'}                                            | ClusterNotFoundException  | Cluster not found.
          UpdateService    | {'cluster': 'main', 'service': 'no'}                                             | ServiceNotFoundException  | Service not found.
          UpdateService    | {'cluster': 'main', 'service': 'web', 'taskDefinition': 'off:1'}                 | ClientException           | TaskDefinition is inactive
          UpdateService    | {'cluster': 'main', 'service': 'web', 'taskDefinition': 'web:9'}                 | ClientException           | TaskDefinition not found.
          UpdateService    | {'cluster': 'main', 'service': 'web', 'taskDefinition': 'vpc'}                   | InvalidParameterException | Network Configuration must be provided when networkMode 'awsvpc' is specified.
          UpdateService    | {'cluster': 'main', 'service': 'web', 'desiredCount': -1}                        | InvalidParameterException | Desired count can not be negative.
          UpdateService    | {'cluster': 'main', 'service': 'blue-green', 'taskDefinition': 'web:2'}          | InvalidParameterException | Unable to update task definition on services with a CODE_DEPLOY deployment controller. Use AWS CodeDeploy to trigger a new deployment.
          UpdateService    | {'cluster': 'main', 'service': 'external', 'taskDefinition': 'web:2'}            | InvalidParameterException | Unable to update task definition on services with an EXTERNAL deployment controller. Use task sets instead.
          CreateService    | {'cluster': 'main', 'serviceName': 'web', 'taskDefinition': 'web'}               | InvalidParameterException | Creation of service was not idempotent.
          CreateService    | {'cluster': 'main', 'serviceName': 'f', 'taskDefinition': 'web', 'launchType': 'FARGATE'} | InvalidParameterException | Task definition does not support launch_type FARGATE.
          CreateService    | {'cluster': 'main', 'serviceName': 'd', 'taskDefinition': 'web', 'schedulingStrategy': 'DAEMON', 'desiredCount': 1} | InvalidParameterException | The daemon scheduling strategy does not support a desired count for services. Remove the desired count value and try again.
          CreateService    | {'cluster': 'main', 'serviceName': 'l', 'taskDefinition': 'web', 'loadBalancers': [{'targetGroupArn': 'a', 'containerName': 'b', 'containerPort': 80}]} | InvalidParameterException | The container b does not exist in the task definition.
          DescribeServices | {'cluster': 'main', 'services': []}                                              | InvalidParameterException | Services cannot be empty.
          DescribeServices | {'cluster': 'main', 'services': ['1','2','3','4','5','6','7','8','9','10','11']} | InvalidParameterException | A maximum of 10 services can be described at once.
          DeleteService    | {'cluster': 'main', 'service': 'web'}                                            | InvalidParameterException | The service cannot be stopped while it is scaled above 0. Update the desired count to 0 or use force.
          DeleteCluster    | {'cluster': 'main'}                                                              | ClusterContainsServicesException | The Cluster cannot be deleted while Services are active.
          TagResource      | {'resourceArn': 'arn:aws:ecs:us-east-1:123456789012:service/main/no', 'tags': []} | ResourceNotFoundException | The specified resource could not be found: arn:aws:ecs:us-east-1:123456789012:service/main/no
          """)
  void refuses(String operation, String body, String code, String message) {
    assertThatThrownBy(() -> aws.ecs(operation, body))
        .isInstanceOfSatisfying(AwsError.class, it -> assertThat(it.code()).isEqualTo(code))
        .hasMessage(message);
  }

  @Test
  void changes_nothing_when_it_refuses_an_update() {
    ObjectNode before = aws.web();
    assertThatThrownBy(() ->
            aws.ecs(
                "UpdateService",
                "{'cluster': 'main', 'service': 'web', 'desiredCount': 9, 'taskDefinition':"
                    + " 'vpc'}"))
        .isInstanceOf(AwsError.class);
    assertThat(aws.web()).isEqualTo(before);
  }

  @Test
  void describes_what_is_there_and_names_what_is_missing() {
    ObjectNode answer =
        aws.ecs("DescribeServices", "{'cluster': 'main', 'services': ['web', 'no']}");
    assertThat(answer.path("services")).hasSize(1);
    assertThat(answer.path("failures").path(0))
        .isEqualTo(
            json(
                "{'arn': 'arn:aws:ecs:us-east-1:123456789012:service/main/no', 'reason':"
                    + " 'MISSING'}"));
  }

  @Test
  void knows_services_by_name_and_by_arn() {
    String arn = aws.web().path("serviceArn").asText();
    assertThat(
            aws.ecs("DescribeServices", "{'cluster': 'main', 'services': ['" + arn + "']}")
                .path("services"))
        .hasSize(1);
    assertThat(
            aws.ecs(
                    "DescribeServices",
                    "{'cluster': 'main', 'services': ['" + arn.replace("main", "other") + "']}")
                .path("failures"))
        .as("of another cluster")
        .hasSize(1);
  }

  @Test
  void keeps_settings_it_does_not_know() {
    create("odd", "'newerThanTheSimulator': {'x': [1]}, 'placementStrategy': [{'type': 'spread'}]");
    JsonNode odd =
        aws.ecs("DescribeServices", "{'cluster': 'main', 'services': ['odd']}")
            .path("services")
            .path(0);
    assertThat(odd.path("newerThanTheSimulator").path("x").path(0).asInt()).isEqualTo(1);
    assertThat(odd.path("placementStrategy").path(0).path("type").asText()).isEqualTo("spread");
  }

  @Test
  void takes_a_null_member_as_absent() {
    ObjectNode service =
        (ObjectNode)
            aws.ecs(
                    "UpdateService",
                    "{'cluster': 'main', 'service': 'web', 'taskDefinition': null,"
                        + " 'networkConfiguration': null, 'desiredCount': 2}")
                .path("service");
    assertThat(service.path("deployments")).hasSize(1);
    assertThat(service.path("desiredCount").asInt()).isEqualTo(2);
    assertThat(service.has("networkConfiguration")).isFalse();
  }

  @Test
  void shows_tags_on_request_and_changes_them() {
    String arn = aws.web().path("serviceArn").asText();
    aws.ecs(
        "TagResource",
        """
        {'resourceArn': '%s', 'tags': [{'key': 'slipway:environment', 'value': 'staging'},
                                       {'key': 'team', 'value': 'a'}]}
        """
            .formatted(arn));
    aws.ecs("UntagResource", "{'resourceArn': '" + arn + "', 'tagKeys': ['team']}");
    JsonNode expected = json("{'t': [{'key': 'slipway:environment', 'value': 'staging'}]}");
    assertThat(aws.web().has("tags")).isFalse();
    assertThat(
            aws.ecs(
                    "DescribeServices",
                    "{'cluster': 'main', 'services': ['web'], 'include': ['TAGS']}")
                .path("services")
                .path(0)
                .path("tags"))
        .isEqualTo(expected.path("t"));
    assertThat(aws.ecs("ListTagsForResource", "{'resourceArn': '" + arn + "'}").path("tags"))
        .isEqualTo(expected.path("t"));
  }

  @Test
  void lists_in_pages() {
    for (int i = 0; i < 12; i++) {
      create("s" + i, "'launchType': 'EC2'");
    }
    ObjectNode first = aws.ecs("ListServices", "{'cluster': 'main'}");
    assertThat(first.path("serviceArns")).hasSize(10);
    ObjectNode second =
        aws.ecs(
            "ListServices",
            "{'cluster': 'main', 'nextToken': '" + first.path("nextToken").asText() + "'}");
    assertThat(second.path("serviceArns")).hasSize(5);
    assertThat(second.has("nextToken")).isFalse();
  }

  @Test
  void reports_no_deployments_for_services_that_it_does_not_roll() {
    aws.pass(300);
    for (String name : List.of("blue-green", "external")) {
      JsonNode service =
          aws.ecs("DescribeServices", "{'cluster': 'main', 'services': ['" + name + "']}")
              .path("services")
              .path(0);
      assertThat(service.path("deployments")).isEmpty();
      assertThat(service.path("deploymentController").path("type").asText())
          .isIn("CODE_DEPLOY", "EXTERNAL");
    }
    assertThat(aws.events)
        .filteredOn(it -> it.detailType().equals("ECS Deployment State Change"))
        .allMatch(it -> it.resources().getFirst().endsWith("/web"));
  }

  @Test
  void drains_a_service_that_is_deleted_and_lets_its_name_be_used_again() {
    aws.untilRollout("COMPLETED");
    aws.ecs("DeleteService", "{'cluster': 'main', 'service': 'web', 'force': true}");
    assertThat(aws.web().path("status").asText()).isEqualTo("DRAINING");
    assertThat(aws.until(() -> aws.web().path("status").asText().equals("INACTIVE"))).isTrue();
    assertThat(aws.view().tasks()).isEmpty();
    assertThatThrownBy(() -> aws.ecs("UpdateService", "{'cluster': 'main', 'service': 'web'}"))
        .isInstanceOfSatisfying(
            AwsError.class, it -> assertThat(it.code()).isEqualTo("ServiceNotActiveException"))
        .hasMessage("Service was not ACTIVE.");
    create("web", "'launchType': 'EC2'");
    assertThat(aws.web().path("status").asText()).isEqualTo("ACTIVE");
  }

  @Test
  void answers_stale_on_request() {
    aws.ecs.answerStale(2);
    aws.ecs("UpdateService", "{'cluster': 'main', 'service': 'web', 'taskDefinition': 'web:2'}");
    assertThat(aws.web().path("taskDefinition").asText()).endsWith("web:1");
    assertThat(aws.web().path("deployments")).hasSize(1);
    assertThat(aws.web().path("taskDefinition").asText()).endsWith("web:2");
  }

  @Test
  void capacity_providers_take_the_place_of_the_launch_type() {
    ObjectNode service =
        (ObjectNode)
            aws.ecs(
                    "UpdateService",
                    "{'cluster': 'main', 'service': 'web', 'capacityProviderStrategy':"
                        + " [{'capacityProvider': 'asg', 'weight': 1}]}")
                .path("service");
    assertThat(service.has("launchType")).isFalse();
    assertThat(service.path("capacityProviderStrategy")).hasSize(1);
    assertThat(service.path("deployments")).as("starts no deployment").hasSize(1);
  }

  @Test
  void lists_tasks_by_service_family_and_status() {
    aws.untilRollout("COMPLETED");
    assertThat(aws.ecs("ListTasks", "{'cluster': 'main', 'serviceName': 'web'}").path("taskArns"))
        .hasSize(1);
    assertThat(aws.ecs("ListTasks", "{'cluster': 'main', 'family': 'no'}").path("taskArns"))
        .isEmpty();
    assertThat(
            aws.ecs("ListTasks", "{'cluster': 'main', 'desiredStatus': 'STOPPED'}")
                .path("taskArns"))
        .isEmpty();
    String startedBy = aws.deployment(0).path("id").asText();
    assertThat(
            aws.ecs("ListTasks", "{'cluster': 'main', 'startedBy': '" + startedBy + "'}")
                .path("taskArns"))
        .hasSize(1);
    assertThatThrownBy(() ->
            aws.ecs("ListTasks", "{'cluster': 'main', 'startedBy': 'a', 'serviceName': 'web'}"))
        .hasMessage("startedBy must be the only filter that is used.");
  }

  @Test
  void filters_service_deployments_by_status_and_time() {
    aws.untilRollout("COMPLETED");
    aws.pass(100);
    aws.ecs("UpdateService", "{'cluster': 'main', 'service': 'web', 'taskDefinition': 'web:2'}");
    assertThat(deployments("'status': ['PENDING', 'IN_PROGRESS']")).isEqualTo(1);
    assertThat(deployments("'status': ['SUCCESSFUL']")).isEqualTo(1);
    assertThat(deployments("'createdAt': {'after': %d}".formatted(aws.start.getEpochSecond() + 60)))
        .isEqualTo(1);
    assertThat(
            deployments("'createdAt': {'before': %d}".formatted(aws.start.getEpochSecond() + 60)))
        .isEqualTo(1);
  }

  private int deployments(String filter) {
    return aws.ecs(
            "ListServiceDeployments", "{'cluster': 'main', 'service': 'web', " + filter + "}")
        .path("serviceDeployments")
        .size();
  }

  @Test
  void describes_clusters_with_their_tasks() {
    aws.untilRollout("COMPLETED");
    JsonNode cluster =
        aws.ecs("DescribeClusters", "{'clusters': ['main', 'none']}").path("clusters").path(0);
    assertThat(cluster.path("activeServicesCount").asInt()).isEqualTo(3);
    assertThat(cluster.path("runningTasksCount").asInt()).isEqualTo(2);
    assertThat(cluster.path("registeredContainerInstancesCount").asInt()).isEqualTo(2);
  }
}
