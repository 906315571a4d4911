package dev.slipway.operate;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.operate.Stack.ANN;
import static dev.slipway.operate.Stack.image;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.deploy.FakeEcs;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.operate.PauseCommand.PausePlan;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Of three services each has its result, whatever becomes of the second. */
class EachServiceTest {
  private static final Scope STAGING = new Scope.OfEnvironment("staging");

  private final Stack stack = new Stack();
  private final List<ServiceArn> services =
      List.of(
          stack.have("api", "web", image("web", 1)),
          stack.have("shop", "web", image("web", 1)),
          stack.have("web", "web", image("web", 1)));
  private final PauseCommand command =
      new PauseCommand(stack.directory, stack.reader, stack.evaluator);

  private List<Planned<ServiceResult<PausePlan>>> plans() {
    return command.pause(STAGING, Optional.empty(), ANN, stack.now());
  }

  private List<Boolean> paused() {
    return services.stream().map(stack::record).map(it -> it.pause().isPresent()).toList();
  }

  @Test
  void what_fails_at_one_leaves_the_others_done_and_told() {
    IllegalStateException throttled = new IllegalStateException("dynamodb: throttled");
    List<Planned<ServiceResult<PausePlan>>> plans = plans();

    ServiceResult<PausePlan> first = EachService.apply(plans.getFirst(), stack.changes);
    stack.records.beforeNextWrite(() -> {
      throw throttled;
    });
    ServiceResult<PausePlan> second = EachService.apply(plans.get(1), stack.changes);
    ServiceResult<PausePlan> third = EachService.apply(plans.getLast(), stack.changes);

    assertThat(first).isInstanceOf(ServiceResult.Accepted.class);
    assertThat(second.service().toString()).isEqualTo("main/shop");
    assertThat(Stack.rejected(second).why())
        .isEqualTo("that failed, and may have been done in part: dynamodb: throttled");
    assertThat(Stack.rejected(second).failure()).containsSame(throttled);
    assertThat(third).isInstanceOf(ServiceResult.Accepted.class);
    assertThat(paused()).containsExactly(true, false, true);
  }

  @Test
  void one_that_goes_between_listing_and_reading_is_told_of() {
    stack
        .ecs
        .interruptions()
        .before(FakeEcs.Operation.DESCRIBE, "", () -> stack.ecs.delete(services.get(1)));

    List<Planned<ServiceResult<PausePlan>>> plans = plans();

    assertThat(plans).hasSize(3);
    assertThat(plans.get(1).plan().service().toString()).isEqualTo("main/shop");
    assertThat(Stack.rejected(plans.get(1).plan()).why())
        .isEqualTo("there is no service main/shop any more");
  }

  /** It is not taken for a plan that has changed. */
  @Test
  void one_that_goes_before_its_plan_is_made_again_is_told_of() {
    Planned<ServiceResult<PausePlan>> plan = plans().get(1);
    stack.records.beforeNextWrite(() -> {
      stack.write(services.get(1), record -> record);
      stack.ecs.delete(services.get(1));
    });

    ServiceResult<PausePlan> result =
        EachService.apply(Consent.to(plan.plan().facts()).holding(plan), stack.changes);

    assertThat(Stack.rejected(result).why()).isEqualTo("there is no service main/shop any more");
  }

  @Test
  void all_are_listed_before_any_is_changed() {
    stack.ecr.push("web", "staging", digest(1));

    assertThat(plans()).allMatch(plan -> plan.plan().change().isPresent());
    assertThat(paused()).containsOnly(false);
  }

  @Test
  void one_that_cannot_be_evaluated_leaves_the_others_planned_and_told() {
    IllegalStateException unreadable = new IllegalStateException("a scan cannot be read");
    List<Planned<ServiceResult<PausePlan>>> plans =
        new EachService(stack.directory, stack.reader)
            .plan(
                STAGING,
                read -> {
                  if (read.service().arn().equals(services.get(1))) {
                    throw unreadable;
                  }
                  return new PausePlan(read.service(), false, "fine", Map.of(), Optional.empty());
                },
                _ -> {
                  throw new AssertionError("nothing is planned again");
                });

    assertThat(plans).hasSize(3);
    assertThat(Stack.rejected(plans.get(1).plan()).why())
        .isEqualTo("it cannot be evaluated, and nothing was changed: a scan cannot be read");
    assertThat(Stack.rejected(EachService.apply(plans.get(1), stack.changes)).failure())
        .containsSame(unreadable);
    assertThat(plans.getLast().plan()).isInstanceOf(ServiceResult.Accepted.class);
  }
}
