package dev.slipway.operate;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.deploy.FakeImageRegistry.repository;
import static dev.slipway.operate.Stack.ANN;
import static dev.slipway.operate.Stack.image;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.deploy.EcsClientError;
import dev.slipway.deploy.FakeEcs;
import dev.slipway.deploy.Hint;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.ImageReference;
import dev.slipway.record.DeployRequest;
import dev.slipway.record.DeploymentId;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.Pause;
import dev.slipway.record.RecordChange;
import dev.slipway.record.ServiceRecord;
import dev.slipway.record.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class SweepTest {
  private static Duration plenty() {
    return Duration.ofMinutes(5);
  }

  private final Stack stack = new Stack();
  private final List<ServiceArn> checks = new ArrayList<>();
  private int hinted;

  private Sweep sweep() {
    return new Sweep(stack.directory, stack.ecs, stack.evaluator, stack.records);
  }

  /** Plans a sweep and carries it out. */
  private SweepPlan swept(Sweep.Target target, Supplier<Duration> remaining) {
    SweepPlan plan = sweep().plan(target, trigger(), remaining);
    new Sweep.Executor(stack.queue, checks::addAll, stack.records).apply(plan, target, trigger());
    return plan;
  }

  private SweepPlan sweptAll(Supplier<Duration> remaining) {
    return swept(new Sweep.Target.All(), remaining);
  }

  private Trigger.Sweep trigger() {
    return new Trigger.Sweep("sweep-1", stack.now());
  }

  /** Sweeps, and answers with the services that were sent a hint. */
  private List<ServiceArn> hintsOf(Supplier<Duration> remaining) {
    hinted = stack.queue.sent().size();
    sweptAll(remaining);
    return stack.queue.sent().stream().skip(hinted).map(Hint.CheckService::service).toList();
  }

  private List<ServiceArn> hints() {
    return hintsOf(SweepTest::plenty);
  }

  private ServiceArn have(String name, int runs) {
    return stack.have(name, "web", image("web", runs));
  }

  @BeforeEach
  void image_1_is_selected() {
    stack.ecr.push("web", "staging", digest(1));
  }

  @Nested
  class A_service_that_is_as_its_record_says {
    @Test
    void costs_nothing_but_the_walk() {
      for (int i = 0; i < 10; i++) {
        have("web-" + i, 1);
      }
      stack
          .ecs
          .interruptions()
          .before(
              FakeEcs.Operation.TASK_DEFINITION,
              "",
              () -> {
                throw new AssertionError("the record knows the images");
              });
      stack.records.clearCalls();

      SweepPlan found = sweptAll(SweepTest::plenty);

      assertThat(found.hints()).isEmpty();
      assertThat(found.decisions()).hasSize(10);
      assertThat(stack.records.calls()).containsExactly("services", "usersOf");
    }

    @Test
    void is_left_alone_while_it_is_blocked_paused_or_pinned() {
      ServiceArn blocked = have("blocked", 1);
      stack.failed(blocked, "web", 2);
      ServiceArn paused = have("paused", 1);
      stack.write(
          paused, r -> r.withPause(Optional.of(new Pause("ann", stack.now(), Optional.empty()))));
      stack.loseHints();

      assertThat(hints()).isEmpty();
      assertThat(stack.ecs.images(blocked)).containsExactly(image("web", 1));
    }
  }

  @Nested
  class A_hint_is_sent_for_a_service {
    @Test
    void whose_push_was_lost() {
      ServiceArn web = have("web", 1);
      stack.ecr.push("web", "staging", digest(2));

      assertThat(hints()).containsExactly(web);

      stack.work();
      assertThat(stack.ecs.images(web)).containsExactly(image("web", 2));
    }

    @Test
    void that_has_no_record() {
      ServiceArn web =
          stack.ecs.have("main", "web", "staging", stack.ecs.have("web", "web", image("web", 1)));

      assertThat(hints()).containsExactly(web);

      stack.work();
      assertThat(stack.record(web).revision()).isPresent();
      assertThat(hints()).isEmpty();
    }

    @Test
    void that_another_client_deployed_to() {
      ServiceArn web = have("web", 1);
      stack.ecs.deploy(web, stack.ecs.have("web", "web", image("web", 1)));
      stack.ecs.complete(web);

      assertThat(hints()).containsExactly(web);
      stack.work();
      assertThat(hints()).isEmpty();
    }

    @Test
    void whose_environment_is_another_or_none() {
      ServiceArn web = have("web", 1);
      stack.ecs.document(web).remove("tags");

      assertThat(hints()).containsExactly(web);
      stack.work();
      assertThat(hints()).isEmpty();
      assertThat(stack.records.usersOf(repository("web")).users()).isEmpty();
    }

    @Test
    void that_an_operators_command_waits_for() {
      ServiceArn web = have("web", 1);
      stack.write(
          web,
          r ->
              r.withRequest(
                  Optional.of(new DeployRequest("r", "ann", stack.now(), true, Optional.empty()))));

      assertThat(hints()).containsExactly(web);
    }

    @Test
    void whose_pin_is_not_applied() {
      ServiceArn web = have("web", 1);
      stack.deployed(web, "web", 2);
      stack.rollBack("web", Optional.empty());
      stack.loseHints();

      assertThat(hints()).containsExactly(web);
    }

    @Test
    void that_is_gone_and_still_in_the_index() {
      have("web", 1);
      ServiceArn gone = have("gone", 1);
      stack.ecs.delete(gone);

      assertThat(hints()).containsExactly(gone);
      stack.work();
      assertThat(hints()).isEmpty();
    }

    @Test
    void that_drifted_once() {
      ServiceArn web = have("web", 1);
      stack.deployed(web, "web", 2);
      stack.ecs.pass(Duration.ofMinutes(5));
      stack.ecs.deploy(web, stack.ecs.have("web", "web", image("web", 1)));
      stack.ecs.complete(web);

      assertThat(hints()).containsExactly(web);
      stack.work();

      assertThat(hints()).as("people were notified").isEmpty();
      assertThat(stack.ecs.images(web)).containsExactly(image("web", 1));
    }

    @Test
    void whose_intents_lease_is_over() {
      ServiceArn web = have("web", 1);
      intent(web, stack.now().minusSeconds(300), stack.now().minusSeconds(60));

      assertThat(hints()).containsExactly(web);
    }

    @Test
    void and_not_while_another_worker_holds_the_lease() {
      ServiceArn web = have("web", 1);
      intent(web, stack.now().minusSeconds(300), stack.now().plusSeconds(60));

      assertThat(hints()).isEmpty();
    }
  }

  private void intent(ServiceArn web, Instant decided, Instant until) {
    ServiceRecord before = stack.record(web);
    DeploymentRecord intent =
        new DeploymentRecord(
            DeploymentId.of(decided, 77),
            web,
            "staging",
            ANN,
            stack.revision(web),
            Optional.empty(),
            List.of(),
            Map.of("web", ImageReference.parse(image("web", 2))),
            "why",
            decided,
            Optional.of(new DeploymentRecord.Lease("m", until)),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Set.of());
    assertThat(stack.records.write(RecordChange.of(before, before, intent))).isTrue();
  }

  @Nested
  class A_deployment_that_is_open_for_long {
    @Test
    void is_looked_at_by_rollout_function() {
      ServiceArn web = have("web", 1);
      stack.push("web", 2);
      stack.ecs.pass(Duration.ofMinutes(2));

      assertThat(hints()).isEmpty();
      assertThat(checks).containsExactly(web);
    }

    /** Fault 31: no event arrived, and the sweep must not deploy the failed image again. */
    @Test
    void fault_31_what_ecs_rolled_back_is_never_deployed_again() {
      ServiceArn web = have("web", 1);
      stack.push("web", 2);
      stack.ecs.pass(Duration.ofMinutes(2));
      stack.ecs.fail(web);
      stack.ecs.finishRollback(web);
      int deployments = stack.ecs.deployments();

      for (int i = 0; i < 5; i++) {
        stack.ecs.pass(Duration.ofMinutes(5));
        hints();
        stack.work();
        checks.forEach(stack::report);
        checks.clear();
      }

      assertThat(stack.ecs.deployments()).isEqualTo(deployments);
      assertThat(stack.record(web).isBlocked(digest(2))).isTrue();
      assertThat(hints()).isEmpty();
    }
  }

  @Nested
  class Cut_into_pieces {
    private void haveServices(int number) {
      for (int i = 0; i < number; i++) {
        have("web-%03d".formatted(i), 1);
      }
      stack.ecr.push("web", "staging", digest(2));
    }

    /** Time that is short after so many looks at the clock. */
    private static Supplier<Duration> shortAfter(int looks) {
      Iterator<Duration> times =
          Stream.concat(
                  Stream.generate(() -> Duration.ofMinutes(2)).limit(looks),
                  Stream.generate(() -> Duration.ofSeconds(5)))
              .iterator();
      return times::next;
    }

    @Test
    void it_goes_on_where_it_stopped_and_counts_all_services_once_the_round_is_complete() {
      haveServices(250);

      SweepPlan first = sweptAll(shortAfter(100));
      assertThat(first.finished()).isFalse();
      assertThat(first.round()).as("a part of the services is not all").isEmpty();
      assertThat(first.hints()).hasSize(100);
      assertThat(stack.records.sweepPosition()).isPresent();

      SweepPlan second = sweptAll(SweepTest::plenty);
      assertThat(second.hints()).hasSize(150);
      assertThat(second.finished()).isTrue();
      assertThat(second.round()).contains(new SweepPlan.Round(250, 250));
      assertThat(stack.records.sweepPosition()).isEmpty();
      assertThat(stack.queue.sent())
          .extracting(Hint.CheckService::service)
          .hasSize(250)
          .doesNotHaveDuplicates();
    }

    @Test
    void a_page_that_ecs_does_not_give_ends_it_and_the_next_one_goes_on_there() {
      haveServices(250);
      stack
          .ecs
          .interruptions()
          .before(
              FakeEcs.Operation.SERVICES,
              ":service/",
              () -> {
                throw new IllegalStateException("ThrottlingException: Rate exceeded");
              });

      SweepPlan first = sweptAll(SweepTest::plenty);
      assertThat(first.finished()).isFalse();
      assertThat(first.hints()).hasSize(100);
      assertThat(first.warnings())
          .containsExactly("the sweep stopped before its end: ThrottlingException: Rate exceeded");

      SweepPlan second = sweptAll(SweepTest::plenty);
      assertThat(second.hints()).hasSize(150);
      assertThat(second.round()).contains(new SweepPlan.Round(250, 250));
    }

    @Test
    void a_page_that_was_begun_is_begun_again() {
      haveServices(150);

      SweepPlan first = sweptAll(shortAfter(120));
      assertThat(first.hints()).hasSizeGreaterThan(100).hasSizeLessThan(150);

      SweepPlan second = sweptAll(SweepTest::plenty);
      assertThat(second.hints()).hasSize(50);
      assertThat(second.round()).contains(new SweepPlan.Round(150, 150));
    }

    @Test
    void it_ends_with_the_page_in_which_it_has_found_300_to_send_a_hint_for() {
      haveServices(450);

      SweepPlan first = sweptAll(SweepTest::plenty);
      assertThat(first.hints()).hasSize(300);
      assertThat(stack.queue.sendings()).as("all together, to be spread over time").isEqualTo(1);

      SweepPlan second = sweptAll(SweepTest::plenty);
      assertThat(second.hints()).hasSize(150);
      assertThat(second.round()).contains(new SweepPlan.Round(450, 450));
    }

    @Test
    void what_was_found_before_something_fails_is_sent() {
      haveServices(250);
      AtomicInteger looks = new AtomicInteger();

      SweepPlan found =
          sweptAll(() -> {
            if (looks.incrementAndGet() > 150) {
              throw new IllegalStateException("the record does not answer");
            }
            return Duration.ofMinutes(2);
          });

      assertThat(found.warnings())
          .containsExactly("the sweep stopped before its end: the record does not answer");
      assertThat(stack.records.sweepPosition()).isPresent();
      assertThat(stack.queue.sent()).hasSizeGreaterThan(100);
    }

    @Test
    void it_ends_with_a_page_of_which_20_services_cannot_be_evaluated() {
      haveServices(220);
      for (int i = 0; i < 20; i++) {
        stack
            .ecs
            .interruptions()
            .before(
                FakeEcs.Operation.TASK_DEFINITION,
                "web-",
                () -> {
                  throw new IllegalStateException("throttled");
                });
      }

      SweepPlan first = sweptAll(SweepTest::plenty);

      assertThat(first.failures()).hasSize(20);
      assertThat(first.hints()).hasSize(80);
      assertThat(first.warnings())
          .containsExactly(
              "the sweep stopped before its end: 20 services of one page could not be evaluated");
      assertThat(sweptAll(SweepTest::plenty).hints())
          .as("the next one goes on with the next page")
          .hasSize(120);
    }

    @Test
    void a_position_that_ecs_does_not_know_begins_a_new_round() {
      haveServices(3);
      stack.records.sweepPosition(Optional.of("100 7 nonsense"));

      SweepPlan found = sweptAll(SweepTest::plenty);

      assertThat(found.round()).contains(new SweepPlan.Round(3, 3));
    }

    @Test
    void a_preview_stops_at_its_limit_and_changes_nothing() {
      haveServices(250);
      SweepPlan found = sweep().preview(new Sweep.Target.All(), trigger(), SweepTest::plenty, 120);

      assertThat(found.decisions()).hasSize(120);
      assertThat(found.finished()).isFalse();
      assertThat(stack.queue.sent()).isEmpty();
      assertThat(stack.records.sweepPosition()).isEmpty();
    }
  }

  @Test
  void one_service_or_one_environment_leave_the_position_alone() {
    ServiceArn web = have("web", 1);
    stack.ecr.push("web", "staging", digest(2));
    stack.records.sweepPosition(Optional.of("1 0 x"));

    assertThat(
            sweep()
                .preview(
                    new Sweep.Target.OfService(ServiceSelector.parse("web")),
                    trigger(),
                    SweepTest::plenty,
                    10)
                .hints())
        .containsExactly(web);
    assertThat(stack.queue.sent()).isEmpty();
    assertThat(swept(new Sweep.Target.OfEnvironment("staging"), SweepTest::plenty).hints())
        .containsExactly(web);
    assertThat(stack.queue.sent()).hasSize(1);
    assertThat(stack.records.sweepPosition()).contains("1 0 x");
  }

  @Test
  void evaluates_the_others_where_one_cannot_be_evaluated() {
    have("first", 1);
    ServiceArn second = have("second", 1);
    stack.ecr.push("web", "staging", digest(2));
    stack
        .ecs
        .interruptions()
        .before(
            FakeEcs.Operation.TASK_DEFINITION,
            "first",
            () -> {
              throw new IllegalStateException("throttled");
            });

    SweepPlan found = sweptAll(SweepTest::plenty);

    assertThat(found.hints()).containsExactly(second);
    assertThat(found.failures()).hasSize(1);
    found
        .failures()
        .forEach((service, failure) -> {
          assertThat(service).hasToString("main/first");
          assertThat(failure).hasMessage("throttled");
        });
  }

  @Test
  void what_ecs_refuses_to_tell_is_a_decision() {
    have("web", 1);
    stack.ecr.push("web", "staging", digest(2));
    stack
        .ecs
        .interruptions()
        .before(
            FakeEcs.Operation.TASK_DEFINITION,
            "web",
            () -> {
              throw new EcsClientError("ClientException: no.", new IllegalStateException());
            });

    assertThat(sweptAll(SweepTest::plenty).decisions())
        .singleElement()
        .satisfies(decision -> assertThat(decision.name()).isEqualTo("NotDeployable"));
  }

  @Test
  void warns_of_services_that_follow_nothing_by_mistake() {
    stack.ecs.have("main", "astray", "stagign", stack.ecs.have("astray", "app", "nginx:1"));

    assertThat(sweptAll(SweepTest::plenty).warnings())
        .singleElement()
        .asString()
        .contains("main/astray is not followed");
  }
}
