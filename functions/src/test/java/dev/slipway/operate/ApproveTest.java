package dev.slipway.operate;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.operate.Stack.ANN;
import static dev.slipway.operate.Stack.image;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.slipway.decide.Environment;
import dev.slipway.deploy.FakeEcs.Operation;
import dev.slipway.ecs.PauseHook;
import dev.slipway.ecs.PauseHook.Action;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.gate.ApprovalGate;
import dev.slipway.image.ImageTag;
import dev.slipway.image.RepositoryPattern;
import dev.slipway.image.TagPolicy;
import dev.slipway.operate.ApproveCommand.ApprovePlan;
import dev.slipway.record.Approval;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.HookWait;
import dev.slipway.record.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers to ECS's pause hooks; {@code GateScenarioTest} has the approvals of images alone. */
class ApproveTest {
  private static final PauseHook HOOK =
      new PauseHook(
          "h1",
          Optional.of("POST_SCALE_UP"),
          Optional.of(Instant.parse("2026-11-29T10:00:00Z")),
          Action.ROLLBACK);

  private final Stack stack =
      new Stack(
          RepositoryPattern.ALL,
          new Environment(
              "staging",
              new TagPolicy(new ImageTag("staging")),
              JsonNodeFactory.instance.objectNode(),
              Set.of(),
              Environment.Drift.HOLD,
              List.of(new ApprovalGate(Duration.ofDays(7)))));
  private final ApproveCommand command =
      new ApproveCommand(stack.directory, stack.reader, stack.evaluator, stack.ecs);
  private ServiceArn web = stack.have("web", "web", image("web", 1));

  @BeforeEach
  void a_rollout_of_image_2_waits() {
    stack.ecr.push("web", "staging", digest(1));
    stack.check(web);
    stack.push("web", 2);
    apply(planned(Action.CONTINUE, Optional.empty()));
    stack.work();
    stack.ecs.pauseAt(web, HOOK);
  }

  private Planned<ServiceResult<ApprovePlan>> planned(Action action, Optional<String> digest) {
    return command
        .plan(
            new Scope.OfEnvironment("staging"),
            new ApproveCommand.Wanted(action, digest, Optional.of("checkout"), ANN),
            stack.now())
        .getFirst();
  }

  private ServiceResult<ApprovePlan> apply(Planned<ServiceResult<ApprovePlan>> planned) {
    return EachService.apply(planned, stack.changes);
  }

  private DeploymentRecord rollout() {
    return stack.deployments(web).getFirst();
  }

  private Optional<HookWait.Answer> answer() {
    return rollout().hook("h1").flatMap(HookWait::answer);
  }

  @Test
  void has_the_rollout_go_on_and_says_who_when_and_why() {
    ApprovePlan plan = Stack.accepted(apply(planned(Action.CONTINUE, Optional.empty())));

    assertThat(stack.ecs.hookAnswers()).containsExactly("CONTINUE h1");
    assertThat(plan.facts())
        .containsExactly(
            "main/web: %s goes on at ECS's pause hook in POST_SCALE_UP (h1)".formatted(digest(2)));
    assertThat(plan.reason())
        .isEqualTo(
            "the rollout of web:2 (%s) goes on at ECS's pause hook in POST_SCALE_UP, where it waits until 2026-11-29T10:00:00Z, then ECS rolls back"
                .formatted(digest(2).abbreviated()));
    assertThat(answer())
        .contains(
            new HookWait.Answer(Action.CONTINUE, "ann", stack.now(), Optional.of("checkout")));
  }

  @Test
  void rejected_has_ecs_roll_back_at_one_of_the_hooks() {
    also_waits_at_h2();

    apply(planned(Action.ROLLBACK, Optional.empty()));
    stack.report(web);

    assertThat(stack.ecs.hookAnswers()).containsExactly("ROLLBACK h1");
    assertThat(stack.announced.announced().getLast())
        .contains("failed: rejected by ann at ECS's pause hook in POST_SCALE_UP: checkout");
    assertThat(stack.record(web).isBlocked(digest(2))).isTrue();
  }

  @Test
  void answers_all_hooks_of_a_stage() {
    also_waits_at_h2();

    apply(planned(Action.CONTINUE, Optional.empty()));

    assertThat(stack.ecs.hookAnswers()).containsExactly("CONTINUE h1", "CONTINUE h2");
  }

