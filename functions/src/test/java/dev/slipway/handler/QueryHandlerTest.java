package dev.slipway.handler;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.Json;
import dev.slipway.aws.LoopbackAws;
import dev.slipway.aws.StoredRecords;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageReference;
import dev.slipway.record.Block;
import dev.slipway.record.KnownRevision;
import dev.slipway.record.Pause;
import dev.slipway.record.ServiceRecord;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QueryHandlerTest {
  private static final String PREFIX = "arn:aws:ecs:us-east-1:123456789012:";
  private static final int SERVICES = 100;
  private static final String TABLE = "slipway-record";
  private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");

  @TempDir Path directory;
  private final LoopbackAws aws = new LoopbackAws();
  private final List<String> lines = new ArrayList<>();

  @AfterEach
  void end() {
    aws.close();
  }

  private QueryHandler handler() throws IOException {
    Map<String, String> environment = new HashMap<>(aws.environment());
    environment.put(
        "SLIPWAY_CONFIG",
        Files.writeString(
                directory.resolve("slipway.yaml"),
                "environments: { staging: { images: { tag: staging } } }")
            .toString());
    environment.put("SLIPWAY_TABLE_NAME", TABLE);
    environment.put("SLIPWAY_ACCOUNT_ID", "123456789012");
    return new QueryHandler(
        new FunctionContext(
            environment, LoopbackAws.credentials(), lines::add, InstantSource.fixed(NOW)));
  }

  private static JsonNode answer(QueryHandler handler, String request) throws IOException {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    handler.handleRequest(
        new ByteArrayInputStream(
            Json.bytes(((ObjectNode) Json.read(request)).put("command", "status"))),
        output,
        new MinuteContext());
    return Json.read(output.toByteArray());
  }

  /**
   * A hundred services of one cluster, each of a family of its own, with images of one repository.
   */
  private void haveServices(String reason) {
    aws.always("ListClusters", "{\"clusterArns\":[\"" + PREFIX + "cluster/main\"]}");
    ObjectNode listed = Json.object();
    ArrayNode arns = listed.putArray("serviceArns");
    ObjectNode described = Json.object();
    for (int i = 0; i < SERVICES; i++) {
      String name = name(i);
      arns.add(PREFIX + "service/main/" + name);
      described.withArray("services").add(service(name, reason));
      if (i % 10 == 9) {
        aws.answers("DescribeServices", described.toString());
        described = Json.object();
      }
      aws.answers("DescribeTaskDefinition", taskDefinition(name));
    }
    listed.put("nextToken", "more");
    aws.always("ListServices", listed.toString());
    ObjectNode image = Json.object();
    ObjectNode found = image.putArray("images").addObject();
    found.putObject("imageId").put("imageDigest", WebService.DIGEST).put("imageTag", "staging");
    found
        .put("imageManifestMediaType", "application/vnd.oci.image.manifest.v1+json")
        .put("imageManifest", "{\"schemaVersion\":2,\"config\":{},\"layers\":[]}");
    aws.always("BatchGetImage", image.toString());
  }

  private static String name(int number) {
    return "web-%03d".formatted(number);
  }

  /** Slipway's record of these services: it knows what they run. */
  private void haveRecords(int blocks) {
    List<ServiceRecord> records = new ArrayList<>();
    for (int i = 0; i < SERVICES; i++) {
      String name = name(i);
      List<Block> blocked = new ArrayList<>();
      for (int b = 0; b < blocks; b++) {
        blocked.add(
            new Block(
                new ImageDigest("sha256:%064x".formatted(b + 1)),
                "web",
                NOW,
                "b".repeat(256),
                Optional.empty(),
                "r".repeat(3_000)));
      }
      records.add(
          ServiceRecord.unknown(new ServiceArn(PREFIX + "service/main/" + name))
              .withEnvironment(Optional.of("staging"))
              .withRevision(
                  Optional.of(
                      new KnownRevision(
                          new TaskDefinitionArn(PREFIX + "task-definition/" + name + ":1"),
                          Map.of(
                              "app",
                              ImageReference.parse(
                                  WebService.REPOSITORY + "@" + WebService.DIGEST)))))
              .block(blocked)
              .withPause(Optional.of(new Pause("ann", NOW, Optional.of("freeze"))))
              .written());
    }
    aws.always("BatchGetItem", StoredRecords.batch(TABLE, records));
  }

  private static ObjectNode service(String name, String reason) {
    ObjectNode service =
        Json.object()
            .put("serviceArn", PREFIX + "service/main/" + name)
            .put("status", "ACTIVE")
            .put("taskDefinition", PREFIX + "task-definition/" + name + ":1");
    service
        .putArray("deployments")
        .addObject()
        .put("id", "ecs-svc/1")
        .put("status", "PRIMARY")
        .put("taskDefinition", PREFIX + "task-definition/" + name + ":1")
        .put("rolloutState", "COMPLETED")
        .put("rolloutStateReason", reason);
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

  private Map<String, Long> calls() {
    return aws.received().stream().collect(groupingBy(LoopbackAws.Received::operation, counting()));
  }

  @Test
  void of_a_hundred_recorded_services_asks_aws_fourteen_times() throws Exception {
    haveServices("done");
    haveRecords(0);

    JsonNode answer = answer(handler(), "{\"by\":\"arn:aws:iam::123456789012:user/ann\"}");

    assertThat(answer.path("services"))
        .hasSize(SERVICES)
        .allSatisfy(service -> assertThat(service.path("state").asText()).isEqualTo("paused"));
    assertThat(answer.path("next").asText()).isEqualTo("main/more");
    assertThat(calls())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "ListClusters",
                1L,
                "ListServices",
                1L,
                "DescribeServices",
                10L,
                "BatchGetItem",
                1L,
                "BatchGetImage",
                1L));
    assertThat(lines).hasSize(1);
    JsonNode line = Json.read(lines.getFirst());
    assertThat(line.path("message").asText()).isEqualTo("reported 100 services");
    assertThat(line.path("by").asText()).isEqualTo("arn:aws:iam::123456789012:user/ann");
  }

  @Test
  void of_services_without_a_record_reads_each_task_definition_and_twenty_revisions_at_once()
      throws Exception {
    haveServices("done");
    aws.always("BatchGetItem", StoredRecords.batch(TABLE, List.of()))
        .always("DescribeServiceRevisions", "{\"serviceRevisions\":[],\"failures\":[]}");

    answer(handler(), "{}");

    assertThat(calls())
        .containsEntry("DescribeTaskDefinition", 100L)
        .containsEntry("DescribeServiceRevisions", 5L)
        .containsEntry("BatchGetImage", 1L);
  }

  @Test
  void tells_what_operators_decided_about_a_service() throws Exception {
    haveServices("done");
    haveRecords(12);

    JsonNode service = answer(handler(), "{\"limit\":100}").path("services").path(0);

    assertThat(service.path("paused").asText()).isEqualTo("by ann at 2026-11-28T10:00:00Z: freeze");
    assertThat(service.path("pin").isNull()).isTrue();
    assertThat(service.path("blockedCount").asInt()).isEqualTo(12);
    assertThat(service.path("blocked")).hasSize(10);
    assertThat(service.path("blocked").path(0).fieldNames())
        .toIterable()
        .containsExactly("digest", "repository", "since", "by", "deployment", "reason");
    assertThat(service.path("images").path(0).path("tag").asText()).isEqualTo("staging");
  }

  /** Lambda allows 6 MB: whatever the services are, a page is smaller. */
  @Test
  void a_page_is_never_too_large_for_an_answer() throws Exception {
    haveServices("r".repeat(50_000));
    haveRecords(30);

    assertThat(answer(handler(), "{}").toString().length()).isLessThan(6_000_000);
  }

  @Test
  void two_questions_at_once_are_refused() throws Exception {
    assertThat(
            answer(handler(), "{\"service\":\"web\",\"environment\":\"staging\"}")
                .path("refused")
                .asText())
        .isEqualTo("at most one of environment, service may be there");
  }
}
