package dev.slipway.rollout;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.deploy.FakeImageRegistry.repository;
import static dev.slipway.deploy.FakeImageRegistry.uri;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.decide.Environments;
import dev.slipway.deploy.Attempt;
import dev.slipway.deploy.Deployer;
import dev.slipway.deploy.EcsClientError;
import dev.slipway.deploy.FakeAnnouncer;
import dev.slipway.deploy.FakeChangeCalendars;
import dev.slipway.deploy.FakeEcs;
import dev.slipway.deploy.FakeHintQueue;
import dev.slipway.deploy.FakeImageRegistry;
import dev.slipway.deploy.Hint;
import dev.slipway.deploy.TryAgainSoon;
import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.PauseHook;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageTag;
import dev.slipway.image.RepositoryPattern;
import dev.slipway.record.DeploymentId;
import dev.slipway.record.DeploymentOutcome;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.DeploymentRecord.Announcement;
import dev.slipway.record.DeploymentRecord.RollbackState;
import dev.slipway.record.HookWait;
import dev.slipway.record.InMemoryRecordStore;
import dev.slipway.record.RecordChange;
import dev.slipway.record.Trigger;
import dev.slipway.rollout.DeploymentStateChange.State;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RolloutReporterTest {
  private final FakeEcs ecs = new FakeEcs();
  private final FakeImageRegistry ecr = new FakeImageRegistry();
  private final InMemoryRecordStore records = new InMemoryRecordStore();
  private final FakeHintQueue queue = new FakeHintQueue();
  private final FakeRolloutAnnouncer announcer = new FakeRolloutAnnouncer();
  private boolean evidenceDenied;
  private final RolloutReporter reporter =
      new RolloutReporter(ecs, ecs, records, new NoEvidence(), announcer, announcer, queue);
  private final Deployer deployer =
      new Deployer(
          new Deployer.Ports(
              List.of(Environments.following("staging")),
              RepositoryPattern.ALL,
              ecs,
              ecs,
              ecr,
              new FakeChangeCalendars(),
              records,
              Optional.of(queue),
              _ -> {},
              new FakeAnnouncer()));
  private ServiceArn web = FakeEcs.arn("c1", "web");
  private int ids;

  /** ECS shows no stopped task, or refuses to. */
  private final class NoEvidence implements EvidenceSource {
    @Override
    public List<Evidence.StoppedTask> stoppedTasks(ServiceArn service, EcsDeploymentId deployment) {
      if (evidenceDenied) {
        throw new EcsClientError("AccessDenied: ecs:ListTasks", new IllegalStateException());
      }
      return List.of();
    }

    @Override
    public Evidence.LogTail logTail(LogStream stream) {
      throw new AssertionError("there is no log");
    }
  }

  @BeforeEach
  void a_service_runs_image_1() {
    ecs.resolveTags(ecr::resolve);
    ecr.push("web", "staging", digest(1));
    web = ecs.have("c1", "web", "staging", ecs.have("web", "web", uri("web") + ":staging"));
    evaluate();
  }

  private void evaluate() {
    deployer.handle(
        new Hint.CheckService(web, new Trigger.Sweep("s", ecs.now())),
        new Attempt(
            "deploy", ecs.now(), at -> DeploymentId.of(at, ++ids), () -> Duration.ofMinutes(1)));
  }

  private DeploymentRecord push(int number) {
    ecs.pass(Duration.ofMinutes(5));
    ecr.push("web", "staging", digest(number));
    deployer.handle(
        new Hint.ImagePushed(
            new Trigger.Push(
                "p" + number,
                repository("web"),
                new ImageTag("staging"),
                Optional.of(digest(number)),
                Optional.of(ecs.now().minusSeconds(3)))),
        new Attempt(
            "deploy", ecs.now(), at -> DeploymentId.of(at, ++ids), () -> Duration.ofMinutes(1)));
    return newest();
  }

  private DeploymentRecord newest() {
    return records.read(web).deployments().getFirst();
  }

  private RolloutReporter.Result event(State state) {
    return event(newest().ecsDeployment().orElseThrow(), state);
  }

  private RolloutReporter.Result event(EcsDeploymentId id, State state) {
    return reporter.handle(new DeploymentStateChange(web, id, state, ecs.now(), "e"), look("m1"));
  }

  private RolloutReporter.Result check() {
    return reporter.check(look("check"));
  }

  private RolloutCheck look(String holder) {
    return new RolloutCheck(web, holder, ecs.now(), Duration.ofMinutes(1));
  }

  @Nested
  class A_deployment_that_waits_at_a_pause_hook {
    private final PauseHook hook = hook("h1");

    private PauseHook hook(String id) {
      return new PauseHook(
          id,
          Optional.of("POST_SCALE_UP"),
          Optional.of(ecs.now().plus(Duration.ofHours(24))),
          PauseHook.Action.ROLLBACK);
    }

    private RolloutReporter.Result waits(String hookId) {
      return reporter.handle(
          new HookStateChange(web, ecs.newest(web, 1).getFirst().arn(), hookId, ecs.now(), "e"),
          look("m1"));
    }

    @Test
    void is_told_once_whatever_tells_of_it() {
      push(2);
      ecs.pauseAt(web, hook);

      waits("h1");
      waits("h1");
      check();

      assertThat(announcer.announced())
          .singleElement()
          .asString()
          .contains(
              "to c1/web waits at ECS's pause hook in POST_SCALE_UP until ",
              ", then ECS rolls back");
      assertThat(newest().isRunning()).isTrue();
      assertThat(newest().lease()).isEmpty();
    }

    @Test
    void is_found_by_the_sweeps_look_if_its_event_is_lost() {
      push(2);
      ecs.pauseAt(web, hook);

      check();

      assertThat(announcer.announced()).hasSize(1);
    }

    @Test
    void is_told_of_each_hook() {
      push(2);
      ecs.pauseAt(web, hook);
      waits("h1");
      ecs.endPauses(web);
      ecs.pauseAt(web, hook("h2"));

      waits("h2");

      assertThat(announcer.announced()).hasSize(2);
    }

    @Test
    void is_looked_for_again_as_long_as_ecs_may_be_behind_its_event() {
      push(2);

      assertThatThrownBy(() -> waits("h1")).isInstanceOf(TryAgainSoon.class);

      HookStateChange old =
          new HookStateChange(
              web, ecs.newest(web, 1).getFirst().arn(), "h1", ecs.now().minusSeconds(60), "e");
      assertThat(reporter.handle(old, look("m1")).announced()).isEmpty();
    }

    @Test
    void is_told_by_the_channel_that_failed_when_it_is_tried_again() {
      push(2);
      ecs.pauseAt(web, hook);
      announcer.breakDown(HookWait.Announcement.NOTIFICATION);
      assertThatThrownBy(() -> waits("h1")).hasMessageContaining("NOTIFICATION is denied");
      announcer.repair();

      waits("h1");
      waits("h1");

      assertThat(announcer.announced()).hasSize(1);
      assertThat(newest().hook("h1").orElseThrow().due()).isEmpty();
    }

    @Test
    void is_not_told_of_once_it_has_ended() {
      push(2);
      ecs.pauseAt(web, hook);
      ecs.pass(Duration.ofSeconds(30));
      ecs.endPauses(web);
      ecs.complete(web);

      event(State.COMPLETED);
      waits("h1");

      assertThat(announcer.announced()).singleElement().asString().contains("c1/web runs ");
    }

    @Test
    void and_ends_while_that_is_told_has_both_told() {
      push(2);
      ecs.pauseAt(web, hook);
      announcer.beforeNext(() -> {
        ecs.endPauses(web);
        ecs.complete(web);
        reporter.handle(
            new DeploymentStateChange(
                web, newest().ecsDeployment().orElseThrow(), State.COMPLETED, ecs.now(), "e2"),
            look("m2"));
      });

      waits("h1");

      assertThat(announcer.announced()).hasSize(2);
      assertThat(newest().isOpen()).isFalse();
      assertThat(newest().hook("h1").orElseThrow().announced()).hasSize(2);
    }

    @Test
    void and_that_nobody_answers_is_told_to_have_failed_for_that() {
      push(2);
      ecs.pauseAt(web, hook);
      waits("h1");
      ecs.pass(Duration.between(ecs.now(), hook.expiresAt().orElseThrow()));
      ecs.rollBackUnexplained(web);

      event(State.FAILED);

      assertThat(announcer.announced().getLast())
          .contains("failed: nobody answered ECS's pause hook in POST_SCALE_UP until ")
          .contains("; ECS is rolling back to web:1");
      assertThat(records.read(web).service().blocked().getFirst().reason())
          .startsWith("nobody answered");
    }
  }

  @Nested
  class A_deployment_that_completes {
    @Test
    void is_told_once_with_its_own_times() {
      push(2);
      ecs.pass(Duration.ofSeconds(80));
      ecs.complete(web);

      event(State.COMPLETED);
      event(State.COMPLETED);
      check();

      assertThat(announcer.announced())
          .containsExactly(
              "c1/web runs web:staging 000000000002: 3 tasks replaced in 80 s, 83 s after the"
                  + " push");
      assertThat(newest().isOpen()).isFalse();
      assertThat(newest().isGood()).isTrue();
    }

    @Test
    void is_not_told_before_it_has() {
      push(2);

      assertThat(event(State.IN_PROGRESS).announced()).isEmpty();
      assertThat(check().announced()).isEmpty();
      assertThat(announcer.announced()).isEmpty();
    }

    @Test
    void is_looked_at_again_if_ecs_records_are_behind_its_event() {
      push(2);

      assertThatThrownBy(() -> event(State.COMPLETED)).isInstanceOf(TryAgainSoon.class);
    }

    /** Lost events are made up for. */
    @Test
    void is_found_without_any_event() {
      push(2);
      ecs.complete(web);

      assertThat(check().announced()).hasSize(1);
    }

    /** Fault 11: a broken image with no task is no success. */
    @Test
    void with_no_task_is_no_success() {
      ecs.document(web).put("desiredCount", 0);
      push(2);
      ecs.complete(web);

      event(State.COMPLETED);

      assertThat(announcer.announced().getFirst())
          .isEqualTo(
              "c1/web has web:staging 000000000002 now, but no task runs it, since none is desired:"
                  + " nothing is known of the image yet");
      assertThat(newest().isGood()).isFalse();
    }
  }

  @Nested
  class A_deployment_that_fails {
    @Test
    void is_blocked_and_told_once_while_ecs_goes_back() {
      push(2);
      ecs.fail(web);

      event(State.FAILED);
      ecs.finishRollback(web);
      check();

      assertThat(announcer.announced())
          .containsExactly(
              "the deployment of web:staging 000000000002 to c1/web failed: ECS says no more than:"
                  + " tasks failed to start; ECS is rolling back to web:1");
      assertThat(records.read(web).service().isBlocked(digest(2))).isTrue();
      assertThat(newest().ended().orElseThrow().rollback().orElseThrow().state())
          .isEqualTo(RollbackState.SUCCESSFUL);
      assertThat(newest().isOpen()).isFalse();
    }

    /**
     * Fault 8: done again while ECS still goes back; the second failure is announced and blocked.
     */
    @Test
    void and_is_deployed_again_at_once_has_two_ends() {
      push(2);
      ecs.fail(web);
      event(State.FAILED);
      unblockAndDeploy();
      ecs.fail(web);

      event(State.FAILED);

      assertThat(announcer.announced()).hasSize(2);
      assertThat(records.read(web).service().isBlocked(digest(2))).isTrue();
    }

    private void unblockAndDeploy() {
      var service = records.read(web).service();
      records.write(RecordChange.of(service, service.unblock(List.of(digest(2)))));
      ecs.pass(Duration.ofSeconds(2));
      evaluate();
    }

    /** Aws-captured, difference 1: a first deployment that fails has nothing to go back to. */
    @Test
    void with_nothing_to_go_back_to_says_so() {
      ServiceArn fresh =
          ecs.have("c1", "fresh", "staging", ecs.have("fresh", "web", uri("web") + ":none"));
      web = fresh;
      evaluate();
      ecs.complete(fresh);
      check();
      announcer.clear();
      ecs.forgetHistory(fresh);
      push(2);
      ecs.fail(fresh);

      event(State.FAILED);

      assertThat(announcer.announced().getFirst()).endsWith("; ECS has nothing to roll back to");
      check();
      assertThat(announcer.announced()).hasSize(1);
    }

    @Test
    void whose_rollback_fails_too_is_told_again() {
      push(2);
      ecs.fail(web);
      event(State.FAILED);
      ecs.failRollback(web);

      check();
      check();

      assertThat(announcer.announced())
          .hasSize(2)
          .last()
          .isEqualTo(
              "c1/web: ECS could not roll back to web:1 after the deployment of web:staging"
                  + " 000000000002 had failed");
    }

    /**
     * Fault 17: block first; evidence that cannot be read is a warning, no reason not to announce.
     */
    @Test
    void is_told_though_its_evidence_cannot_be_read() {
      evidenceDenied = true;
      push(2);
      ecs.fail(web);

      event(State.FAILED);

      assertThat(announcer.announced()).hasSize(1);
      assertThat(records.read(web).service().isBlocked(digest(2))).isTrue();
    }

    @Test
    void has_the_service_evaluated() {
      push(2);
      ecs.fail(web);

      event(State.FAILED);

      assertThat(queue.sent()).extracting(Hint.CheckService::service).containsExactly(web);
    }
  }

  @Nested
  class A_deployment_that_is_superseded {
    @Test
    void by_slipways_next_one_is_told_as_such() {
      push(2);
      push(3);

      event(State.IN_PROGRESS);

      assertThat(announcer.announced())
          .containsExactly(
              "the deployment of web:staging 000000000002 to c1/web was superseded by a newer"
                  + " deployment");
      assertThat(records.read(web).service().blocked()).isEmpty();
    }

    /** Fault 7: force-new-deployment by hand in the middle of Slipway's rollout. */
    @Test
    void by_another_one_of_the_same_revision_goes_on_as_that() {
      TaskDefinitionArn revision = push(2).to().orElseThrow();
      ecs.pass(Duration.ofSeconds(10));
      ecs.deploy(web, revision);
      assertThat(check().announced()).isEmpty();

      ecs.complete(web);
      check();

      assertThat(announcer.announced()).hasSize(1);
      assertThat(announcer.announced().getFirst())
          .startsWith("c1/web runs web:staging 000000000002");
    }

    /** Fault 9: RolloutFunction was down, with many pushes meanwhile. */
    @Test
    void is_told_however_many_there_were() {
      for (int number = 2; number <= 40; number++) {
        push(number);
      }
      ecs.complete(web);

      check();

      assertThat(announcer.announced()).hasSize(39);
    }
  }

  @Nested
  class Another_clients_deployment {
    /** Faults 2 and 3: others' deployments are not announced, and nothing of theirs is blocked. */
    @Test
    void is_not_told_and_blocks_nothing() {
      TaskDefinitionArn other = ecs.have("web", "web", uri("web") + "@" + digest(7));
      ecs.deploy(web, other);
      ecs.fail(web);

      event(new EcsDeploymentId("1002"), State.FAILED);

      assertThat(announcer.announced()).isEmpty();
      assertThat(records.read(web).service().blocked()).isEmpty();
    }

    @Test
    void has_the_service_evaluated() {
      ecs.deploy(web, ecs.have("web", "web", uri("web") + "@" + digest(7)));

      event(new EcsDeploymentId("1002"), State.IN_PROGRESS);

      assertThat(queue.sent()).hasSize(1);
    }

    /** Found by the explorer: it was taken for what ECS goes back to, since something was open. */
    @Test
    void that_has_replaced_slipways_has_the_service_evaluated_though_that_is_not_announced_yet() {
      push(2);
      ecs.pass(Duration.ofSeconds(10));
      ecs.deploy(web, ecs.have("web", "web", uri("web") + "@" + digest(7)));
      announcer.beforeNext(() -> {
        throw new AssertionError("crash");
      });
      assertThatThrownBy(() -> event(State.IN_PROGRESS)).isInstanceOf(AssertionError.class);
      assertThat(queue.sent()).isEmpty();

      ecs.fail(web);
      reporter.handle(
          new DeploymentStateChange(web, new EcsDeploymentId("1003"), State.FAILED, ecs.now(), "e"),
          look("m2"));

      assertThat(queue.sent()).hasSize(1);
    }

    @Test
    void that_ends_slipways_has_the_service_evaluated_with_the_same_event() {
      push(2);
      ecs.pass(Duration.ofSeconds(10));
      ecs.deploy(web, ecs.have("web", "web", uri("web") + "@" + digest(7)));

      event(new EcsDeploymentId("1003"), State.IN_PROGRESS);

      assertThat(announcer.announced()).hasSize(1);
      assertThat(queue.sent()).hasSize(1);
    }

    @Test
    void that_ecs_goes_back_to_after_slipways_failed_is_not_evaluated() {
      push(2);
      ecs.fail(web);
      event(State.FAILED);
      int sent = queue.sent().size();

      event(new EcsDeploymentId("1001"), State.IN_PROGRESS);

      assertThat(queue.sent()).hasSize(sent);
    }

    @Test
    void to_a_service_without_a_record_is_nobodys_business() {
      ServiceArn other = FakeEcs.arn("c1", "other");

      reporter.handle(
          new DeploymentStateChange(
              other, new EcsDeploymentId("5"), State.COMPLETED, ecs.now(), "e"),
          new RolloutCheck(other, "m", ecs.now(), Duration.ofMinutes(1)));

      assertThat(queue.sent()).isEmpty();
      assertThat(records.calls()).endsWith("read");
    }
  }

  @Nested
  class What_is_announced {
    /** Fault 10: one of events, notification and metrics failing must not keep the others. */
    @Test
    void by_one_channel_is_not_kept_back_by_another_that_fails() {
      push(2);
      ecs.complete(web);
      announcer.breakDown(Announcement.OUTCOME_EVENT);

      assertThatThrownBy(() -> event(State.COMPLETED)).hasMessageContaining("is denied");
      assertThatThrownBy(() -> event(State.COMPLETED)).hasMessageContaining("is denied");

      assertThat(announcer.announced()).hasSize(1);
      assertThat(newest().due()).containsExactly(Announcement.OUTCOME_EVENT);
      announcer.repair();
      event(State.COMPLETED);
      assertThat(newest().isOpen()).isFalse();
      assertThat(announcer.announced()).hasSize(1);
    }

    /** Its hint would have the outcome checked, and that would send the hint, without an end. */
    @Test
    void sends_no_hint_once_more_while_the_announcement_fails() {
      push(7);
      ecs.fail(web);
      EnumSet.allOf(Announcement.class).forEach(announcer::breakDown);
      assertThatThrownBy(() -> event(State.FAILED)).hasMessageContaining("is denied");
      assertThat(queue.sent()).hasSize(1);

      assertThatThrownBy(() -> check()).hasMessageContaining("is denied");
      assertThatThrownBy(() -> check()).hasMessageContaining("is denied");

      assertThat(queue.sent()).hasSize(1);
    }

    /** Whoever wrote the outcome has perhaps ended before the hint was sent. */
    @Test
    void sends_the_hint_of_a_worker_that_has_ended() {
      push(7);
      ecs.fail(web);
      announcer.beforeNext(() -> {
        throw new IllegalStateException("the function ends");
      });
      assertThatThrownBy(() -> event(State.FAILED)).hasMessage("the function ends");
      ecs.pass(Duration.ofMinutes(2));

      check();

      assertThat(queue.sent()).hasSize(2);
      assertThat(newest().due()).isEmpty();
    }

    @Test
    void is_announced_by_one_worker_alone() {
      push(2);
      ecs.complete(web);
      announcer.beforeNext(() ->
          assertThat(reporter.check(look("m2")).announced()).as("the other worker").isEmpty());

      event(State.COMPLETED);

      assertThat(announcer.announced()).hasSize(1);
    }

    @Test
    void is_repeated_once_at_most_after_a_crash_in_the_middle() {
      push(2);
      ecs.complete(web);
      announcer.beforeNext(() -> {
        throw new AssertionError("crash");
      });
      assertThatThrownBy(() -> event(State.COMPLETED)).isInstanceOf(AssertionError.class);

      assertThatThrownBy(() -> event(State.COMPLETED)).isInstanceOf(TryAgainSoon.class);
      ecs.pass(Duration.ofMinutes(2));
      event(State.COMPLETED);

      assertThat(announcer.announced()).hasSize(1);
    }

    @Test
    void of_what_ecs_has_forgotten_is_that() {
      push(2);
      ecs.forgetHistory(web);
      ecs.pass(Duration.ofHours(2));

      check();

      assertThat(newest().ended().orElseThrow().outcome()).isEqualTo(DeploymentOutcome.UNKNOWN);
      assertThat(announcer.announced()).hasSize(1);
    }
  }

  @Test
  void an_operator_who_stopped_the_deployment_is_named() {
    DeploymentRecord running = push(2);
    var service = records.read(web).service();
    records.write(
        RecordChange.of(
            service, service, running.stopped(new DeploymentRecord.Stop("ann", Instant.EPOCH))));
    ecs.rollBack(ecs.newest(web, 1).getFirst().arn());

    check();

    assertThat(announcer.announced())
        .containsExactly(
            "ann stopped the deployment of web:staging 000000000002 to c1/web; ECS is rolling back"
                + " to web:1");
    assertThat(records.read(web).service().blocked()).isEmpty();
  }
}
