package dev.slipway.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.ServiceDeployment.Status;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.rollout.Evidence.Container;
import dev.slipway.rollout.Evidence.LogTail;
import dev.slipway.rollout.Evidence.StoppedTask;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** A failure is announced with the evidence that there is: what cannot be read is a warning. */
class EvidenceCollectorTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final ServiceDeployment DEPLOYMENT =
      new ServiceDeployment(
          "arn:aws:ecs:us-east-1:123456789012:service-deployment/main/web/abc",
          "arn:aws:ecs:us-east-1:123456789012:service-revision/main/web/3",
          Status.ROLLBACK_IN_PROGRESS,
          Optional.of(
              "Service deployment rolled back because the circuit breaker threshold was"
                  + " exceeded."),
          Instant.EPOCH,
          Optional.empty(),
          List.of(),
          0,
          Optional.empty(),
          true,
          List.of());

  private static Evidence collect(EvidenceSource source) throws Exception {
    Service service =
        Service.parse(
            MAPPER.readTree(
                """
                {"serviceArn": "arn:aws:ecs:us-east-1:123456789012:service/main/web",
                 "status": "ACTIVE", "events": [{"createdAt": 5, "message": "(service web) failed"}]}
                """));
    TaskDefinition definition =
        TaskDefinition.parse(
            MAPPER.readTree(
                """
                {"taskDefinition": {
                  "taskDefinitionArn": "arn:aws:ecs:us-east-1:123456789012:task-definition/web:3",
                  "containerDefinitions": [{"name": "web", "image": "nginx", "logConfiguration":
                    {"logDriver": "awslogs", "options": {"awslogs-group": "/ecs/web",
                      "awslogs-region": "us-east-1", "awslogs-stream-prefix": "web"}}}]}}
                """));
    return new EvidenceCollector(source).of(service, DEPLOYMENT, definition);
  }

  @Test
  void tasks_that_may_not_be_listed_are_a_warning_and_the_rest_is_told() throws Exception {
    Evidence evidence =
        collect(
            new EvidenceSource() {
              @Override
              public List<StoppedTask> stoppedTasks(
                  ServiceArn service, EcsDeploymentId deployment) {
                throw new IllegalStateException("access denied: ecs:ListTasks on main/web");
              }

              @Override
              public LogTail logTail(LogStream stream) {
                throw new AssertionError("no task is known");
              }
            });

    assertThat(evidence.warnings())
        .containsExactly(
            "the stopped tasks could not be read: access denied: ecs:ListTasks on main/web");
    assertThat(evidence.messages()).containsExactly("(service web) failed");
    assertThat(Diagnosis.of(evidence).sentence())
        .startsWith("too many tasks failed to start")
        .endsWith(
            "; the stopped tasks could not be read: access denied: ecs:ListTasks on main/web");
  }

  @Test
  void a_log_that_cannot_be_read_is_a_warning_and_the_exit_code_is_told() throws Exception {
    Evidence evidence =
        collect(
            new EvidenceSource() {
              @Override
              public List<StoppedTask> stoppedTasks(
                  ServiceArn service, EcsDeploymentId deployment) {
                return List.of(
                    new StoppedTask(
                        "t1",
                        "EssentialContainerExited",
                        "Essential container in task exited",
                        Optional.empty(),
                        List.of(new Container("web", OptionalInt.of(3), "", false))));
              }

              @Override
              public LogTail logTail(LogStream stream) {
                throw new IllegalStateException("Rate exceeded");
              }
            });

    assertThat(evidence.logTails())
        .containsExactly(
            new LogTail(
                "web",
                "t1",
                List.of(),
                Optional.of(
                    "the log of container web (web/web/t1 in /ecs/web) could not be read: Rate"
                        + " exceeded")));
    assertThat(Diagnosis.of(evidence).sentence()).isEqualTo("container web exited with 3");
  }
}
