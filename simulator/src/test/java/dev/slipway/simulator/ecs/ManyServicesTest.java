package dev.slipway.simulator.ecs;

import static dev.slipway.simulator.SingleQuotes.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.AwsError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An account with thousands of services that run already. */
class ManyServicesTest {
  private static final int SERVICES = 5_000;
  final EcsOfTests aws = new EcsOfTests();

  @BeforeEach
  void aCluster() {
    aws.ecs("CreateCluster", "{'clusterName': 'main'}");
    aws.ecr("CreateRepository", "{'repositoryName': 'web'}");
  }

  @AfterEach
  void end() {
    aws.close();
  }

  private static ObjectNode request(String name, String taskDefinition) {
    return json(
        """
        {'cluster': 'main', 'serviceName': '%s', 'taskDefinition': '%s', 'desiredCount': 2,
         'tags': [{'key': 'slipway:environment', 'value': 'staging'}]}
        """
            .formatted(name, taskDefinition));
  }

  @Test
  void a_service_that_runs_already_looks_like_one_that_was_deployed() {
    String digest = aws.push("web", "v1", Map.of());
    aws.register("web", EcsOfTests.REGISTRY + "web:v1");
    aws.events.clear();
    aws.ecs.addRunning(List.of(request("web", "web")));

    assertThat(aws.events).isEmpty();
    assertThat(aws.questions).isNotEmpty();
    JsonNode added = aws.web();
    assertThat(added.path("runningCount").asInt()).isEqualTo(2);
    assertThat(aws.deployment(0).path("rolloutState").asText()).isEqualTo("COMPLETED");
    assertThat(aws.serviceDeployment(0).path("status").asText()).isEqualTo("SUCCESSFUL");
    assertThat(aws.view().deployments().getFirst().healthy()).isEqualTo(2);
    JsonNode revision =
        aws.ecs(
                "DescribeServiceRevisions",
                "{'serviceRevisionArns': ['%s']}"
                    .formatted(
                        aws.serviceDeployment(0)
                            .path("targetServiceRevision")
                            .path("arn")
                            .asText()))
            .path("serviceRevisions")
            .path(0);
    assertThat(revision.path("containerImages").path(0).path("imageDigest").asText())
        .isEqualTo(digest);
    aws.world.runUntilQuiet(Duration.ofHours(1));
    assertThat(aws.events).isEmpty();
    assertThat(aws.web()).isEqualTo(added);
  }

  @Test
  void it_can_be_deployed_and_rolled_back_to_like_any_other() {
    aws.push("web", "good", Map.of());
    aws.register("web", EcsOfTests.REGISTRY + "web:good");
    ObjectNode request = request("web", "web:1");
    request.set(
        "deploymentConfiguration",
        json("{'deploymentCircuitBreaker': {'enable': true, 'rollback': true}}"));
    aws.ecs.addRunning(List.of(request));
    aws.register("web", EcsOfTests.REGISTRY + "web:none");
    aws.ecs("UpdateService", "{'cluster': 'main', 'service': 'web', 'taskDefinition': 'web:2'}");

    assertThat(
            aws.until(() ->
                aws.serviceDeployment(0).path("status").asText().equals("ROLLBACK_SUCCESSFUL")))
        .isTrue();
    assertThat(aws.view().taskDefinition()).isEqualTo("web:1");
  }

  @Test
  void what_createservice_refuses_is_refused() {
    assertThatThrownBy(() -> aws.ecs.addRunning(List.of(request("web", "none"))))
        .isInstanceOf(AwsError.class)
        .hasMessage("TaskDefinition not found.");
  }

  @Test
  void an_image_that_cannot_be_pulled_is_refused() {
    aws.register("web", EcsOfTests.REGISTRY + "web:none");
    assertThatThrownBy(() -> aws.ecs.addRunning(List.of(request("web", "web"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot run");
  }

  @Test
  void thousands_are_listed_in_pages_and_described() {
    aws.push("web", "v1", Map.of());
    List<ObjectNode> requests = new ArrayList<>();
    for (int i = 0; i < SERVICES; i++) {
      String family = "family-" + i % 500;
      if (i < 500) {
        aws.register(family, EcsOfTests.REGISTRY + "web:v1");
      }
      requests.add(request("service-" + i, family));
    }
    aws.ecs.addRunning(requests);

    Set<String> listed = new HashSet<>();
    int pages = 0;
    String token = "";
    do {
      JsonNode page =
          aws.ecs("ListServices", "{'cluster': 'main', 'maxResults': 100%s}".formatted(token));
      List<String> names = new ArrayList<>();
      page.path("serviceArns").forEach(arn -> names.add("'" + Arns.lastPart(arn.asText()) + "'"));
      listed.addAll(names);
      for (int from = 0; from < names.size(); from += 10) {
        JsonNode described =
            aws.ecs(
                "DescribeServices",
                "{'cluster': 'main', 'services': %s, 'include': ['TAGS']}"
                    .formatted(names.subList(from, Math.min(from + 10, names.size()))));
        assertThat(described.path("services").size()).isEqualTo(10);
      }
      token =
          page.has("nextToken") ? ", 'nextToken': '" + page.path("nextToken").asText() + "'" : "";
      pages++;
    } while (!token.isEmpty());
    assertThat(pages).isEqualTo(SERVICES / 100);
    assertThat(listed).hasSize(SERVICES);
    assertThat(aws.ecs.service("main", "service-4999")).isPresent();
  }
}
