package dev.slipway.aws;

import dev.slipway.decide.Decision;
import dev.slipway.deploy.StartedDeployment;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageReference;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.record.Trigger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventAnnouncerTest {
  private static final ServiceArn SERVICE =
      new ServiceArn("arn:aws:ecs:us-east-1:123456789012:service/main/web");
  private static final Trigger CAUSE =
      new Trigger.Push(
          "13cde686",
          new Repository("123456789012", "us-east-1", "web"),
          new ImageTag("staging"),
          Optional.of(Instant.parse("2026-11-21T09:59:00Z")));
  private static final String REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com/web";
  private static final StartedDeployment DEPLOYMENT =
      new StartedDeployment(
          new Decision.Deploy(
              SERVICE,
              "staging",
              revision(1),
              List.of(
                  new Decision.ImageChange(
                      "app",
                      ImageReference.parse(REGISTRY + ":old"),
                      ImageReference.parse(REGISTRY + "@sha256:" + "c".repeat(64)))),
              new Decision.Target.Register(Json.object()),
              Json.object(),
              "web has moved on"),
          revision(2),
          Optional.of("ecs-svc/1"));

  private static final Decision HELD =
      new Decision.Held(SERVICE, "staging", Decision.Hold.PAUSED, "paused by Ann");

  private final LoopbackAws aws = new LoopbackAws();
  private final List<String> lines = new ArrayList<>();
  private final EventAnnouncer announcer =
      new EventAnnouncer(
          aws.clients().eventBridge(),
          "default",
          new Log(lines::add, InstantSource.fixed(Instant.parse("2026-11-21T10:00:00Z"))));

  private static TaskDefinitionArn revision(int number) {
    return new TaskDefinitionArn(
        "arn:aws:ecs:us-east-1:123456789012:task-definition/web:" + number);
  }

  private JsonNode line(int number) throws IOException {
    return Json.read(lines.get(number));
  }

  @AfterEach
  void end() {
    aws.close();
  }

  @Test
  void a_deployment_is_a_log_line_that_is_a_metric_too() throws Exception {
    aws.answers("PutEvents", "{\"FailedEntryCount\":0,\"Entries\":[{\"EventId\":\"1\"}]}");

    announcer.started(DEPLOYMENT, CAUSE);

    assertThat(lines).hasSize(1).first().asString().doesNotContain("\n");
    JsonNode line = line(0);
    assertThat(line.path("level").asText()).isEqualTo("INFO");
    assertThat(line.path("message").asText()).isEqualTo("web has moved on");
    assertThat(line.path("timestamp").asText()).isEqualTo("2026-11-21T10:00:00Z");
    assertThat(line.path("_aws"))
        .hasToString(
            """
            {"Timestamp":1795255200000,"CloudWatchMetrics":[{"Namespace":"Slipway",\
            "Dimensions":[["Outcome"],["Outcome","Environment"]],\
            "Metrics":[{"Name":"Decisions","Unit":"Count"}]}]}\
            """);
    assertThat(line.path("Outcome").asText()).isEqualTo("Deploy");
    assertThat(line.path("Environment").asText()).isEqualTo("staging");
    assertThat(line.path("Decisions").asInt()).isOne();
  }

  @Test
  void a_deployment_is_an_event_as_documented() throws Exception {
    aws.answers("PutEvents", "{\"FailedEntryCount\":0,\"Entries\":[{\"EventId\":\"1\"}]}");

    announcer.started(DEPLOYMENT, CAUSE);

    JsonNode entry = aws.received("PutEvents").getFirst().json().path("Entries").path(0);
    assertThat(entry.path("EventBusName").asText()).isEqualTo("default");
    assertThat(entry.path("Source").asText()).isEqualTo("slipway");
    assertThat(entry.path("DetailType").asText()).isEqualTo("Deployment Started");
    assertThat(entry.path("Resources")).hasToString("[\"" + SERVICE + "\"]");
    assertThat(Json.read(entry.path("Detail").asText()))
        .hasToString(
            """
            {"environment":"staging",\
            "service":"arn:aws:ecs:us-east-1:123456789012:service/main/web",\
            "cluster":"main","serviceName":"web",\
            "taskDefinition":"arn:aws:ecs:us-east-1:123456789012:task-definition/web:2",\
            "previousTaskDefinition":"arn:aws:ecs:us-east-1:123456789012:task-definition/web:1",\
            "deploymentId":"ecs-svc/1",\
            "images":[{"container":"app","from":"%s:old","to":"%s@sha256:%s"}],\
            "cause":{"kind":"push","eventId":"13cde686","repository":"web","tag":"staging",\
            "pushedAt":"2026-11-21T09:59:00Z"},\
            "reason":"web has moved on"}\
            """
                .formatted(REGISTRY, REGISTRY, "c".repeat(64)));
  }

  @Test
  void what_is_held_is_an_event_too() throws Exception {
    aws.answers("PutEvents", "{\"FailedEntryCount\":0,\"Entries\":[{\"EventId\":\"1\"}]}");

    announcer.decided(HELD, CAUSE);

    JsonNode entry = aws.received("PutEvents").getFirst().json().path("Entries").path(0);
    assertThat(entry.path("DetailType").asText()).isEqualTo("Deployment Held");
    assertThat(entry.path("Resources")).hasToString("[\"" + SERVICE + "\"]");
    assertThat(Json.read(entry.path("Detail").asText()))
        .hasToString(
            """
            {"environment":"staging",\
            "service":"arn:aws:ecs:us-east-1:123456789012:service/main/web",\
            "cluster":"main","serviceName":"web","hold":"PAUSED",\
            "cause":{"kind":"push","eventId":"13cde686","repository":"web","tag":"staging",\
            "pushedAt":"2026-11-21T09:59:00Z"},\
            "reason":"paused by Ann"}\
            """);
    assertThat(line(0).path("Outcome").asText()).isEqualTo("Held");
    assertThat(line(0).path("Environment").asText()).isEqualTo("staging");
    assertThat(line(0).path("level").asText()).isEqualTo("INFO");
  }

  @Test
  void what_is_held_is_no_event_of_the_sweep() throws Exception {
    announcer.decided(HELD, new Trigger.Sweep("s-1", Instant.parse("2026-11-21T10:00:00Z")));

    assertThat(line(0).path("cause"))
        .hasToString("{\"kind\":\"sweep\",\"eventId\":\"s-1\",\"at\":\"2026-11-21T10:00:00Z\"}");
    assertThat(aws.received()).isEmpty();
  }

  @Test
  void other_decisions_are_log_lines_alone() throws Exception {
    announcer.decided(
        new Decision.Current(SERVICE, "staging", "it has it"), new Trigger.Request("r-1", "ann"));
    announcer.decided(new Decision.Refused(SERVICE, Optional.empty(), "an SBOM"), CAUSE);

    assertThat(line(0).path("Outcome").asText()).isEqualTo("Current");
    assertThat(line(0).path("level").asText()).isEqualTo("INFO");
    assertThat(line(0).path("cause"))
        .hasToString("{\"kind\":\"request\",\"eventId\":\"r-1\",\"by\":\"ann\"}");
    assertThat(line(1).path("_aws").path("CloudWatchMetrics").path(0).path("Dimensions"))
        .hasToString("[[\"Outcome\"]]");
    assertThat(line(1).path("Outcome").asText()).isEqualTo("Refused");
    assertThat(line(1).path("level").asText()).isEqualTo("WARN");
    assertThat(line(1).path("cause").path("tag").asText()).isEqualTo("staging");
    assertThat(aws.received()).isEmpty();
  }

  @Test
  void an_event_that_is_not_taken_is_told_and_does_no_harm() throws Exception {
    aws.answers(
            "PutEvents",
            "{\"FailedEntryCount\":1,\"Entries\":[{\"ErrorCode\":\"E\",\"ErrorMessage\":\"m\"}]}")
        .fails("PutEvents", 400, "AccessDeniedException", "no");

    announcer.started(DEPLOYMENT, CAUSE);
    announcer.started(DEPLOYMENT, CAUSE);

    assertThat(lines).hasSize(4);
    assertThat(line(1).path("level").asText()).isEqualTo("WARN");
    assertThat(line(1).path("message").asText())
        .endsWith("not taken by the event bus default: E: m");
    assertThat(line(3).path("level").asText()).isEqualTo("ERROR");
    assertThat(line(3).path("stackTrace").asText()).contains("AccessDenied");
  }
}
