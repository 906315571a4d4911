package dev.slipway.operate;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.operate.Stack.ANN;
import static dev.slipway.operate.Stack.image;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.decide.Decision;
import dev.slipway.decide.Environments;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.ImageTag;
import dev.slipway.image.RepositoryPattern;
import dev.slipway.image.SemverPolicy;
import dev.slipway.image.VersionRange;
import dev.slipway.record.RecordedService;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Decision 35, with operators' commands: they go anywhere, and what they chose stays. */
class NothingGoesDownTest {
  private final Stack stack =
      new Stack(
          RepositoryPattern.ALL,
          Environments.following("staging")
              .selecting(new SemverPolicy(VersionRange.parse(">=2 <3"), false)));
  private ServiceArn web;

  /** Version 2.2.0 is image 3, and runs; 2.1.0 was skipped. */
  @BeforeEach
  void deploy_the_third() {
    stack.ecr.push("web", "2.0.0", digest(1));
    web = stack.have("web", "web", image("web", 1));
    stack.ecr.push("web", "2.1.0", digest(2));
    push("2.2.0", 3);
    assertThat(stack.ecs.images(web)).containsExactly(image("web", 3));
  }

  private void push(String tag, int number) {
    stack.ecs.pass(Duration.ofMinutes(5));
    stack.ecr.push("web", tag, digest(number));
    stack.check(web);
    stack.complete(web);
  }

  private void delete(String tag, int number) {
    stack.ecr.untag("web", tag);
    stack.ecr.delete("web", digest(number));
    stack.check(web);
    stack.work();
  }

  private Decision decision() {
    return stack
        .evaluator
        .evaluate(
            stack.reader.read(web).service(),
            new RecordedService(stack.record(web), stack.deployments(web)),
            stack.now())
        .decision();
  }

  @Test
  void what_runs_stays_when_it_is_deleted_until_there_is_a_higher_one() {
    delete("2.2.0", 3);

    assertThat(stack.ecs.images(web)).containsExactly(image("web", 3));
    assertThat(decision()).isInstanceOf(Decision.Current.class);

    push("2.3.0", 4);
    assertThat(stack.ecs.images(web)).containsExactly(image("web", 4));
  }

  @Test
  void a_rollback_is_not_undone_by_deleting_what_it_passed_over() {
    stack.rollBack("web", Optional.empty());
    stack.work();
    stack.complete(web);
    assertThat(stack.ecs.images(web)).containsExactly(image("web", 1));

    delete("2.2.0", 3);

    assertThat(stack.ecs.images(web)).containsExactly(image("web", 1));

    push("2.3.0", 4);
    assertThat(stack.ecs.images(web)).containsExactly(image("web", 4));
  }

  @Test
  void an_operator_goes_down_and_stays_there() {
    delete("2.2.0", 3);

    stack
        .deploy()
        .plan(
            new Scope.OfEnvironment("staging"),
            new DeployCommand.Wanted(
                Optional.of(new ImageTag("2.0.0")),
                Optional.empty(),
                false,
                false,
                Optional.empty()),
            ANN,
            stack.now())
        .forEach(plan -> EachService.apply(plan, stack.changes));
    stack.work();
    stack.complete(web);
    stack.check(web);

    assertThat(stack.ecs.images(web)).containsExactly(image("web", 1));
    assertThat(decision())
        .isInstanceOfSatisfying(
            Decision.Held.class, held -> assertThat(held.hold()).isEqualTo(Decision.Hold.PINNED));
  }
}
