package dev.slipway.operate;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.operate.Stack.image;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.decide.Decision;
import dev.slipway.decide.Environment;
import dev.slipway.decide.Environments;
import dev.slipway.deploy.FakeChangeCalendars;
import dev.slipway.deploy.FakeEcs;
import dev.slipway.ecs.PassableRoles;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.ImageChange;
import dev.slipway.image.ImageTag;
import dev.slipway.image.LimitedPolicy;
import dev.slipway.image.NewestPolicy;
import dev.slipway.image.RepositoryPattern;
import dev.slipway.image.TagPolicy;
import dev.slipway.image.WildcardPattern;
import dev.slipway.record.Block;
import dev.slipway.record.Pause;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What it would mean that a service follows an environment, or none any more. */
class FollowTest {
  private Stack stack =
      new Stack(
          RepositoryPattern.ALL,
          Environments.following("staging"),
          new Environment(
              "production",
              new TagPolicy(new ImageTag("production")),
              JsonNodeFactory.instance.objectNode(),
              Set.of("website", "shop"),
              Environment.Drift.HOLD,
              List.of()));

  private Follow follow() {
    return new Follow(
        stack.environments,
        stack.followed,
        stack.ecs,
        stack.ecs,
        stack.ecr,
        new FakeChangeCalendars(),
        stack.records);
  }

  private FollowPlan plan(String service, String environment) {
    return follow()
        .plan(
            ServiceSelector.parse(service),
            environment,
            new PassableRoles(new WildcardPattern("arn:aws:iam::123456789012:role/ecs*")),
            stack.now());
  }

  /** A service in the cluster main that has no tag, and as much else as the consumer says. */
  private ServiceArn haveUntagged(
      String name, Consumer<ObjectNode> but, String... containersAndImages) {
    return stack.ecs.have(
        "main",
        name,
        "",
        stack.ecs.have(name, containersAndImages),
        document -> {
          document.putArray("tags");
          but.accept(document);
        });
  }

  private ServiceArn haveWeb() {
    return haveUntagged("web", _ -> {}, "app", image("web", 1));
  }

  private static void tag(ObjectNode document, String key, String value) {
    document.withArray("tags").addObject().put("key", key).put("value", value);
  }

  @Nested
  class Of_a_service_that_follows_nothing {
    @Test
    void says_which_containers_are_outside_the_environments_repositories() {
      stack =
          new Stack(
              RepositoryPattern.ALL,
              new Environment(
                  "staging",
                  new LimitedPolicy(
                      new TagPolicy(new ImageTag("staging")),
                      List.of(new RepositoryPattern("jobs"))),
                  JsonNodeFactory.instance.objectNode(),
                  Set.of(),
                  Environment.Drift.HOLD,
                  List.of()));
      haveUntagged("web", _ -> {}, "app", image("web", 1), "jobs", image("jobs", 1));

      FollowPlan plan = plan("web", "staging");

      assertThat(plan.containers())
          .extracting(FollowPlan.Container::name, c -> c.notFollowed().orElse(""))
          .containsExactly(
              tuple("app", "outside what environment staging follows (tag staging in jobs)"),
              tuple("jobs", ""));
      assertThat(plan.pushes()).extracting(FollowPlan.Push::image).hasSize(1);
    }

    @Test
    void deploys_at_once_what_the_tag_points_at() {
      haveWeb();
      stack.ecr.push("web", "staging", digest(2));

      FollowPlan plan = plan("web", "staging");

      assertThat(plan.already()).isFalse();
      assertThat(plan.explanation().decision().environmentName()).contains("staging");
      assertThat(plan.explanation().deployment().orElseThrow().changes())
          .extracting(ImageChange::to)
          .hasToString("[" + image("web", 2) + "]");
      assertThat(plan.service().environment()).as("nothing is tagged").isEmpty();
    }

    @Test
    void decides_what_a_deployment_decides_once_it_is_tagged() {
      ServiceArn web = haveWeb();
      stack.ecr.push("web", "staging", digest(2));
      Decision planned = plan("web", "staging").explanation().decision();

      stack
          .ecs
          .document(web)
          .withArray("tags")
          .addObject()
          .put("key", "slipway:environment")
          .put("value", "staging");
      stack.check(web);

      assertThat(stack.ecs.images(web)).containsExactly(image("web", 2));
      assertThat(stack.deployments(web).getFirst().reason()).isEqualTo(planned.reason());
    }

