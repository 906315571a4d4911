package dev.slipway.operate;

import dev.slipway.decide.Decision;
import dev.slipway.decide.Environment;
import dev.slipway.decide.Environments;
import dev.slipway.deploy.FakeEcs;
import dev.slipway.deploy.FakeHintQueue;
import dev.slipway.deploy.FakeImageRegistry;
import dev.slipway.deploy.Hint;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.record.Trigger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SweepTest {
  private static final Trigger.Sweep CAUSE =
      new Trigger.Sweep("7d5a0f5e", Instant.parse("2026-11-21T10:05:00Z"));

  private final FakeEcs ecs = new FakeEcs();
  private final FakeImageRegistry registry = new FakeImageRegistry();
  private final FakeHintQueue queue = new FakeHintQueue();
  private final Sweep sweep;

  SweepTest() {
    List<Environment> environments = List.of(Environments.following("staging"));
    sweep = new Sweep(environments, ecs, registry, queue);
  }

  private ServiceArn service(String name, int runs) {
    String image = FakeImageRegistry.uri("web") + "@" + FakeImageRegistry.digest(runs);
    return ecs.have("website", name, "staging", ecs.have(name, "app", image));
  }

  @BeforeEach
  void push() {
    registry.push("web", "staging", FakeImageRegistry.digest(2));
  }

  @Test
  void sends_a_hint_for_each_service_that_differs_and_for_no_other() {
    ServiceArn old = service("old", 1);
    service("current", 2);
    ecs.tag(service("paused", 1), "slipway:paused", "freeze");
    ecs.tag(service("blocking", 1), "slipway:blocked", FakeImageRegistry.digest(2).toString());

    Sweep.Findings found = sweep.all(CAUSE, false);

    assertThat(queue.sent()).containsExactly(new Hint.ServiceNamed(old, CAUSE));
    assertThat(found.sent()).isEqualTo(1);
    assertThat(found.decisions()).hasSize(4);
    assertThat(found.differences()).extracting(Decision::service).containsExactly(old);
    assertThat(ecs.deployments()).isZero();
  }

  @Test
  void sends_nothing_in_a_dry_run() {
    service("old", 1);

    Sweep.Findings found = sweep.all(CAUSE, true);

    assertThat(found.differences()).hasSize(1);
    assertThat(found.sent()).isZero();
    assertThat(queue.sent()).isEmpty();
  }

  @Test
  void looks_at_the_others_where_one_cannot_be_looked_at() {
    service("first", 1);
    service("second", 1);
    ecs.interruptions()
        .before(
            FakeEcs.Operation.TASK_DEFINITION,
            "first",
            () -> {
              throw new IllegalStateException("throttled");
            });

    Sweep.Findings found = sweep.all(CAUSE, false);

    assertThat(queue.sent()).extracting(hint -> hint.service().name()).containsExactly("second");
    assertThat(found.failures()).hasSize(1);
    found
        .failures()
        .forEach((service, failure) -> {
          assertThat(service).hasToString("website/first");
          assertThat(failure).hasMessage("throttled");
        });
  }

  @Test
  void tells_of_services_that_follow_nothing_by_mistake() {
    ecs.have("website", "astray", "stagign", ecs.have("astray", "app", "nginx:1"));

    assertThat(sweep.all(CAUSE, false).remarks())
        .singleElement()
        .asString()
        .contains("website/astray is not followed");
  }
}
