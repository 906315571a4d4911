package dev.slipway.operate;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.operate.Stack.ANN;
import static dev.slipway.operate.Stack.image;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.deploy.FakeImageRegistry;
import dev.slipway.deploy.Hint;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.operate.PauseCommand.PausePlan;
import dev.slipway.record.Pause;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PauseTest {
  private static final Scope STAGING = new Scope.OfEnvironment("staging");

  private final Stack stack = new Stack();
  private final PauseCommand command =
      new PauseCommand(stack.directory, stack.reader, stack.evaluator);
  private ServiceArn web = stack.have("web", "web", image("web", 1));

  @BeforeEach
  void a_service_runs_image_1() {
    stack.ecr.push("web", "staging", digest(1));
    stack.check(web);
  }

  private Planned<ServiceResult<PausePlan>> planned(String note) {
    return command
        .pause(STAGING, Optional.of(note).filter(n -> !n.isEmpty()), ANN, stack.now())
        .getFirst();
  }

  private PausePlan pause(String note) {
    return Stack.accepted(EachService.apply(planned(note), stack.changes));
  }

  private PausePlan resume() {
    return Stack.accepted(EachService.apply(resuming(), stack.changes));
  }

  private Planned<ServiceResult<PausePlan>> resuming() {
    return command.resume(STAGING, ANN, stack.now()).getFirst();
  }

  @Test
  void holds_what_is_pushed_until_the_service_is_resumed() {
    PausePlan paused = pause("a freeze");
    stack.push("web", 2);

    assertThat(paused.paused()).isTrue();
    assertThat(paused.reason())
        .isEqualTo("nothing is deployed to it until it is resumed: a freeze");
    assertThat(stack.record(web).pause())
        .contains(new Pause("ann", Instant.parse("2026-11-28T10:00:00Z"), Optional.of("a freeze")));
    assertThat(stack.ecs.images(web)).containsExactly(image("web", 1));

    PausePlan resumed = resume();
    assertThat(stack.queue.sent()).last().isEqualTo(new Hint.CheckService(web, ANN));
    stack.work();

    assertThat(resumed.paused()).isFalse();
    assertThat(stack.ecs.images(web)).containsExactly(image("web", 2));
  }

  @Test
  void a_plan_changes_nothing() {
    assertThat(Stack.accepted(planned("").plan()).paused()).isTrue();
    assertThat(stack.record(web).pause()).isEmpty();

    pause("");
    assertThat(Stack.accepted(resuming().plan()).paused()).isFalse();
    assertThat(stack.record(web).pause()).isPresent();
  }

  @Test
  void of_what_is_paused_already_keeps_who_paused_it_first() {
    pause("first");

    assertThat(pause("second").reason())
        .startsWith("it was paused already: by ann at")
        .endsWith("first. That stays; to have your note instead, resume it first");
    assertThat(pause("first").reason()).endsWith("first");
    assertThat(pause("").reason()).endsWith("first");
  }

  @Test
  void says_what_a_resumed_service_gets() {
    pause("a freeze");
    stack.push("web", 2);

    assertThat(Stack.accepted(resuming().plan()).reason())
        .startsWith("it was paused by ann at")
        .contains("a freeze; then: ", "000000000002");
  }

  @Test
  void resumes_also_what_cannot_be_evaluated() {
    pause("");
    stack
        .ecr
        .interruptions()
        .before(
            FakeImageRegistry.Operation.CANDIDATE,
            "web",
            () -> {
              throw new IllegalStateException("ecr: denied");
            });

    PausePlan resumed = resume();

    assertThat(resumed.reason()).endsWith("which cannot be read now: ecr: denied");
    assertThat(stack.record(web).pause()).isEmpty();
  }

  @Test
  void of_what_is_not_paused_resuming_does_nothing() {
    assertThat(resume().reason()).startsWith("it was not paused; as things are: ");
    assertThat(stack.queue.sent()).isEmpty();
  }

  @Test
  void who_resumes_is_held_to_the_pause_that_was_shown() {
    pause("first");
    Planned<ServiceResult<PausePlan>> shown = resuming();
    Pause other = new Pause("bob", stack.now(), Optional.of("a migration"));
    stack.records.beforeNextWrite(
        () -> stack.write(web, record -> record.withPause(Optional.of(other))));

    ServiceResult<PausePlan> result =
        EachService.apply(Consent.to(shown.plan().facts()).holding(shown), stack.changes);

    assertThat(Stack.rejected(result).why())
        .startsWith("nothing was changed at main/web, since it is no longer what was shown.")
        .contains("Instead: main/web will be resumed, which is paused by bob at", "a migration");
    assertThat(stack.record(web).pause()).contains(other);
  }

  @Test
  void notes_are_of_one_line_and_not_long() {
    pause("a\n" + (char) 27 + "[31mb" + (char) 0x2028 + "x".repeat(500));

    String note = stack.record(web).pause().orElseThrow().note().orElseThrow();
    assertThat(note).startsWith("a b x").hasSize(Words.MAX);
  }

  @Test
  void a_writer_that_comes_in_between_loses_nothing() {
    stack.records.beforeNextWrite(() -> stack.push("web", 2));

    pause("");

    assertThat(stack.record(web).pause()).isPresent();
    assertThat(stack.deployments(web)).hasSize(1);
  }
}