  @Test
  void does_nothing_where_the_hook_is_gone_when_it_is_carried_out() {
    Planned<ServiceResult<ApprovePlan>> shown = planned(Action.CONTINUE, Optional.empty());
    beforeTheAnswer(() -> stack.ecs.endPauses(web));

    ServiceResult<ApprovePlan> result = apply(shown);

    assertThat(Stack.rejected(result).why())
        .isEqualTo(
            "the rollout of main/web no longer waits at ECS's pause hook in POST_SCALE_UP: nothing"
                + " was done about it");
    assertThat(stack.ecs.hookAnswers()).isEmpty();
    assertThat(answer()).isEmpty();
  }

  @Test
  void answers_no_other_hook_than_the_one_that_was_shown() {
    List<String> shown = planned(Action.CONTINUE, Optional.empty()).plan().facts();
    stack.ecs.endPauses(web);
    stack.ecs.pauseAt(
        web,
        new PauseHook(
            "h2", Optional.of("POST_TEST_TRAFFIC_SHIFT"), Optional.empty(), Action.ROLLBACK));

    List<String> now = planned(Action.CONTINUE, Optional.empty()).plan().facts();

    assertThatThrownBy(() -> Consent.to(shown).require(now))
        .isInstanceOf(PlanChanged.class)
        .hasMessageContaining("h2");
  }

  @Test
  void an_answer_that_ecs_refuses_is_taken_back() {
    beforeTheAnswer(() -> {
      throw new IllegalStateException("no");
    });

    ServiceResult<ApprovePlan> result = apply(planned(Action.CONTINUE, Optional.empty()));

    assertThat(Stack.rejected(result).why()).contains("may have been done in part: no");
    assertThat(answer()).isEmpty();
  }

  @Test
  void approves_the_next_image_too_where_both_wait_or_the_one_that_is_named() {
    stack.push("web", 3);

    ApprovePlan both = Stack.accepted(planned(Action.CONTINUE, Optional.empty()).plan());
    ApprovePlan next =
        Stack.accepted(planned(Action.CONTINUE, Optional.of(digest(3).value())).plan());
    ApprovePlan rolling =
        Stack.accepted(planned(Action.CONTINUE, Optional.of(digest(2).value())).plan());

    assertThat(both.facts()).hasSize(2);
    assertThat(both.reason()).contains("web:2", ". Approved as well: web ");
    assertThat(next.answer()).isEmpty();
    assertThat(next.approved()).containsExactly(digest(3));
    assertThat(rolling.answer()).isPresent();
    assertThat(rolling.approved()).isEmpty();

    apply(planned(Action.CONTINUE, Optional.empty()));

    assertThat(stack.ecs.hookAnswers()).containsExactly("CONTINUE h1");
    assertThat(stack.record(web).approvals())
        .extracting(Approval::digest)
        .containsExactly(digest(2), digest(3));
  }

  @Test
  void rejects_nothing_where_no_rollout_waits() {
    stack.ecs.endPauses(web);

    ApprovePlan plan = Stack.accepted(planned(Action.ROLLBACK, Optional.empty()).plan());

    assertThat(plan.change()).isEmpty();
    assertThat(plan.reason())
        .isEqualTo("no rollout of it waits at a pause hook of ECS: nothing to reject");
  }

  @Test
  void rejects_nothing_where_another_image_is_meant() {
    ApprovePlan plan =
        Stack.accepted(planned(Action.ROLLBACK, Optional.of(digest(3).value())).plan());

    assertThat(plan.change()).isEmpty();
    assertThat(plan.reason()).startsWith("no rollout of an image whose digest begins with sha256:");
  }

  @Test
  void answers_for_another_clients_rollout_too_which_the_record_does_not_have() {
    stack.ecs.deploy(web, stack.ecs.have("web", "web", image("web", 9)));
    stack.ecs.pauseAt(web, HOOK);

    ApprovePlan plan = Stack.accepted(apply(planned(Action.CONTINUE, Optional.empty())));

    assertThat(stack.ecs.hookAnswers()).containsExactly("CONTINUE h1");
    assertThat(plan.reason()).contains("the record does not have it");
    assertThat(plan.facts().getLast()).contains(digest(9).value());
  }

