package dev.slipway.operate;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.operate.Stack.ANN;
import static dev.slipway.operate.Stack.image;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.decide.Decision;
import dev.slipway.decide.Environments;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.ImageChange;
import dev.slipway.image.ImagePolicy;
import dev.slipway.image.ImageTag;
import dev.slipway.image.NewestPolicy;
import dev.slipway.image.RepositoryPattern;
import dev.slipway.image.SemverPolicy;
import dev.slipway.image.Version;
import dev.slipway.image.VersionRange;
import dev.slipway.image.WildcardPattern;
import dev.slipway.record.RecordedService;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Decision 35, with operators' commands: they go anywhere, and what they chose stays. */
class NothingGoesDownTest {
  private final Stack stack = stack(new SemverPolicy(VersionRange.parse(">=2 <3"), false));
  private ServiceArn web;

  private static Stack stack(ImagePolicy policy) {
    return new Stack(RepositoryPattern.ALL, Environments.following("staging").selecting(policy));
  }

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

  static IntStream seeds() {
    return IntStream.range(0, 25);
  }

  /** Pushes, moved and deleted tags, deleted and archived images, in any order. */
  private static final class Repository {
    private final Stack stack;
    private final Random random;
    private final ServiceArn service;
    private int images;

    Repository(ImagePolicy policy, Random random) {
      this.stack = stack(policy);
      this.random = random;
      this.service = stack.have("web", "web", image("web", 0));
    }

    private String tag() {
      return "%d.%d.0%s"
          .formatted(
              1 + random.nextInt(3), random.nextInt(4), random.nextInt(4) == 0 ? "-rc.1" : "");
    }

    void change() {
      stack.ecs.pass(Duration.ofMinutes(7));
      int some = 1 + random.nextInt(images + 1);
      switch (random.nextInt(7)) {
        case 0, 1, 2 -> stack.ecr.push("web", tag(), digest(++images));
        // to an image that is there, or was
        case 3 -> stack.ecr.push("web", tag(), digest(some));
        case 4 -> stack.ecr.untag("web", tag());
        case 5 -> stack.ecr.delete("web", digest(some));
        default -> stack.ecr.archive("web", digest(some));
      }
    }

    /** What was deployed, oldest first. */
    List<ImageChange> deployed() {
      return stack.deployments(service).reversed().stream()
          .flatMap(deployment -> deployment.changes().stream())
          .toList();
    }

    void settle() {
      stack.check(service);
      if (stack.service(service).isRollingOut()) {
        stack.complete(service);
      }
      stack.check(service);
      assertThat(stack.service(service).isRollingOut()).as("it flaps").isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void no_sequence_of_changes_in_the_repository_leads_to_a_lower_version(int seed) {
    Random random = new Random(seed);
    boolean preReleases = random.nextBoolean();
    Repository repository =
        new Repository(new SemverPolicy(VersionRange.parse("<4"), preReleases), random);
    for (int step = 0; step < 40; step++) {
      repository.change();
      repository.settle();
      List<Version> versions =
          repository.deployed().stream()
              .map(change -> Version.find(change.tag().orElseThrow().value()).orElseThrow())
              .toList();
      assertThat(versions).isSorted();
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void no_sequence_of_changes_in_the_repository_leads_to_an_older_image(int seed) {
    Repository repository =
        new Repository(new NewestPolicy(new WildcardPattern("*.0")), new Random(seed));
    for (int step = 0; step < 40; step++) {
      repository.change();
      repository.settle();
      assertThat(
              repository.deployed().stream()
                  .map(change -> change.to().digest().orElseThrow().value())
                  .toList())
          .as("images in the order of their numbers, which is that of their pushes")
          .isSorted();
    }
    assertThat(repository.deployed()).isNotEmpty();
  }
}
