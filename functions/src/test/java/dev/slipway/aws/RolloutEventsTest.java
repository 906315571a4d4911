package dev.slipway.aws;

import static dev.slipway.record.SampleDeployments.NOON;
import static dev.slipway.record.SampleDeployments.PUSH;
import static dev.slipway.record.SampleDeployments.WEB;
import static dev.slipway.record.SampleDeployments.change;
import static dev.slipway.record.SampleDeployments.digest;
import static dev.slipway.record.SampleDeployments.ended;
import static dev.slipway.record.SampleDeployments.image;
import static dev.slipway.record.SampleDeployments.revision;
import static dev.slipway.record.SampleDeployments.running;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.announce.RolloutResult;
import dev.slipway.deploy.Announced;
import dev.slipway.record.DeploymentOutcome;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.DeploymentRecord.Announcement;
import dev.slipway.record.DeploymentRecord.Ended;
import dev.slipway.record.DeploymentRecord.Rollback;
import dev.slipway.record.DeploymentRecord.RollbackState;
import dev.slipway.rollout.Notifications;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RolloutEventsTest {
  private static final String TAKEN = "{\"FailedEntryCount\":0,\"Entries\":[{\"EventId\":\"1\"}]}";
  private static final Set<Announcement> OUTCOME =
      EnumSet.of(
          Announcement.OUTCOME_EVENT,
          Announcement.OUTCOME_NOTIFICATION,
          Announcement.OUTCOME_METRIC);

  private final LoopbackAws aws = new LoopbackAws();
  private final List<String> lines = new ArrayList<>();
  private final RolloutEvents announcer =
      new RolloutEvents(
          aws.clients().eventBridge(),
          "default",
          // SNS speaks XML: nothing is prepared, so a notification fails
          Optional.of(
              new Notifications(
                  new SnsTopic(aws.clients().sns(), "arn:aws:sns:us-east-1:123456789012:slipway"))),
          new Log(lines::add, InstantSource.fixed(NOON)));
  private final RolloutEvents withoutTopic =
      new RolloutEvents(
          aws.clients().eventBridge(),
          "default",
          Optional.empty(),
          new Log(lines::add, InstantSource.fixed(NOON)));

  @AfterEach
  void end() {
    aws.close();
  }

  private static DeploymentRecord deployment() {
    return running(2, PUSH, change("web", 1, 2));
  }

  private static RolloutResult deployed(int tasks) {
    return new RolloutResult(deployment().ended(ended(DeploymentOutcome.DEPLOYED, tasks)));
  }

  private static RolloutResult failed(RollbackState rollback, List<String> evidence) {
    Ended end =
        ended(
            DeploymentOutcome.FAILED,
            0,
            Optional.of(new Rollback(Optional.of(revision(1)), rollback)));
    Ended blocking =
        new Ended(
            end.outcome(),
            end.at(),
            end.tasks(),
            end.serviceDeployment(),
            end.rollback(),
            List.of(digest(2)),
            end.why(),
            Optional.of("container web exited with 1"),
            evidence);
    return new RolloutResult(deployment().ended(blocking));
  }

  private JsonNode entry() {
    return aws.received("PutEvents").getFirst().json().path("Entries").path(0);
  }

  private JsonNode detail() throws IOException {
    return Json.read(entry().path("Detail").asText());
  }

  private JsonNode line() throws IOException {
    return Json.read(lines.getFirst());
  }

  @Test
  void what_was_deployed_is_an_event_as_documented() throws Exception {
    aws.answers("PutEvents", TAKEN);

    Announced<Announcement> announced = withoutTopic.announce(deployed(3), OUTCOME);

    assertThat(announced.done()).isEqualTo(OUTCOME);
    assertThat(announced.failures()).isEmpty();
    assertThat(entry().path("EventBusName").asText()).isEqualTo("default");
    assertThat(entry().path("Source").asText()).isEqualTo("slipway");
    assertThat(entry().path("DetailType").asText()).isEqualTo("Deployment Succeeded");
    assertThat(entry().path("Resources")).hasToString("[\"" + WEB + "\"]");
    assertThat(detail())
        .hasToString(
            """
            {"environment":"staging",\
            "service":"arn:aws:ecs:us-east-1:123456789012:service/main/web",\
            "cluster":"main","serviceName":"web",\
            "deployment":"20261128-120002-000-00000002","deploymentId":"ecs-svc/2",\
            "serviceDeployment":"arn:aws:ecs:us-east-1:123456789012:service-deployment/main/web/d2",\
            "outcome":"deployed",\
            "taskDefinition":"arn:aws:ecs:us-east-1:123456789012:task-definition/web:2",\
            "previousTaskDefinition":"arn:aws:ecs:us-east-1:123456789012:task-definition/web:1",\
            "images":[{"container":"web","from":"%s","to":"%s","tag":"staging"}],\
            "trigger":{"kind":"push","eventId":"e-1","repository":"web","tag":"staging",\
            "digest":"%s","pushedAt":"2026-11-28T11:59:50Z"},\
            "startedAt":"2026-11-28T12:00:03Z","endedAt":"2026-11-28T12:01:00Z",\
            "durationSeconds":57,"pushToDeployedSeconds":70,"tasks":3,"blocked":[],\
            "reason":"main/web runs web:staging 000000000002: 3 tasks replaced in 57 s, 70 s after the push",\
            "details":[]}\
            """
                .formatted(image("web", 1), image("web", 2), digest(2)));
  }

  @Test
  void what_failed_has_the_rollback_the_blocks_and_the_evidence() throws Exception {
    aws.answers("PutEvents", TAKEN);

    withoutTopic.announce(failed(RollbackState.IN_PROGRESS, List.of("task t1: exited")), OUTCOME);

    assertThat(entry().path("DetailType").asText()).isEqualTo("Deployment Failed");
    assertThat(detail().path("rollback"))
        .hasToString("{\"to\":\"%s\",\"state\":\"in progress\"}".formatted(revision(1)));
    assertThat(detail().path("blocked")).hasToString("[\"" + digest(2) + "\"]");
    assertThat(detail().path("details")).hasToString("[\"task t1: exited\"]");
    assertThat(detail().has("pushToDeployedSeconds")).isFalse();
    assertThat(line().path("level").asText()).isEqualTo("WARN");
  }

  @ParameterizedTest
  @CsvSource({
    "DEPLOYED, Deployment Succeeded",
    "FAILED, Deployment Failed",
    "SUPERSEDED, Deployment Superseded",
    "REFUSED, Deployment Refused",
    "UNKNOWN, Deployment Ended"
  })
  void each_outcome_has_a_detail_type(DeploymentOutcome outcome, String detailType) {
    aws.answers("PutEvents", TAKEN);

    withoutTopic.announce(new RolloutResult(deployment().ended(ended(outcome, 0))), OUTCOME);

    assertThat(entry().path("DetailType").asText()).isEqualTo(detailType);
  }

  @Test
  void a_rollback_that_fails_later_is_an_event_of_its_own() {
    aws.answers("PutEvents", TAKEN);

    withoutTopic.announce(
        failed(RollbackState.FAILED, List.of()),
        EnumSet.of(Announcement.ROLLBACK_FAILED_EVENT, Announcement.ROLLBACK_FAILED_NOTIFICATION));

    assertThat(entry().path("DetailType").asText()).isEqualTo("Rollback Failed");
    assertThat(lines).isEmpty();
  }

  @Test
  void what_was_deployed_counts_with_its_times() throws Exception {
    withoutTopic.announce(deployed(3), EnumSet.of(Announcement.OUTCOME_METRIC));

    assertThat(aws.received()).isEmpty();
    assertThat(line().path("message").asText())
        .startsWith("main/web runs web:staging 000000000002");
    assertThat(line().path("Outcome").asText()).isEqualTo("Succeeded");
    assertThat(line().path("Environment").asText()).isEqualTo("staging");
    assertThat(line().path("Rollouts").asInt()).isOne();
    assertThat(line().path("DurationSeconds").asInt()).isEqualTo(57);
    assertThat(line().path("PushToDeployedSeconds").asInt()).isEqualTo(70);
    assertThat(line().path("_aws"))
        .hasToString(
            """
            {"Timestamp":1795867200000,"CloudWatchMetrics":[\
            {"Namespace":"Slipway","Dimensions":[["Outcome"],["Outcome","Environment"]],\
            "Metrics":[{"Name":"Rollouts","Unit":"Count"}]},\
            {"Namespace":"Slipway","Dimensions":[[],["Environment"]],\
            "Metrics":[{"Name":"DurationSeconds","Unit":"Seconds"},\
            {"Name":"PushToDeployedSeconds","Unit":"Seconds"}]}]}\
            """);
  }

  /** No tasks is not success: such a deployment would be the fastest of all. */
  @Test
  void what_no_task_runs_counts_without_times() throws Exception {
    withoutTopic.announce(deployed(0), EnumSet.of(Announcement.OUTCOME_METRIC));

    assertThat(line().path("Rollouts").asInt()).isOne();
    assertThat(line().has("DurationSeconds")).isFalse();
    assertThat(line().has("PushToDeployedSeconds")).isFalse();
    assertThat(line().path("_aws").path("CloudWatchMetrics")).hasSize(1);
  }

  @Test
  void a_channel_that_fails_keeps_no_other_from_being_tried() {
    aws.fails("PutEvents", 400, "AccessDeniedException", "no");

    Announced<Announcement> announced = announcer.announce(deployed(3), OUTCOME);

    assertThat(announced.done()).containsExactly(Announcement.OUTCOME_METRIC);
    assertThat(announced.failures()).hasSize(2);
    assertThat(announced.failures().getFirst())
        .isInstanceOf(AccessDenied.class)
        .hasMessageContaining("events:PutEvents");
    assertThat(lines).hasSize(1);
  }

  @Test
  void an_event_that_the_bus_does_not_take_is_a_failure() {
    aws.answers(
        "PutEvents",
        "{\"FailedEntryCount\":1,\"Entries\":[{\"ErrorCode\":\"E\",\"ErrorMessage\":\"m\"}]}");

    Announced<Announcement> announced =
        withoutTopic.announce(deployed(3), EnumSet.of(Announcement.OUTCOME_EVENT));

    assertThat(announced.done()).isEmpty();
    assertThat(announced.failures())
        .singleElement()
        .asString()
        .contains("did not take the event of deployment 20261128-120002-000-00000002: E: m");
  }

  /** EventBridge takes 256 KB; what does not fit is in the log, whole. */
  @Test
  void an_event_is_never_longer_than_eventbridge_takes() throws Exception {
    aws.answers("PutEvents", TAKEN);

    withoutTopic.announce(
        failed(RollbackState.SUCCESSFUL, Collections.nCopies(100, "ä".repeat(5_000))), OUTCOME);

    assertThat(entry().path("Detail").asText().getBytes(StandardCharsets.UTF_8))
        .hasSizeLessThan(256 * 1_024);
    assertThat(detail().path("shortened").asBoolean()).isTrue();
    assertThat(detail().path("reason").asText())
        .isEqualTo(
            "the deployment of web:staging 000000000002 to main/web failed: container web exited"
                + " with 1; ECS has rolled back to web:1");
    assertThat(line().path("details")).hasSize(100);
  }
}