    @Test
    void deploys_nothing_where_no_image_has_the_tag_yet() {
      haveWeb();

      FollowPlan plan = plan("web", "staging");

      assertThat(plan.explanation().deployment()).isEmpty();
      assertThat(plan.pushes())
          .containsExactly(
              new FollowPlan.Push(
                  FakeEcs.ACCOUNT + ".dkr.ecr." + FakeEcs.REGION + ".amazonaws.com/web",
                  Optional.of(new ImageTag("staging"))));
    }

    @Test
    void deploys_nothing_that_it_runs_already() {
      haveWeb();
      stack.ecr.push("web", "staging", digest(1));

      assertThat(plan("web", "staging").explanation().decision())
          .isInstanceOf(Decision.Current.class);
    }

    @Test
    void is_held_by_what_the_record_kept_from_before() {
      ServiceArn web = stack.have("web", "app", image("web", 1));
      stack.write(
          web, r -> r.withPause(Optional.of(new Pause("ann", stack.now(), Optional.empty()))));
      stack.ecs.document(web).putArray("tags");
      stack.check(web);
      stack.ecr.push("web", "staging", digest(2));

      FollowPlan plan = plan("web", "staging");

      assertThat(plan.explanation().decision()).isInstanceOf(Decision.Held.class);
      assertThat(plan.explanation().decision().reason()).contains("paused by ann");
    }

    /** Nothing is held yet, but the next push will be. */
    @Test
    void says_what_the_record_kept_also_if_it_is_up_to_date() {
      ServiceArn web = stack.have("web", "app", image("web", 1));
      stack.write(
          web, r -> r.withPause(Optional.of(new Pause("ann", stack.now(), Optional.empty()))));
      stack.ecs.document(web).putArray("tags");
      stack.check(web);
      stack.ecr.push("web", "staging", digest(1));

      FollowPlan plan = plan("web", "staging");

      assertThat(plan.explanation().decision()).isInstanceOf(Decision.Current.class);
      assertThat(plan.keeps()).containsExactly("paused by ann at " + stack.now());
    }

    @Test
    void may_be_found_by_its_cluster_or_its_arn_too() {
      ServiceArn web = haveWeb();

      assertThat(plan("main/web", "staging").service().arn()).isEqualTo(web);
      assertThat(plan(web.value(), "staging").service().arn()).isEqualTo(web);
    }

    @Test
    void says_which_containers_no_push_concerns_and_why() {
      haveUntagged(
          "web",
          _ -> {},
          "app",
          image("web", 1),
          "worker",
          image("web", 1),
          "proxy",
          "public.ecr.aws/nginx/nginx:1.27",
          "agent",
          "999999999999.dkr.ecr.eu-central-1.amazonaws.com/agent:1");

      FollowPlan plan = plan("web", "staging");

      assertThat(plan.containers())
          .extracting(FollowPlan.Container::name, c -> c.notFollowed().orElse(""))
          .containsExactly(
              tuple("app", ""),
              tuple("worker", ""),
              tuple("proxy", "not in a private registry of Amazon ECR"),
              tuple(
                  "agent",
                  "of account 999999999999 in eu-central-1: only pushes to 123456789012 in"
                      + " eu-central-1 reach Slipway"));
      assertThat(plan.pushes()).as("each repository once").hasSize(1);
    }

    @Test
    void names_no_tag_to_push_where_the_environment_selects_among_many() {
      stack =
          new Stack(
              RepositoryPattern.ALL,
              Environments.following("staging")
                  .selecting(new NewestPolicy(new WildcardPattern("main-*"))));
      haveWeb();

      assertThat(plan("web", "staging").pushes())
          .extracting(FollowPlan.Push::tag)
          .containsExactly(Optional.empty());
    }

    @Test
    void tells_the_cloudformation_stack_that_manages_it() {
      haveUntagged(
          "web",
          document -> tag(document, "aws:cloudformation:stack-name", "website"),
          "app",
          image("web", 1));

      assertThat(plan("web", "staging").stack()).contains("website");
    }
  }

