package dev.slipway.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.deploy.EcsClientError;
import dev.slipway.ecs.PauseHook;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.ServiceDeployment.Status;
import dev.slipway.ecs.ServiceRevision;
import dev.slipway.ecs.TaskDefinitionArn;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AwsServiceDeploymentsTest {
  private static final String PREFIX = "arn:aws:ecs:us-east-1:123456789012:";
  private static final ServiceArn WEB = new ServiceArn(PREFIX + "service/main/web");

  private final LoopbackAws aws = new LoopbackAws();
  private final AwsServiceDeployments deployments = new AwsServiceDeployments(aws.clients().ecs());

  @AfterEach
  void end() {
    aws.close();
  }

  private static String deployment(String id) {
    return PREFIX + "service-deployment/main/web/" + id;
  }

  private static String revision(int number) {
    return PREFIX + "service-revision/main/web/" + number;
  }

  @Test
  void are_described_newest_first_with_all_that_tells_how_they_ended() {
    aws.answers(
            "ListServiceDeployments",
            """
            {"serviceDeployments": [{"serviceDeploymentArn": "%s"}, {"serviceDeploymentArn": "%s"}]}
            """
                .formatted(deployment("old"), deployment("new")))
        .answers(
            "DescribeServiceDeployments",
            """
            {"serviceDeployments": [
              {"serviceDeploymentArn": "%s", "status": "SUCCESSFUL", "createdAt": 1795255200.5,
               "startedAt": 1795255201, "finishedAt": 1795255300, "sourceServiceRevisions": [],
               "targetServiceRevision": {"arn": "%s", "runningTaskCount": 3}},
              {"serviceDeploymentArn": "%s", "status": "ROLLBACK_IN_PROGRESS",
               "statusReason": "because", "createdAt": 1795256000, "newerThanTheSdk": true,
               "sourceServiceRevisions": [{"arn": "%s", "runningTaskCount": 3}],
               "targetServiceRevision": {"arn": "%s", "runningTaskCount": 0},
               "rollback": {"reason": "tripped", "startedAt": 1795256060, "serviceRevisionArn": "%s"},
               "deploymentCircuitBreaker": {"status": "TRIGGERED", "failureCount": 3},
               "alarms": {"status": "TRIGGERED", "triggeredAlarmNames": ["5xx"]}}],
             "failures": []}
            """
                .formatted(
                    deployment("old"),
                    revision(1),
                    deployment("new"),
                    revision(1),
                    revision(2),
                    revision(1)));

    List<ServiceDeployment> newest = deployments.newest(WEB, 10);

    assertThat(newest)
        .extracting(ServiceDeployment::arn)
        .containsExactly(deployment("new"), deployment("old"));
    ServiceDeployment rolledBack = newest.getFirst();
    assertThat(rolledBack.status()).isEqualTo(Status.ROLLBACK_IN_PROGRESS);
    assertThat(rolledBack.id()).hasToString("ecs-svc/2");
    assertThat(rolledBack.statusReason()).contains("because");
    assertThat(rolledBack.sources()).containsExactly(revision(1));
    assertThat(rolledBack.decidedAt()).contains(Instant.ofEpochSecond(1795256060));
    assertThat(rolledBack.circuitBreakerTriggered()).isTrue();
    assertThat(rolledBack.triggeredAlarms()).containsExactly("5xx");
    ServiceDeployment deployed = newest.getLast();
    assertThat(deployed.createdAt()).isEqualTo(Instant.ofEpochMilli(1795255200500L));
    assertThat(deployed.finishedAt()).contains(Instant.ofEpochSecond(1795255300));
    assertThat(deployed.runningTasks()).isEqualTo(3);
    assertThat(deployed.rollback()).isEmpty();
    assertThat(aws.received("ListServiceDeployments").getFirst().json())
        .hasToString("{\"service\":\"web\",\"cluster\":\"main\",\"maxResults\":10}");
  }

  @Test
  void of_a_service_that_has_none_are_not_described() {
    aws.answers("ListServiceDeployments", "{\"serviceDeployments\": []}");

    assertThat(deployments.newest(WEB, 10)).isEmpty();
    assertThat(aws.received("DescribeServiceDeployments")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ServiceNotFoundException", "ClusterNotFoundException"})
  void of_a_service_that_is_gone_there_are_none(String error) {
    aws.fails("ListServiceDeployments", 400, error, "Not found.");

    assertThat(deployments.newest(WEB, 10)).isEmpty();
  }

  @Test
  void that_ecs_refuses_to_list_are_an_error() {
    aws.fails("ListServiceDeployments", 400, "InvalidParameterException", "No.");

    assertThatThrownBy(() -> deployments.newest(WEB, 10))
        .isInstanceOf(EcsClientError.class)
        .hasMessageContaining("ecs:ListServiceDeployments on " + WEB)
        .hasMessageContaining("No.");
  }

  @Test
  void revisions_are_asked_for_by_twenties_and_forgotten_ones_are_left_out() {
    aws.answers("DescribeServiceRevisions", revisions(1, 20))
        .answers("DescribeServiceRevisions", revisions(21, 21));

    var found =
        deployments.revisions(
            IntStream.rangeClosed(1, 22).mapToObj(AwsServiceDeploymentsTest::revision).toList());

    assertThat(found).hasSize(21).doesNotContainKey(revision(22));
    assertThat(found)
        .containsEntry(
            revision(7),
            new ServiceRevision(
                revision(7),
                new TaskDefinitionArn(PREFIX + "task-definition/web:7"),
                List.of(),
                Instant.ofEpochSecond(1795255207)));
    assertThat(aws.received("DescribeServiceRevisions")).hasSize(2);
  }

  private static String revisions(int from, int to) {
    ObjectNode response = Json.object();
    var found = response.putArray("serviceRevisions");
    IntStream.rangeClosed(from, to)
        .forEach(number ->
            found
                .addObject()
                .put("serviceRevisionArn", revision(number))
                .put("taskDefinition", PREFIX + "task-definition/web:" + number)
                .put("createdAt", 1795255200 + number));
    response.putArray("failures").addObject().put("arn", revision(22)).put("reason", "MISSING");
    return response.toString();
  }

  @Test
  void revisions_tell_the_digests_of_their_images() {
    aws.answers(
        "DescribeServiceRevisions",
        """
        {"serviceRevisions": [{"serviceRevisionArn": "%s", "taskDefinition": "%stask-definition/web:1",
           "containerImages": [
             {"containerName": "app", "image": "web:staging", "imageDigest": "sha256:%s"},
             {"containerName": "proxy", "image": "proxy@sha256:%s"},
             {"containerName": "log", "image": "log:1"}]}]}
        """
            .formatted(revision(1), PREFIX, "a".repeat(64), "b".repeat(64)));

    var images = deployments.revisions(List.of(revision(1))).values().iterator().next().images();

    assertThat(images)
        .extracting(
            image -> image.container() + " " + image.digest().map(d -> d.abbreviated()).orElse("?"))
        .containsExactly("app aaaaaaaaaaaa", "proxy bbbbbbbbbbbb", "log ?");
  }

  /** ECS tells the digests once the first task has started: until then it may tell more. */
  @Test
  void revisions_are_kept_once_every_image_of_theirs_is_resolved() {
    String answer =
        """
        {"serviceRevisions": [{"serviceRevisionArn": "%s", "taskDefinition": "%stask-definition/web:1",
           "containerImages": [
             {"containerName": "app", "image": "web:staging"%s}, {"containerName": "proxy",
              "image": "proxy@sha256:%s"}]}]}
        """;
    String digest = ", \"imageDigest\": \"sha256:" + "a".repeat(64) + "\"";
    aws.answers(
            "DescribeServiceRevisions", answer.formatted(revision(1), PREFIX, "", "b".repeat(64)))
        .answers(
            "DescribeServiceRevisions",
            answer.formatted(revision(1), PREFIX, digest, "b".repeat(64)));

    var first = deployments.revisions(List.of(revision(1)));
    var second = deployments.revisions(List.of(revision(1)));
    var third = deployments.revisions(List.of(revision(1), revision(1)));

    assertThat(first.values()).noneMatch(ServiceRevision::isResolved);
    assertThat(second.values()).allMatch(ServiceRevision::isResolved);
    assertThat(third).isEqualTo(second);
    assertThat(aws.received("DescribeServiceRevisions")).hasSize(2);
  }

  @Test
  void that_cannot_be_described_for_another_reason_are_a_failure() {
    aws.answers(
        "DescribeServiceRevisions",
        "{\"serviceRevisions\": [], \"failures\": [{\"arn\": \"a\", \"reason\": \"BUSY\"}]}");

    assertThatThrownBy(() -> deployments.revisions(List.of(revision(1))))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("BUSY");
  }

  @Test
  void are_rolled_back_by_their_arn() {
    aws.answers("StopServiceDeployment", "{\"serviceDeploymentArn\": \"a\"}");

    assertThat(deployments.rollBack("a")).isTrue();
    assertThat(aws.received("StopServiceDeployment").getFirst().json())
        .hasToString("{\"serviceDeploymentArn\":\"a\",\"stopType\":\"ROLLBACK\"}");
  }

  @Test
  void that_have_ended_are_not_rolled_back() {
    aws.fails("StopServiceDeployment", 400, "ConflictException", "it has ended")
        .fails("StopServiceDeployment", 400, "ServiceDeploymentNotFoundException", "what?");

    assertThat(deployments.rollBack("a")).isFalse();
    assertThat(deployments.rollBack("a")).isFalse();
  }

  private static String waiting(String status) {
    return """
    {"serviceDeployments": [{"serviceDeploymentArn": "a", "status": "IN_PROGRESS", "createdAt": 1,
      "targetServiceRevision": {"arn": "%s"}, "lifecycleStage": "POST_SCALE_UP",
      "lifecycleHookDetails": [
        {"hookId": "f", "targetType": "AWS_LAMBDA", "status": "IN_PROGRESS", "expiresAt": 3},
        {"hookId": "h", "targetType": "PAUSE", "status": "%s", "expiresAt": 1764346200.5,
         "timeoutAction": "CONTINUE"}]}]}
    """
        .formatted(revision(1), status);
  }

  @Test
  void tell_at_which_pause_hooks_they_wait() {
    aws.answers(
            "ListServiceDeployments",
            "{\"serviceDeployments\": [{\"serviceDeploymentArn\": \"a\"}]}")
        .answers("DescribeServiceDeployments", waiting("AWAITING_ACTION"));

    assertThat(deployments.newest(WEB, 1).getFirst().awaited())
        .containsExactly(
            new PauseHook(
                "h",
                Optional.of("POST_SCALE_UP"),
                Optional.of(Instant.parse("2025-11-28T16:10:00.500Z")),
                PauseHook.Action.CONTINUE));
  }

  @Test
  void go_on_at_a_pause_hook() {
    aws.answers("ContinueServiceDeployment", "{\"serviceDeploymentArn\": \"a\"}");

    assertThat(deployments.answer("a", "h", PauseHook.Action.CONTINUE)).isTrue();
    assertThat(aws.received("ContinueServiceDeployment").getFirst().json())
        .hasToString("{\"serviceDeploymentArn\":\"a\",\"hookId\":\"h\",\"action\":\"CONTINUE\"}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ClientException",
        "InvalidParameterException",
        "ConflictException",
        "ServiceDeploymentNotFoundException"
      })
  void that_do_not_wait_any_more_are_not_answered_by_whichever_error_ecs_says_so(String error) {
    aws.fails("ContinueServiceDeployment", 400, error, "no")
        .answers("DescribeServiceDeployments", waiting("SUCCEEDED"));

    assertThat(deployments.answer("a", "h", PauseHook.Action.ROLLBACK)).isFalse();
  }

  @Test
  void that_still_wait_after_ecs_refused_an_answer_are_a_failure() {
    aws.fails("ContinueServiceDeployment", 400, "ClientException", "not now")
        .answers("DescribeServiceDeployments", waiting("AWAITING_ACTION"));

    assertThatThrownBy(() -> deployments.answer("a", "h", PauseHook.Action.CONTINUE))
        .isInstanceOf(EcsClientError.class)
        .hasMessageContaining("not now");
  }
}