  /** Right before ECS has the answer of h1. */
  private void beforeTheAnswer(Runnable what) {
    stack.ecs.interruptions().before(Operation.ANSWER_HOOK, "h1", what);
  }

  private void also_waits_at_h2() {
    stack.ecs.pauseAt(
        web, new PauseHook("h2", Optional.of("POST_SCALE_UP"), Optional.empty(), Action.ROLLBACK));
  }

  @Test
  void a_hook_that_is_gone_keeps_no_other_of_the_stage_from_being_answered() {
    also_waits_at_h2();
    beforeTheAnswer(() -> {
      stack.ecs.endPauses(web);
      also_waits_at_h2();
    });

    apply(planned(Action.CONTINUE, Optional.empty()));

    assertThat(stack.ecs.hookAnswers()).containsExactly("CONTINUE h2");
  }

  @Test
  void the_record_names_nobody_at_a_hook_that_ecs_was_never_told_about() {
    also_waits_at_h2();
    beforeTheAnswer(() -> {
      throw new IllegalStateException("ECS does not answer");
    });

    apply(planned(Action.CONTINUE, Optional.empty()));

    assertThat(
            rollout().hooks().stream()
                .filter(wait -> wait.answer().isPresent())
                .map(wait -> "CONTINUE " + wait.hook().id()))
        .isEqualTo(stack.ecs.hookAnswers());
  }

  /** Both have read before ECS has either answer. */
  @Test
  void who_comes_second_and_too_late_takes_nothing_from_who_came_first() {
    ApprovePlan anns = Stack.accepted(planned(Action.CONTINUE, Optional.empty()).plan());
    assertThat(stack.records.write(anns.change().orElseThrow().recordChange())).isTrue();
    Planned<ServiceResult<ApprovePlan>> bobs =
        command
            .plan(
                new Scope.OfEnvironment("staging"),
                new ApproveCommand.Wanted(
                    Action.CONTINUE,
                    Optional.empty(),
                    Optional.empty(),
                    new Trigger.Operator("request-2", "bob")),
                stack.now())
            .getFirst();
    beforeTheAnswer(() ->
        assertThat(
                stack.ecs.answer(
                    anns.answer().orElseThrow().serviceDeployment(), "h1", Action.CONTINUE))
            .isTrue());

    apply(bobs);

    assertThat(stack.ecs.hookAnswers()).containsExactly("CONTINUE h1");
    assertThat(answer().map(HookWait.Answer::by)).contains("ann");
  }

  /** ECS's response is lost: that is no refusal. */
  @Test
  void what_ecs_took_is_told_with_the_name_although_its_response_was_lost() {
    stack
        .ecs
        .interruptions()
        .after(
            Operation.ANSWER_HOOK,
            "h1",
            () -> {
              throw new IllegalStateException("Read timed out");
            });

    apply(planned(Action.ROLLBACK, Optional.empty()));
    stack.report(web);

    assertThat(stack.ecs.hookAnswers()).containsExactly("ROLLBACK h1");
    assertThat(stack.announced.announced().getLast()).contains("rejected by ann");
  }

  /** Nothing of ECR is needed to have ECS roll back what waits. */
  @Test
  void can_be_rejected_although_ecr_does_not_answer() {
    stack.ecr.breakDown("web");

    apply(planned(Action.ROLLBACK, Optional.empty()));

    assertThat(stack.ecs.hookAnswers()).containsExactly("ROLLBACK h1");
  }

  /** It is approved and deployed whatever becomes of the rollout: that has to be told. */
  @Test
  void an_image_that_was_approved_beside_a_hook_that_is_gone_is_told_as_approved() {
    stack.push("web", 3);
    beforeTheAnswer(() -> stack.ecs.endPauses(web));

    ServiceResult<ApprovePlan> result = apply(planned(Action.CONTINUE, Optional.empty()));

    assertThat(stack.record(web).approvals()).extracting(Approval::digest).contains(digest(3));
    assertThat(
            switch (result) {
              case ServiceResult.Accepted<ApprovePlan>(ApprovePlan plan) -> plan.reason();
              case ServiceResult.Rejected<ApprovePlan> rejected -> rejected.why();
            })
        .contains(digest(3).abbreviated());
  }
}