  @ParameterizedTest
  @CsvSource({"staging, true", "qa, false", "Staging, false"})
  void of_a_tagged_service_is_nothing_new_if_it_follows_just_that(String tag, boolean already) {
    stack.ecs.have("main", "web", tag, stack.ecs.have("web", "app", image("web", 1)));

    assertThat(plan("web", "staging").already()).isEqualTo(already);
    assertThat(plan("web", "staging").service().environment()).contains(tag);
  }

  @Nested
  class Refuses {
    private void refuses(String service, String environment, String... says) {
      assertThatThrownBy(() -> plan(service, environment))
          .isInstanceOf(RejectedRequest.class)
          .hasMessageContainingAll(says);
    }

    @Test
    void an_environment_that_there_is_not() {
      haveWeb();

      refuses("web", "stagin", "no environment \"stagin\"", "staging, production", "staging?");
    }

    @Test
    void a_service_that_there_is_not() {
      haveWeb();

      refuses("webb", "staging", "there is no service webb. Did you mean main/web?");
    }

    @Test
    void a_name_that_several_services_have() {
      haveWeb();
      stack.ecs.have("shop", "web", "", stack.ecs.have("web", "app", image("web", 1)));

      refuses("web", "staging", "several services are named web: say which of main/web, shop/web");
    }

    @Test
    void a_cluster_that_the_environment_does_not_have() {
      haveWeb();

      refuses(
          "web",
          "production",
          "environment production has services of clusters shop, website only, as slipway.yaml"
              + " says, and main/web is in cluster main");
    }

    /** What nothing can be deployed to, whatever is pushed. */
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '"',
        textBlock =
            """
            status | DRAINING | nothing could be deployed to main/web: the service is DRAINING
            deploymentController | CODE_DEPLOY | only AWS CodeDeploy can deploy to it
            deploymentController | EXTERNAL | only its task sets
            serviceArn | arn:aws:ecs:eu-central-1:123456789012:service/web | its ARN is of the old form
            """)
    void a_service_that_cannot_be_deployed_to(String member, String value, String says) {
      haveUntagged(
          "web",
          document -> {
            if (member.equals("deploymentController")) {
              document.putObject(member).put("type", value);
            } else {
              document.put(member, value).put("clusterArn", "cluster/main");
            }
          },
          "app",
          image("web", 1));

      refuses("web", "staging", says);
    }

    @Test
    void a_service_whose_revision_ecs_does_not_give() {
      ServiceArn web = haveWeb();
      stack.ecs.delete(stack.revision(web));

      refuses("web", "staging", "nothing could be deployed to main/web: ECS refuses: ");
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        textBlock =
            """
            nginx:1.27                                              | container app has nginx:1.27, which is not in a private registry of Amazon ECR
            123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1      | of account 123456789012 in us-east-1: only pushes to 123456789012 in eu-central-1 reach
            123456789012.dkr.ecr.eu-central-1.amazonaws.com/other:1 | not covered by the stack's RepositoryNames web*
            """)
    void a_service_that_no_push_would_concern(String image, String says) {
      stack = new Stack(new RepositoryPattern("web*"), Environments.following("staging"));
      haveUntagged("web", _ -> {}, "app", image);

      refuses(
          "web", "staging", "no push would concern main/web: ", says, "Have its task definition");
    }

    @ParameterizedTest
    @CsvSource({
      "taskRoleArn, arn:aws:iam::123456789012:role/team/web, role/team/web",
      "executionRoleArn, web, role/web"
    })
    void a_service_with_a_role_that_may_not_be_passed(
        String member, String role, String parameter) {
      ObjectNode definition =
          JsonNodeFactory.instance
              .objectNode()
              .put("family", "web")
              .put("taskRoleArn", "ecsTaskRole")
              .put("executionRoleArn", "arn:aws:iam::123456789012:role/ecsTaskExecutionRole")
              .put(member, role);
      definition
          .putArray("containerDefinitions")
          .addObject()
          .put("name", "app")
          .put("image", image("web", 1));
      stack.ecs.have(
          "main", "web", "", stack.ecs.have(definition), service -> service.putArray("tags"));

      refuses(
          "web",
          "staging",
          "DeployFunction may not pass role " + role + " to its tasks, since the stack allows",
          "`sam deploy --parameter-overrides PassableRoles=" + parameter + "`");
    }

