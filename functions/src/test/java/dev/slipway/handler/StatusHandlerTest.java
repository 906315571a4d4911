package dev.slipway.handler;

import dev.slipway.aws.Json;
import dev.slipway.aws.LoopbackAws;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatusHandlerTest {
  private static final String PREFIX = "arn:aws:ecs:us-east-1:123456789012:";
  private static final int SERVICES = 100;

  @TempDir Path directory;
  private final LoopbackAws aws = new LoopbackAws();
  private final List<String> lines = new ArrayList<>();

  @AfterEach
  void end() {
    aws.close();
  }

  private StatusHandler handler() throws IOException {
    Map<String, String> environment = new HashMap<>(aws.environment());
    environment.put(
        "SLIPWAY_CONFIG",
        Files.writeString(
                directory.resolve("slipway.yaml"),
                "environments: { staging: { images: { tag: staging } } }")
            .toString());
    return new StatusHandler(environment, LoopbackAws.credentials(), lines::add);
  }

  private static JsonNode answer(StatusHandler handler, String request) throws IOException {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    handler.handleRequest(
        new ByteArrayInputStream(request.getBytes(StandardCharsets.UTF_8)),
        output,
        new MinuteContext());
    return Json.read(output.toByteArray());
  }

  /**
   * A hundred services of one cluster, each of a family of its own, with images of one repository.
   */
  private void haveServices() {
    aws.always("ListClusters", "{\"clusterArns\":[\"" + PREFIX + "cluster/main\"]}");
    ObjectNode listed = Json.object();
    ArrayNode arns = listed.putArray("serviceArns");
    ObjectNode described = Json.object();
    for (int i = 0; i < SERVICES; i++) {
      String name = "web-%03d".formatted(i);
      arns.add(PREFIX + "service/main/" + name);
      described.withArray("services").add(service(name));
      if (i % 10 == 9) {
        aws.answers("DescribeServices", described.toString());
        described = Json.object();
      }
      aws.answers("DescribeTaskDefinition", taskDefinition(name));
    }
    aws.always("ListServices", listed.toString());
    ObjectNode image = Json.object();
    ObjectNode found = image.putArray("images").addObject();
    found.putObject("imageId").put("imageDigest", WebService.DIGEST).put("imageTag", "staging");
    found
        .put("imageManifestMediaType", "application/vnd.oci.image.manifest.v1+json")
        .put("imageManifest", "{\"schemaVersion\":2,\"config\":{},\"layers\":[]}");
    aws.always("BatchGetImage", image.toString());
  }

  private static ObjectNode service(String name) {
    ObjectNode service =
        Json.object()
            .put("serviceArn", PREFIX + "service/main/" + name)
            .put("status", "ACTIVE")
            .put("taskDefinition", PREFIX + "task-definition/" + name + ":1");
    service.putArray("tags").addObject().put("key", "slipway:environment").put("value", "staging");
    return service;
  }

  private static String taskDefinition(String family) {
    ObjectNode response = Json.object();
    ObjectNode definition =
        response
            .putObject("taskDefinition")
            .put("taskDefinitionArn", PREFIX + "task-definition/" + family + ":1")
            .put("family", family);
    definition
        .putArray("containerDefinitions")
        .addObject()
        .put("name", "app")
        .put("image", WebService.REPOSITORY + "@" + WebService.DIGEST);
    return response.toString();
  }

  /** What costs is the revisions: each service has its own. */
  @Test
  void of_a_hundred_services_asks_aws_a_hundred_and_thirteen_times() throws Exception {
    haveServices();

    JsonNode answer = answer(handler(), "{\"by\":\"arn:aws:iam::123456789012:user/ann\"}");

    assertThat(answer.path("services"))
        .hasSize(SERVICES)
        .allSatisfy(service -> assertThat(service.path("decision").asText()).isEqualTo("Current"));
    assertThat(
            aws.received().stream()
                .collect(groupingBy(LoopbackAws.Received::operation, counting())))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "ListClusters",
                1L,
                "ListServices",
                1L,
                "DescribeServices",
                10L,
                "DescribeTaskDefinition",
                100L,
                "BatchGetImage",
                1L));
    assertThat(lines).hasSize(1);
    JsonNode line = Json.read(lines.getFirst());
    assertThat(line.path("message").asText()).isEqualTo("told of 100 services");
    assertThat(line.path("by").asText()).isEqualTo("arn:aws:iam::123456789012:user/ann");
  }

  @Test
  void two_questions_at_once_are_refused() throws Exception {
    assertThat(
            answer(handler(), "{\"service\":\"web\",\"environment\":\"staging\"}")
                .path("refused")
                .asText())
        .isEqualTo("environment and service: only one of them can be told");
  }
}
