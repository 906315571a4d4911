package dev.slipway.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.decide.Decision;
import dev.slipway.deploy.Announced;
import dev.slipway.deploy.StartedDeployment;
import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageChange;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageReference;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.record.AnnouncedHold.Announcement;
import dev.slipway.record.DeploymentId;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.Trigger;
import dev.slipway.rollout.Notifications;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventAnnouncerTest {
  private static final ServiceArn SERVICE =
      new ServiceArn("arn:aws:ecs:us-east-1:123456789012:service/main/web");
  private static final Trigger PUSH =
      new Trigger.Push(
          "13cde686",
          new Repository("123456789012", "us-east-1", "web"),
          new ImageTag("staging"),
          Optional.of(new ImageDigest("sha256:" + "c".repeat(64))),
          Optional.of(Instant.parse("2026-11-21T09:59:00Z")));
  private static final String REGISTRY = "123456789012.dkr.ecr.us-east-1.amazonaws.com/web";
  private static final ImageChange CHANGE =
      new ImageChange(
          "app",
          ImageReference.parse(REGISTRY + ":old"),
          ImageReference.parse(REGISTRY + "@sha256:" + "c".repeat(64)),
          Optional.of(new ImageTag("staging")));
  private static final StartedDeployment DEPLOYMENT =
      new StartedDeployment(
          new Decision.Deploy(
              SERVICE,
              "staging",
              revision(1),
              List.of(CHANGE),
              Map.of("app", CHANGE.to()),
              Json.object(),
              Map.of(),
              Json.object(),
              Decision.Basis.SELECTED,
              Optional.empty(),
              "web has moved on"),
          new DeploymentRecord(
                  new DeploymentId("20261121-100000-000-0000002a"),
                  SERVICE,
                  "staging",
                  PUSH,
                  revision(1),
                  Optional.empty(),
                  List.of(CHANGE),
                  Map.of("app", CHANGE.to()),
                  "web has moved on",
                  Instant.parse("2026-11-21T10:00:00Z"),
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty(),
                  Optional.empty(),
                  Set.of())
              .started(
                  revision(2), new EcsDeploymentId("1"), Instant.parse("2026-11-21T10:00:01Z")));

  private static final Decision HELD =
      new Decision.Held(
          SERVICE, "staging", Decision.Hold.PAUSED, "PAUSED 1", List.of(), "paused by Ann");

  private final LoopbackAws aws = new LoopbackAws();
  private final List<String> lines = new ArrayList<>();
  private final List<String> sent = new ArrayList<>();
  private boolean topicFails;
  private final EventAnnouncer announcer =
      new EventAnnouncer(
          aws.clients().eventBridge(),
          "default",
          Optional.of(
              new Notifications(notification -> {
                if (topicFails) {
                  throw new IllegalStateException("no topic");
                }
                sent.add(notification.headline().line());
              })),
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

    announcer.started(DEPLOYMENT);

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

    announcer.started(DEPLOYMENT);

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
            "deployment":"20261121-100000-000-0000002a","deploymentId":"ecs-svc/1",\
            "images":[{"container":"app","from":"%s:old","to":"%s@sha256:%s","tag":"staging"}],\
            "trigger":{"kind":"push","eventId":"13cde686","repository":"web","tag":"staging",\
            "digest":"sha256:%s","pushedAt":"2026-11-21T09:59:00Z"},\
            "reason":"web has moved on"}\
            """
                .formatted(REGISTRY, REGISTRY, "c".repeat(64), "c".repeat(64)));
  }

  @Test
  void a_hold_is_an_event() throws Exception {
    aws.answers("PutEvents", "{\"FailedEntryCount\":0,\"Entries\":[{\"EventId\":\"1\"}]}");

    Announced<Announcement> announced = announcer.held(HELD, PUSH, EnumSet.of(Announcement.EVENT));

    assertThat(announced.done()).containsExactly(Announcement.EVENT);
    assertThat(lines).isEmpty();
    assertThat(sent).isEmpty();

    JsonNode entry = aws.received("PutEvents").getFirst().json().path("Entries").path(0);
    assertThat(entry.path("DetailType").asText()).isEqualTo("Deployment Held");
    assertThat(entry.path("Resources")).hasToString("[\"" + SERVICE + "\"]");
    assertThat(Json.read(entry.path("Detail").asText()))
        .hasToString(
            """
            {"environment":"staging",\
            "service":"arn:aws:ecs:us-east-1:123456789012:service/main/web",\
            "cluster":"main","serviceName":"web","hold":"PAUSED",\
            "trigger":{"kind":"push","eventId":"13cde686","repository":"web","tag":"staging",\
            "digest":"sha256:%s","pushedAt":"2026-11-21T09:59:00Z"},\
            "reason":"paused by Ann"}\
            """
                .formatted("c".repeat(64)));
  }

  @Test
  void a_hold_is_a_notification() {
    Announced<Announcement> announced =
        announcer.held(HELD, PUSH, EnumSet.of(Announcement.NOTIFICATION));

    assertThat(announced.done()).containsExactly(Announcement.NOTIFICATION);
    assertThat(sent).containsExactly("main/web: paused");
    assertThat(aws.received()).isEmpty();
  }

  @Test
  void of_a_hold_one_channel_that_fails_keeps_the_other_from_nothing_and_is_told() {
    topicFails = true;
    aws.answers("PutEvents", "{\"FailedEntryCount\":0,\"Entries\":[{\"EventId\":\"1\"}]}")
        .fails("PutEvents", 400, "AccessDeniedException", "no");

    Announced<Announcement> withoutTopic =
        announcer.held(HELD, PUSH, EnumSet.allOf(Announcement.class));
    topicFails = false;
    Announced<Announcement> withoutBus =
        announcer.held(HELD, PUSH, EnumSet.allOf(Announcement.class));

    assertThat(withoutTopic.done()).containsExactly(Announcement.EVENT);
    assertThat(withoutTopic.failures()).singleElement().asString().contains("no topic");
    assertThat(withoutBus.done()).containsExactly(Announcement.NOTIFICATION);
    assertThat(withoutBus.failures()).singleElement().asString().contains("events:PutEvents");
  }

  @Test
  void what_is_not_deployable_is_such_an_event_and_a_warning() throws Exception {
    aws.answers("PutEvents", "{\"FailedEntryCount\":0,\"Entries\":[{\"EventId\":\"1\"}]}");
    Decision not = new Decision.NotDeployable(SERVICE, Optional.of("staging"), "an SBOM");

    announcer.held(not, PUSH, EnumSet.of(Announcement.EVENT));
    announcer.decided(not, PUSH);

    assertThat(
            Json.read(aws.received("PutEvents").getFirst().json().at("/Entries/0/Detail").asText())
                .path("hold")
                .asText())
        .isEqualTo("NOT_DEPLOYABLE");
    assertThat(line(0).path("level").asText()).isEqualTo("WARN");
  }

  @Test
  void a_hold_that_is_no_news_is_a_log_line() throws Exception {
    announcer.decided(HELD, new Trigger.Sweep("s-1", Instant.parse("2026-11-21T10:00:00Z")));

    assertThat(line(0).path("Outcome").asText()).isEqualTo("Held");
    assertThat(line(0).path("Environment").asText()).isEqualTo("staging");
    assertThat(line(0).path("level").asText()).isEqualTo("INFO");

    assertThat(line(0).path("trigger"))
        .hasToString("{\"kind\":\"sweep\",\"eventId\":\"s-1\",\"at\":\"2026-11-21T10:00:00Z\"}");
    assertThat(line(0).path("hold").asText()).isEqualTo("PAUSED");
    assertThat(aws.received()).isEmpty();
  }

  @Test
  void other_decisions_are_log_lines_alone() throws Exception {
    announcer.decided(
        new Decision.Current(SERVICE, "staging", "it has it"), new Trigger.Operator("r-1", "ann"));
    announcer.decided(
        new Decision.NotFollowing(SERVICE, Optional.empty(), "no tag"),
        new Trigger.ServiceChanged("e-1", "Tag Change on Resource"));

    assertThat(line(0).path("Outcome").asText()).isEqualTo("Current");
    assertThat(line(0).path("level").asText()).isEqualTo("INFO");
    assertThat(line(0).path("trigger"))
        .hasToString("{\"kind\":\"operator\",\"eventId\":\"r-1\",\"by\":\"ann\"}");
    assertThat(line(1).path("_aws").path("CloudWatchMetrics").path(0).path("Dimensions"))
        .hasToString("[[\"Outcome\"]]");
    assertThat(line(1).path("Outcome").asText()).isEqualTo("NotFollowing");
    assertThat(line(1).path("trigger"))
        .hasToString(
            "{\"kind\":\"service-changed\",\"eventId\":\"e-1\",\"what\":\"Tag Change on"
                + " Resource\"}");
    assertThat(aws.received()).isEmpty();
  }

  @Test
  void an_event_that_is_not_taken_is_logged_and_does_no_harm() throws Exception {
    aws.answers(
            "PutEvents",
            "{\"FailedEntryCount\":1,\"Entries\":[{\"ErrorCode\":\"E\",\"ErrorMessage\":\"m\"}]}")
        .fails("PutEvents", 400, "AccessDeniedException", "no");

    announcer.started(DEPLOYMENT);
    announcer.started(DEPLOYMENT);

    assertThat(lines).hasSize(4);
    assertThat(line(1).path("level").asText()).isEqualTo("WARN");
    assertThat(line(1).path("message").asText())
        .endsWith("not taken by the event bus default: E: m");
    assertThat(line(3).path("level").asText()).isEqualTo("ERROR");
    assertThat(line(3).path("stackTrace").asText()).contains("AccessDenied");
  }
}
