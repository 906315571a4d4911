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
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.image.Candidate;
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

  private PromotionPlan promote(String... repository) {
    PromotionPlan plan =
        promotion.plan("staging", "production", List.of(repository).stream().findFirst(), false);
    new Promotion.Executor(images).apply(plan);
    return plan;
  }

  @Test
  void an_error_in_the_middle_says_which_images_have_the_tag_already() {
    service("web-s", "staging", at("proxy", 2), at("web", 1));
    service("web-p", "production", at("proxy", 9), at("web", 9));
    PromotionPlan plan = promotion.plan("staging", "production", Optional.empty(), false);
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
    assertThat(plan.services()).extracting(Service::arn).containsExactly(production);
  }

  @Test
  void a_plan_changes_nothing() {
    service("web-s", "staging", at("web", 1));
    service("web-p", "production", at("web", 9));

    assertThat(promotion.plan("staging", "production", Optional.empty(), false).promoted())
        .hasSize(1);
    assertThat(put).isEmpty();
  }

  @Test
  void promotes_a_repository_that_nothing_follows_yet_if_it_is_named() {
    service("web-s", "staging", at("web", 1));
    assertThatThrownBy(() -> promote())
        .isInstanceOf(RejectedRequest.class)
        .hasMessageStartingWith("no repository has containers in services of both staging and");

    assertThat(promote("web").services()).isEmpty();
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
        .hasMessageEndingWith("main/web-s: " + why);
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
        .hasMessageEndingWith("main/web-s: tasks of 2 deployments are running");
  }

  @Test
  void is_rejected_where_services_do_not_agree() {
    service("web-s", "staging", at("web", 1));
    service("more-s", "staging", at("web", 2));
    service("web-p", "production", at("web", 9));

    assertThatThrownBy(() -> promote())
        .hasMessage(
            "the services of staging run different images of web: %s in main/web-s; %s in"
                + " main/more-s",
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
                + " good");
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

  private List<PromotionFollower> followers() {
    return promotion.followers(
        promotion.plan("staging", "production", Optional.empty(), false), stack.now());
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
          assertThat(follower.repositories()).containsExactly(FakeImageRegistry.repository("web"));
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
        .extracting(PromotionFollower::decision)
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

    PromotionPlan plan = promotion.plan("staging", "production", Optional.empty(), true);
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
    assertThatThrownBy(() -> promotion.plan("staging", "twin", Optional.empty(), false))
        .hasMessage("staging and twin both follow tag staging: there is nothing to promote");
  }
}