    @Test
    void and_shows_what_others_named_without_what_a_terminal_obeys() {
      haveUntagged("web", _ -> {}, "app", "evil\u001b[2J\u202e:1");

      assertThatThrownBy(() -> plan("web", "staging"))
          .hasMessageContaining("evil")
          .message()
          .doesNotContain("\u001b", "\u202e");
    }
  }

  /** By the table of docs/infrastructure-as-code.md. */
  @ParameterizedTest
  @CsvSource({
    "minimumHealthyPercent, deployment_minimum_healthy_percent",
    "maximumPercent, deployment_maximum_percent",
    "deploymentCircuitBreaker, deployment_circuit_breaker",
    "alarms, alarms",
    "strategy, deployment_configuration",
    "bakeTimeInMinutes, deployment_configuration"
  })
  void names_what_terraform_has_to_ignore(String field, String attribute) {
    Environment environment =
        new Environment(
            "staging",
            new TagPolicy(new ImageTag("staging")),
            JsonNodeFactory.instance.objectNode().put(field, 1),
            Set.of(),
            Environment.Drift.HOLD,
            List.of());

    assertThat(FollowRules.terraformIgnores(environment))
        .containsExactly("task_definition", attribute);
    assertThat(FollowRules.terraformIgnores(Environments.following("staging")))
        .containsExactly("task_definition");
  }

  @Nested
  class Without_its_tag {
    private UnfollowPlan plan(String service) {
      return follow().withoutTag(ServiceSelector.parse(service));
    }

    @Test
    void keeps_what_was_decided_about_it() {
      ServiceArn web = stack.have("web", "app", image("web", 1));
      List<Block> blocks = new ArrayList<>();
      for (int i = 1; i <= 7; i++) {
        blocks.add(new Block(digest(i), "web", stack.now(), "ann", Optional.empty(), "broken"));
      }
      stack.write(
          web,
          r ->
              r.block(blocks)
                  .withPause(Optional.of(new Pause("ann", stack.now(), Optional.of("sale")))));

      UnfollowPlan plan = plan("web");

      assertThat(plan.environment().map(Environment::name)).contains("staging");
      assertThat(plan.keeps())
          .containsExactly(
              "paused by ann at " + stack.now() + ": sale",
              "blocked: %s, %s, %s, %s, %s and 2 more"
                  .formatted(digest(7), digest(6), digest(5), digest(4), digest(3)));
      assertThat(plan.goesOn()).isEmpty();
    }

    @Test
    void is_still_pinned() {
      ServiceArn web = stack.have("web", "app", image("web", 1));
      stack.deployed(web, "web", 2);
      stack.deployed(web, "web", 3);
      stack.rollBack("web", Optional.empty());

      assertThat(plan("web").keeps()).anyMatch(kept -> kept.startsWith("pinned to web:2 by ann"));
    }

    @Test
    void goes_on_with_what_slipway_rolls_out() {
      stack.have("web", "app", image("web", 1));
      stack.push("web", 2);

      assertThat(plan("web").goesOn())
          .contains(
              "web:2 is being rolled out: ECS goes on with it, and Slipway still tells how it"
                  + " ends");
    }

    @Test
    void goes_on_with_what_another_client_rolls_out() {
      ServiceArn web = stack.have("web", "app", image("web", 1));
      stack.ecs.deploy(web, stack.ecs.have("web", "app", image("web", 2)));

      assertThat(plan("web").goesOn()).contains("web:2 is being rolled out: ECS goes on with it");
    }

    @Test
    void had_none_to_lose() {
      haveWeb();

      UnfollowPlan plan = plan("web");

      assertThat(plan.service().environment()).isEmpty();
      assertThat(plan.environment()).isEmpty();
      assertThat(plan.keeps()).isEmpty();
    }

    @Test
    void had_one_that_names_no_environment() {
      stack.ecs.have("main", "web", "qa", stack.ecs.have("web", "app", image("web", 1)));

      assertThat(plan("web").service().environment()).contains("qa");
      assertThat(plan("web").environment()).isEmpty();
    }
  }
}
