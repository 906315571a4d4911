package dev.slipway.operate;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.deploy.FakeImageRegistry.uri;
import static dev.slipway.operate.Stack.image;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.slipway.decide.Decision;
import dev.slipway.decide.Environment;
import dev.slipway.deploy.FakeImageRegistry;
import dev.slipway.deploy.ImageTags;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.image.Candidate;
import dev.slipway.image.FromPolicy;
import dev.slipway.image.ImageTag;
import dev.slipway.image.RepositoryPattern;
import dev.slipway.image.TagPolicy;
import dev.slipway.record.Block;
import dev.slipway.record.Pause;
import dev.slipway.record.Pin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromotionTest {
  private final Stack stack =
      new Stack(
          RepositoryPattern.ALL,
          environment("staging", "staging"),
          environment("production", "production"),
          environment("twin", "staging"));
  private final List<String> put = new ArrayList<>();
  private final ImageTags images =
      (repository, tag, digest, _) -> {
        if (repository.name().equals("immutable")) {
          return Optional.of("the tag is immutable");
        }
        put.add(repository.name() + ":" + tag + "@" + digest.abbreviated());
        return Optional.empty();
      };
  private final Promotion promotion =
      new Promotion(stack.directory, stack.ecs, stack.evaluator, stack.ecr, stack.records);

  /** What production has at first is the oldest. */
  @BeforeEach
  void pushes() {
    for (int number : new int[] {9, 1, 2, 7}) {
      stack.ecr.push("web", "build-" + number, digest(number));
    }
  }

  private static Environment environment(String name, String tag) {
    return new Environment(
        name,
        new TagPolicy(new ImageTag(tag)),
        JsonNodeFactory.instance.objectNode(),
        Set.of(),
        Environment.Drift.HOLD,
        List.of());
  }

  private ServiceArn service(String name, String environment, String... images) {
    String[] containers = new String[2 * images.length];
    for (int i = 0; i < images.length; i++) {
      containers[2 * i] = "c" + i;
      containers[2 * i + 1] = images[i];
    }
    return stack.ecs.have("main", name, environment, stack.ecs.have(name, containers));
  }

  private static String at(String repository, int number) {
    return image(repository, number);
  }

  private static PromotionRequest asked(
      Optional<String> repository, boolean evenIfBlocked, boolean evenIfOlder) {
    return new PromotionRequest("staging", "production", repository, evenIfBlocked, evenIfOlder);
  }

  private PromotionPlan plan() {
    return promotion.plan(asked(Optional.empty(), false, false));
  }

  private PromotionPlan promote(String... repository) {
    PromotionPlan plan =
        promotion.plan(asked(List.of(repository).stream().findFirst(), false, false));
    new Promotion.Executor(images).apply(plan);
    return plan;
  }

  @Test
  void an_error_in_the_middle_says_which_images_have_the_tag_already() {
    service("web-s", "staging", at("proxy", 2), at("web", 1));
    service("web-p", "production", at("proxy", 9), at("web", 9));
    PromotionPlan plan = plan();
    ImageTags failing =
        (repository, _, _, _) -> {
          if (repository.name().equals("web")) {
            throw new IllegalStateException("access denied");
          }
          return Optional.empty();
        };

    assertThatThrownBy(() -> new Promotion.Executor(failing).apply(plan))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "000000000001 cannot get tag production in web: access denied; already promoted were"
                + " images of proxy");
  }

  @Test
  void gives_what_both_environments_have_the_others_tag() {
    service("web-s", "staging", at("web", 1), at("proxy", 2), at("only-staging", 3), "nginx");
    ServiceArn production = service("web-p", "production", at("web", 9), at("proxy", 9));
    service("other-p", "production", at("other", 9));
    stack.ecr.push("web", "production", digest(9));

    PromotionPlan plan = promote();

    assertThat(put)
        .containsExactly(
            "proxy:production@" + digest(2).abbreviated(),
            "web:production@" + digest(1).abbreviated());
    assertThat(plan.promoted())
        .extracting(PromotionPlan.Promoted::replaces)
        .containsExactly(Optional.empty(), Optional.of(digest(9)));
    assertThat(plan.followers())
        .extracting(follower -> follower.service().arn())
        .containsExactly(production);
  }

  @Test
  void a_plan_changes_nothing() {
    service("web-s", "staging", at("web", 1));
    service("web-p", "production", at("web", 9));

    assertThat(plan().promoted()).hasSize(1);
    assertThat(put).isEmpty();
  }

  @Test
  void promotes_a_repository_that_nothing_follows_yet_if_it_is_named() {
    service("web-s", "staging", at("web", 1));
    assertThatThrownBy(() -> promote())
        .isInstanceOf(RejectedRequest.class)
        .hasMessageStartingWith("no repository has containers in services of both staging and");

    assertThat(promote("web").followers()).isEmpty();
    assertThat(put).hasSize(1);
  }

  @Test
  void says_what_has_the_tag_already() {
    service("web-s", "staging", at("web", 1));
    service("web-p", "production", at("web", 9));
    stack.ecr.push("web", "production", digest(1));

    PromotionPlan plan = promote();

    assertThat(plan.promoted()).isEmpty();
    assertThat(plan.warnings())
        .containsExactly("tag production of web points at 000000000001 already");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          IN_PROGRESS | its deployment of web-s:1 is IN PROGRESS
          FAILED      | its deployment of web-s:1 is FAILED
          """)
  void is_rejected_while_the_first_environment_has_not_come_to_rest(String state, String why) {
    ServiceArn staging = service("web-s", "staging", at("web", 1));
    service("web-p", "production", at("web", 9));
    stack
        .ecs
        .document(staging)
        .putArray("deployments")
        .addObject()
        .put("status", "PRIMARY")
        .put("rolloutState", state)
        .put("taskDefinition", stack.ecs.running(staging).arn().value());

    assertThatThrownBy(() -> promote())
        .isInstanceOf(RejectedRequest.class)
        .hasMessage(
            "staging has not come to rest, so that its images are not proven yet;"
                + " main/web-s (web 000000000001): "
                + why
                + ". To see how it ends: `slipway watch --environment staging`");
    assertThat(put).isEmpty();
  }

  @Test
  void is_rejected_while_tasks_of_an_earlier_deployment_are_running() {
    ServiceArn staging = service("web-s", "staging", at("web", 1));
    service("web-p", "production", at("web", 9));
    var deployments = stack.ecs.document(staging).putArray("deployments");
    deployments.addObject().put("status", "PRIMARY").put("rolloutState", "COMPLETED");
    deployments.addObject().put("status", "ACTIVE").put("rolloutState", "COMPLETED");

    assertThatThrownBy(() -> promote())
        .hasMessageEndingWith(
            "main/web-s (web 000000000001): tasks of 2 deployments are running. To see how it ends:"
                + " `slipway watch --environment staging`");
  }

  @Test
  void is_rejected_where_services_do_not_agree() {
    service("web-s", "staging", at("web", 1));
    service("more-s", "staging", at("web", 2));
    service("web-p", "production", at("web", 9));

    assertThatThrownBy(() -> promote())
        .hasMessage(
            "the services of staging run different images of web: %s in main/web-s; %s in"
                + " main/more-s. To have them run the same: `slipway deploy --environment"
                + " staging`",
            digest(1), digest(2));
  }

  @Test
  void promotes_what_runs_by_its_tag_by_the_digest_that_runs() {
    stack.ecr.push("web", "1.2", digest(1));
    service("web-s", "staging", uri("web") + ":1.2");
    stack.ecr.push("web", "1.2", digest(5));
    service("web-p", "production", at("web", 9));

    promote();

    assertThat(put).containsExactly("web:production@000000000001");
  }

  @Test
  void is_rejected_for_what_nobody_knows_the_digest_of() {
    service("web-s", "staging", uri("web") + ":gone");
    service("web-p", "production", at("web", 9));

    assertThatThrownBy(() -> promote())
        .hasMessageStartingWith(
            "main/web-s run " + uri("web") + ":gone, of which ECS has not recorded the digest");
  }

  /** Fault 11: what no task has run is not proven. */
  @Test
  void fault_11_is_rejected_for_what_no_task_runs() {
    ServiceArn staging = service("web-s", "staging", at("web", 1));
    service("web-p", "production", at("web", 9));
    stack.ecs.document(staging).put("desiredCount", 0).put("runningCount", 0);

    assertThatThrownBy(() -> promote())
        .isInstanceOf(RejectedRequest.class)
        .hasMessage(
            "no service of staging runs a task with an image of web: nobody knows whether it is"
                + " good. Let one run it first");
  }

  @Test
  void leaves_a_service_without_tasks_out_where_another_proves_the_image() {
    ServiceArn asleep = service("asleep", "staging", at("web", 2));
    stack.ecs.document(asleep).put("desiredCount", 0).put("runningCount", 0);
    service("web-s", "staging", at("web", 1));
    service("web-p", "production", at("web", 9));

    assertThat(promote().warnings())
        .containsExactly("main/asleep runs no task: what it is to run does not count");
    assertThat(put).containsExactly("web:production@000000000001");
  }

  private List<FollowerDecision> followers() {
    return promotion.decisions(plan(), stack.now());
  }

  @Test
  void tells_that_a_service_would_deploy_what_it_gets() {
    service("web-s", "staging", at("web", 1));
    ServiceArn production = service("web-p", "production", at("web", 9));
    stack.ecr.push("web", "1", digest(1));

    assertThat(followers())
        .singleElement()
        .satisfies(follower -> {
          assertThat(follower.decision())
              .isInstanceOfSatisfying(
                  Decision.Deploy.class,
                  deploy ->
                      assertThat(deploy.images().values())
                          .extracting(Object::toString)
                          .containsExactly(at("web", 1)));
          assertThat(follower.decision().service()).isEqualTo(production);
          assertThat(follower.endedPin()).isEmpty();
        });
    assertThat(put).isEmpty();
  }

  @Test
  void tells_that_a_paused_service_would_not_deploy_it() {
    service("web-s", "staging", at("web", 1));
    ServiceArn production = service("web-p", "production", at("web", 9));
    stack.ecr.push("web", "1", digest(1));
    stack.write(
        production,
        record ->
            record.withPause(Optional.of(new Pause("ann", stack.now(), Optional.of("sale")))));

    assertThat(followers())
        .singleElement()
        .extracting(FollowerDecision::decision)
        .isInstanceOfSatisfying(
            Decision.Held.class, held -> assertThat(held.hold()).isEqualTo(Decision.Hold.PAUSED));
  }

  @Test
  void tells_which_pin_it_would_end() {
    service("web-s", "staging", at("web", 1));
    ServiceArn production = service("web-p", "production", at("web", 9));
    stack.ecr.push("web", "1", digest(1));
    stack.ecr.push("web", "production", digest(8));
    Pin pin =
        new Pin(
            stack.revision(production),
            stack.ecs.running(production).containers().stream()
                .collect(
                    Collectors.toMap(
                        TaskDefinition.Container::name, TaskDefinition.Container::image)),
            Set.of(digest(8)),
            "ann",
            stack.now(),
            "r-1",
            true,
            Optional.empty());
    stack.write(production, record -> record.withPin(Optional.of(pin)));

    assertThat(followers())
        .singleElement()
        .satisfies(follower -> {
          assertThat(follower.decision()).isInstanceOf(Decision.Deploy.class);
          assertThat(follower.endedPin()).contains(pin);
        });
  }

  @Test
  void names_what_another_client_deployed_in_place_of_what_slipway_had() {
    ServiceArn staging = stack.have("web", "web", at("web", 1));
    stack.deployed(staging, "web", 2);
    service("web-p", "production", at("web", 9));
    stack.ecs.pass(Duration.ofMinutes(5));
    stack.ecs.deploy(staging, stack.ecs.have("web", "web", at("web", 7)));
    stack.ecs.pass(Duration.ofMinutes(2));
    stack.ecs.complete(staging);

    PromotionPlan plan = promote();

    assertThat(put).containsExactly("web:production@000000000007");
    assertThat(plan.warnings())
        .singleElement()
        .asString()
        .startsWith("main/web has drifted: another client deployed 000000000007 of web at ")
        .endsWith(", in place of 000000000002. That is what is promoted");
  }

  @Test
  void has_no_such_warning_of_what_slipway_deployed() {
    ServiceArn staging = stack.have("web", "web", at("web", 1));
    stack.deployed(staging, "web", 2);
    service("web-p", "production", at("web", 9));

    assertThat(promote().warnings()).isEmpty();
  }

  @Test
  void is_rejected_for_what_is_blocked_where_it_runs() {
    ServiceArn staging = service("web-s", "staging", at("web", 1));
    service("web-p", "production", at("web", 9));
    block(staging, 1);

    assertThatThrownBy(() -> promote())
        .isInstanceOf(RejectedRequest.class)
        .hasMessageStartingWith("image 000000000001 of web is blocked in main/web-s since");
  }

  @Test
  void of_what_is_blocked_where_it_is_to_run_must_be_said() {
    service("web-s", "staging", at("web", 1));
    block(service("web-p", "production", at("web", 9)), 1);

    assertThatThrownBy(() -> promote())
        .isInstanceOf(RejectedRequest.class)
        .hasMessageStartingWith("image 000000000001 of web is blocked in main/web-p since");

    PromotionPlan plan = promotion.plan(asked(Optional.empty(), true, false));
    assertThat(plan.promoted()).hasSize(1);
    assertThat(plan.warnings())
        .singleElement()
        .asString()
        .contains("is blocked in main/web-p since");
  }

  /** ECS may record the digest of a platform's manifest: its block concerns the index too. */
  @Test
  void of_an_index_a_block_of_one_of_its_manifests_counts() {
    service("web-s", "staging", at("web", 1));
    ServiceArn production = service("web-p", "production", at("web", 9));
    stack.ecr.put(
        "web",
        "staging",
        new Candidate.Image(
            digest(1), "application/vnd.oci.image.index.v1+json", Set.of(), Set.of(digest(5))));
    block(production, 5);

    assertThatThrownBy(() -> promote())
        .isInstanceOf(RejectedRequest.class)
        .hasMessageStartingWith("image 000000000005 of web is blocked in main/web-p since");
    assertThat(put).isEmpty();
  }

  private void block(ServiceArn service, int number) {
    stack.write(
        service,
        record ->
            record.block(
                List.of(
                    new Block(
                        digest(number),
                        "web",
                        stack.now(),
                        Block.SLIPWAY,
                        Optional.empty(),
                        "bad"))));
  }

  @Test
  void says_what_was_promoted_before_ecr_rejected() {
    service("web-s", "staging", at("api", 1), at("immutable", 2));
    service("web-p", "production", at("api", 9), at("immutable", 9));

    assertThatThrownBy(() -> promote())
        .hasMessage(
            "000000000002 cannot get tag production in immutable: the tag is immutable; already"
                + " promoted were images of api");
  }

  @Test
  void has_nothing_to_do_between_environments_of_the_same_tag() {
    assertThatThrownBy(() ->
            promotion.plan(new PromotionRequest("staging", "twin", Optional.empty(), false, false)))
        .hasMessage("staging and twin both follow tag staging: there is nothing to promote");
  }

  @Nested
  class Of_an_older_image {
    private ServiceArn staging;

    /** Staging has had 1 before Slipway came, then 2 and 3, and goes back to the one before. */
    @BeforeEach
    void staging() {
      staging = stack.have("web-s", "web", at("web", 1));
      stack.ecs.pass(Duration.ofHours(1));
      stack.deployed(staging, "web", 2);
      stack.ecs.pass(Duration.ofHours(1));
      stack.deployed(staging, "web", 3);
    }

    private void goBack() {
      stack.rollBack("web-s", Optional.empty());
      stack.work();
      stack.complete(staging);
    }

    @Test
    void is_rejected_with_the_times_and_the_command() {
      service("web-p", "production", at("web", 3));
      service("api-p", "production", at("web", 3));
      service("old-p", "production", at("web", 1));
      goBack();

      assertThatThrownBy(() -> promote())
          .isInstanceOf(RejectedRequest.class)
          .hasMessageMatching(
              "web 000000000002 is older than 000000000003, which main/web-p, main/api-p run:"
                  + " staging had it first at [^ ]*Z, and the other at [^ ]*Z\\. To promote it"
                  + " anyway: `slipway promote staging production --even-if-older`");
      assertThat(put).isEmpty();
    }

    @Test
    void is_promoted_where_that_is_said_and_stays_a_warning() {
      service("web-p", "production", at("web", 3));
      goBack();

      PromotionPlan plan = promotion.plan(asked(Optional.of("web"), false, true));

      assertThat(plan.promoted())
          .extracting(PromotionPlan.Promoted::digest)
          .containsExactly(digest(2));
      assertThat(plan.warnings())
          .singleElement()
          .asString()
          .startsWith("web 000000000002 is older than 000000000003, which main/web-p runs: ");
    }

    @Test
    void that_is_blocked_too_says_both() {
      block(service("web-p", "production", at("web", 3)), 2);
      goBack();

      assertThatThrownBy(() -> promote("web"))
          .hasMessageStartingWith("image 000000000002 of web is blocked in main/web-p since ")
          .hasMessageContaining("; web 000000000002 is older than 000000000003, which ")
          .hasMessageEndingWith(
              " To promote it anyway: `slipway promote staging production --repository web"
                  + " --even-if-blocked --even-if-older`; it stays blocked there until `slipway"
                  + " deploy SERVICE --unblock`");
    }

    /** It ran before the record began; a rollback to it is its first deployment there. */
    @Test
    void is_older_also_where_the_record_does_not_see_it_coming() {
      service("web-p", "production", at("web", 2));
      stack.rollBack("web-s", Optional.of("web-s:1"));
      stack.work();
      stack.complete(staging);

      assertThatThrownBy(() -> promote())
          .hasMessageStartingWith(
              "web 000000000001 is older than 000000000002, which main/web-p runs: staging had");
      assertThat(stack.ecr.calls(FakeImageRegistry.Operation.PUSHED_AT)).isZero();
    }

    @Test
    void is_known_by_when_it_was_pushed_where_the_first_environment_never_had_the_other() {
      stack.ecr.push("web", "hotfix", digest(8));
      service("web-p", "production", at("web", 8));

      assertThatThrownBy(() -> promote())
          .hasMessageMatching(
              "web 000000000003 is older than 000000000008, which main/web-p runs: it was pushed at"
                  + " [^ ]*Z, and the other at [^ ]*Z\\. .*");
    }

    @Test
    void is_not_what_was_pushed_later() {
      stack.ecr.push("web", "hotfix", digest(8));
      service("web-p", "production", at("web", 8));
      stack.deployed(staging, "web", 4);

      assertThat(promote().warnings()).isEmpty();
      assertThat(put).containsExactly("web:production@000000000004");
    }

    @Test
    void is_nothing_that_anybody_knows_where_the_other_is_gone() {
      service("web-p", "production", at("web", 6));

      assertThat(promote().warnings())
          .containsExactly(
              "whether web 000000000003 is older than 000000000006, which main/web-p runs, nobody"
                  + " knows: Amazon ECR does not have both");
    }

    @Test
    void is_compared_with_the_tag_where_no_service_follows() {
      stack.ecr.push("web", "production", digest(3));
      goBack();

      assertThatThrownBy(() -> promote("web"))
          .hasMessageStartingWith(
              "web 000000000002 is older than 000000000003, which the tag points at now: ");
    }

    /** The image waits there at a gate, or is blocked: what runs is what counts. */
    @Test
    void is_not_what_is_newer_than_what_runs_whatever_the_tag_points_at() {
      stack.ecr.push("web", "production", digest(3));
      service("web-p", "production", at("web", 1));
      goBack();

      promote();

      assertThat(put).containsExactly("web:production@000000000002");
    }

    @Test
    void is_nothing_to_refuse_where_it_has_the_tag_already() {
      stack.ecr.push("web", "production", digest(2));
      service("web-p", "production", at("web", 3));
      goBack();

      assertThat(promote().promoted()).isEmpty();
    }
  }

  @Test
  void of_many_services_says_what_the_first_would_do_and_names_all() {
    service("web-s", "staging", at("web", 1));
    for (int i = 0; i < Promotion.MAX_FOLLOWERS + 3; i++) {
      service("web-p" + i, "production", at("web", 9));
    }

    assertThat(plan().followers())
        .hasSize(Promotion.MAX_FOLLOWERS + 3)
        .allSatisfy(follower ->
            assertThat(follower.repositories())
                .containsExactly(FakeImageRegistry.repository("web")));
    assertThat(followers()).hasSize(Promotion.MAX_FOLLOWERS);
  }

  @Test
  void to_what_selects_by_itself_is_rejected_with_what_to_do() {
    Stack other =
        new Stack(
            RepositoryPattern.ALL,
            environment("staging", "staging"),
            new Environment(
                "production",
                new FromPolicy("staging", Duration.ofHours(2)),
                JsonNodeFactory.instance.objectNode(),
                Set.of(),
                Environment.Drift.HOLD,
                List.of()));

    assertThatThrownBy(() ->
            new Promotion(other.directory, other.ecs, other.evaluator, other.ecr, other.records)
                .plan(asked(Optional.empty(), false, false)))
        .hasMessage(
            "production selects its images by policy from staging after 2h: only an environment"
                + " that follows one tag can be promoted to. To deploy an image there anyway:"
                + " `slipway deploy SERVICE --digest DIGEST`");
  }
}
