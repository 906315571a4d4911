package dev.slipway.operate;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.operate.Stack.image;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.ecs.ServiceArn;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailureReaderTest {
  private final Stack stack = new Stack();
  private ServiceArn web;

  @BeforeEach
  void aServiceThatRuns() {
    stack.ecr.push("web", "staging", digest(1));
    web = stack.have("web", "web", image("web", 1));
  }

  private Optional<Failure> newest(ServiceState state) {
    return stack.failures().newest(stack.service(web), state);
  }

  @Test
  void there_is_none_of_a_service_that_is_well() {
    assertThat(newest(ServiceState.UP_TO_DATE)).isEmpty();

    stack.deployed(web, "web", 2);

    assertThat(newest(ServiceState.UP_TO_DATE)).isEmpty();
    assertThat(stack.evidence.logsRead()).isZero();
  }

  @Test
  void of_a_rollout_under_way_one_task_that_stopped_is_enough() {
    stack.push("web", 2);
    assertThat(newest(ServiceState.ROLLING_OUT)).isEmpty();

    stack.evidence.exits(3);

    assertThat(newest(ServiceState.ROLLING_OUT))
        .hasValueSatisfying(failure -> {
          assertThat(failure.kind()).isEqualTo(Failure.Kind.FAILING);
          assertThat(failure.revision().orElseThrow().shortName()).isEqualTo("web:2");
          assertThat(failure.sentence()).startsWith("container web exited with 3");
        });
  }

  @Test
  void of_an_own_deployment_that_ended_the_record_knows_it() {
    stack.evidence.exits(3);
    stack.failed(web, "web", 2);
    stack.evidence.fail(new IllegalStateException("nothing is read any more"));

    assertThat(newest(ServiceState.BLOCKED))
        .hasValueSatisfying(failure -> {
          assertThat(failure.kind()).isEqualTo(Failure.Kind.FAILED);
          assertThat(failure.sentence()).startsWith("container web exited with 3");
          assertThat(failure.details()).isNotEmpty();
        });
    assertThat(stack.failures().shown(stack.service(web), ServiceState.BLOCKED)).isPresent();
  }

  /** What the deployment that ECS goes back to had gone through before it completed. */
  @Test
  void of_what_ecs_goes_back_to_tasks_that_stopped_long_before_tell_nothing() {
    stack.evidence.exits(3, Optional.of(stack.now().plusSeconds(5)));
    stack.push("web", 2);
    stack.ecs.pass(Duration.ofMinutes(1));
    stack.ecs.fail(web);

    assertThat(newest(ServiceState.ROLLING_OUT).filter(f -> f.kind() == Failure.Kind.FAILING))
        .as("of web:1, which ran well before")
        .isEmpty();

    stack.evidence.exits(4, Optional.of(stack.now()));

    assertThat(newest(ServiceState.ROLLING_OUT))
        .hasValueSatisfying(failure -> {
          assertThat(failure.revision().orElseThrow().shortName()).isEqualTo("web:1");
          assertThat(failure.sentence()).startsWith("container web exited with 4");
        });
  }

  /** What ECS says of the service in that time is of the deployment that failed. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "(service web) (task 4f1c) failed container health checks.",
        "(service web) (port 80) is unhealthy in (target-group blue) due to (reason Timeout)",
        "(service web) was unable to place a task. Reason: CannotPullContainerError: not found."
      })
  void what_ecs_goes_back_to_is_not_blamed_for_what_failed(String message) {
    stack.push("web", 2);
    stack.ecs.pass(Duration.ofMinutes(1));
    stack.evidence.madeRoom(stack.now());
    stack.ecs.says(web, message);
    stack.ecs.fail(web);

    assertThat(newest(ServiceState.ROLLING_OUT))
        .hasValueSatisfying(
            failure -> assertThat(failure.revision().orElseThrow().shortName()).isEqualTo("web:2"));

    stack.ecs.says(web, "(service web) (task task0) failed container health checks.");

    assertThat(newest(ServiceState.ROLLING_OUT))
        .as("its own task")
        .hasValueSatisfying(
            failure -> assertThat(failure.revision().orElseThrow().shortName()).isEqualTo("web:1"));
  }

  @Test
  void a_deployment_that_went_well_ends_it() {
    stack.evidence.exits(3);
    stack.failed(web, "web", 2);
    stack.deployed(web, "web", 3);

    assertThat(newest(ServiceState.UP_TO_DATE)).isEmpty();
  }

  /** A person had ECS stop another client's deployment: that is no failure of it. */
  @Test
  void there_is_none_where_a_person_stopped_another_clients_deployment() {
    stack.deployed(web, "web", 2);
    stack.ecs.pass(Duration.ofMinutes(5));
    stack.ecs.deploy(web, stack.ecs.have("web", "web", image("web", 9)));
    stack.ecs.pass(Duration.ofMinutes(1));
    stack.ecs.rollBack(stack.ecs.newest(web, 1).getFirst().arn());
    stack.ecs.finishRollback(web);
    stack.evidence.exits(137);

    assertThat(newest(ServiceState.UP_TO_DATE)).isEmpty();
  }

  @Test
  void of_another_clients_deployment_it_is_found_out_now() {
    stack.deployed(web, "web", 2);
    stack.ecs.pass(Duration.ofMinutes(5));
    stack.ecs.deploy(web, stack.ecs.have("web", "web", image("web", 9)));
    stack.ecs.pass(Duration.ofMinutes(1));
    stack.ecs.fail(web);
    stack.ecs.finishRollback(web);
    stack.evidence.exits(4);

    assertThat(newest(ServiceState.UP_TO_DATE))
        .hasValueSatisfying(failure -> {
          assertThat(failure.revision().orElseThrow().shortName()).isEqualTo("web:3");
          assertThat(failure.sentence()).startsWith("container web exited with 4");
        });
  }
}
