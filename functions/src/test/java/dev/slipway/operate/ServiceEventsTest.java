package dev.slipway.operate;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.operate.Stack.image;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.ecs.ServiceArn;
import dev.slipway.record.AnnouncedHold;
import dev.slipway.record.Pause;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServiceEventsTest {
  private static final int ALL = 300;

  private final Stack stack = new Stack();
  private ServiceArn web;

  @BeforeEach
  void aServiceThatRuns() {
    stack.ecr.push("web", "staging", digest(1));
    web = stack.have("web", "web", image("web", 1));
  }

  private List<String> texts() {
    return newest(ALL).events().stream().map(ServiceEvents.Event::text).toList();
  }

  private ServiceEvents.Newest newest(int limit) {
    return new ServiceEvents(stack.records).of(stack.service(web), Instant.EPOCH, limit);
  }

  @Test
  void what_ecs_says_in_one_moment_stays_in_its_order() {
    stack.ecs.says(web, "(deployment ecs-svc/2) deployment failed: tasks failed to start.");
    stack.ecs.says(web, "rolling back to deployment ecs-svc/1.");

    assertThat(texts())
        .containsSubsequence(
            "(deployment ecs-svc/2) deployment failed: tasks failed to start.",
            "rolling back to deployment ecs-svc/1.");
  }

  @Test
  void who_caused_a_deployment_is_named_once() {
    stack.deployed(web, "web", 2);
    stack.rollBack("web", Optional.empty());
    stack.work();

    assertThat(texts())
        .anySatisfy(text -> assertThat(text).endsWith("rolled back to web:1 by ann"))
        .anySatisfy(text -> assertThat(text).contains("(a push of web:staging at "));
  }

  @Test
  void the_hold_that_was_announced_last_is_an_event() {
    stack.write(
        web, r -> r.withPause(Optional.of(new Pause("bob", stack.now(), Optional.empty()))));
    stack.push("web", 2);

    assertThat(texts()).contains("it is held: paused");
  }

  @Test
  void so_is_that_it_is_not_deployable() {
    stack.write(
        web,
        r ->
            r.withAnnouncedHold(
                Optional.of(
                    new AnnouncedHold("NotDeployable no such role", stack.now(), Set.of()))));

    assertThat(texts()).contains("it is not deployable");
  }

  @Test
  void those_that_are_left_out_are_counted() {
    stack.deployed(web, "web", 2);
    int all = texts().size();

    assertThat(newest(1).events()).hasSize(1);
    assertThat(newest(1).older()).isEqualTo(all - 1);
    assertThat(newest(ALL).older()).isZero();
  }
}
