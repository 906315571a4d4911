package dev.slipway.deploy;

import dev.slipway.decide.Decision;
import dev.slipway.decide.Environment;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.Tags;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.Candidate;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Platform;
import dev.slipway.image.Repository;
import dev.slipway.image.TagPolicy;
import dev.slipway.record.Trigger;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.deploy.FakeImageRegistry.repository;
import static dev.slipway.deploy.FakeImageRegistry.uri;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeployerTest {
  private final FakeEcs ecs = new FakeEcs();
  private final FakeImageRegistry ecr = new FakeImageRegistry();
  private final FakeHintQueue queue = new FakeHintQueue();
  private final FakeAnnouncer announcer = new FakeAnnouncer();
  private final Deployer deployer =
      deployer(environment("staging", "staging"), environment("production", "production"));

  private Deployer deployer(Environment... environments) {
    return new Deployer(List.of(environments), ecs, ecr, Optional.of(queue), announcer);
  }

  private static Environment environment(String name, String tag, String... clusters) {
    return new Environment(
        name,
        new TagPolicy.Exact(new ImageTag(tag)),
        JsonNodeFactory.instance.objectNode(),
        Set.of(clusters));
  }

  private static Hint pushed(String repository, String tag) {
    return new Hint.ImagePushed(cause(repository(repository), tag));
  }

  private static Trigger.Push cause(Repository repository, String tag) {
    return new Trigger.Push("event-1", repository, new ImageTag(tag), Optional.empty());
  }

  /** A process that ends between two calls. */
  private static final class Crash extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static final class Throttled extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Throttled() {
      super("ThrottlingException: Rate exceeded");
    }
  }

  private static void crash() {
    throw new Crash();
  }

  private static void throttle() {
    throw new Throttled();
  }

  private static void refuse() {
    throw new EcsClientError("InvalidParameterException: no.", new IllegalStateException());
  }

  private static String at(String repository, int number) {
    return uri(repository) + "@" + digest(number);
  }

  @Nested
  class A_push {
    @Test
    void rolls_the_services_that_follow_it_by_digest() {
      ServiceArn web =
          ecs.have("main", "web", "staging", ecs.have("web", "web", uri("web") + ":staging"));
      ecr.push("web", "staging", digest(1));

      Outcome outcome = deployer.handle(pushed("web", "staging"));

      assertThat(ecs.images(web)).containsExactly(at("web", 1));
      assertThat(outcome)
          .isInstanceOfSatisfying(
              Outcome.Decided.class,
              decided -> {
                assertThat(decided.started()).isEqualTo(announcer.started()).hasSize(1);
                assertThat(decided.decisions()).isEmpty();
                assertThat(decided.reason()).isEqualTo("1 deployment started");
              });
      StartedDeployment started = announcer.started().getFirst();
      assertThat(started.revision().shortName()).isEqualTo("web:2");
      assertThat(started.id()).contains("ecs-svc/1");
      assertThat(started.decision().environment()).isEqualTo("staging");
      assertThat(started.decision().from().shortName()).isEqualTo("web:1");
      assertThat(announcer.decided()).isEmpty();
    }

    @Test
    void leaves_other_environments_repositories_and_clusters_alone() {
      TaskDefinitionArn definition = ecs.have("web", "web", uri("web") + ":1");
      ecs.have("main", "production-web", "production", definition);
      ecs.have("main", "untagged", "staging", definition, d -> d.remove("tags"));
      ecs.have("main", "admin", "staging", ecs.have("admin", "web", uri("web-admin") + ":1"));
      ecs.have("main", "team", "staging", ecs.have("team", "web", uri("team/web") + ":1"));
      ecs.have("main", "suffix", "staging", ecs.have("suffix", "web", uri("we") + ":1"));
      for (String name : List.of("web", "web-admin", "team/web", "we")) {
        ecr.push(name, "staging", digest(1));
        ecr.push(name, "production", digest(2));
      }

      Outcome outcome = deployer.handle(pushed("web", "staging"));

      assertThat(outcome).isInstanceOf(Outcome.Ignored.class);
      assertThat(outcome.reason())
          .isEqualTo(
              "no service of staging has a container from repository"
                  + " 123456789012/eu-central-1/web");
      assertThat(ecs.updates()).isEmpty();
      assertThat(announcer.decided()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "999999999999.dkr.ecr.eu-central-1.amazonaws.com/web:staging",
          "123456789012.dkr.ecr.us-east-1.amazonaws.com/web:staging",
          "docker.io/library/web:staging",
          "web:staging",
          "public.ecr.aws/123456789012/web:staging"
        })
    void of_the_same_name_in_another_registry_means_nothing(String image) {
      ecs.have("main", "web", "staging", ecs.have("web", "web", image));
      ecr.push("web", "staging", digest(1));

      assertThat(deployer.handle(pushed("web", "staging"))).isInstanceOf(Outcome.Ignored.class);
      assertThat(ecs.updates()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"999999999999,eu-central-1", "123456789012,us-east-1"})
    void to_a_foreign_registry_rolls_nothing(String account, String region) {
      ecs.have(
          "main",
          "web",
          "staging",
          ecs.have("web", "web", account + ".dkr.ecr." + region + ".amazonaws.com/web:staging"));

      Outcome outcome =
          deployer.handle(
              new Hint.ImagePushed(cause(new Repository(account, region, "web"), "staging")));

      assertThat(outcome).isInstanceOf(Outcome.Ignored.class);
      assertThat(ecs.updates()).isEmpty();
    }

    @Test
    void of_a_tag_that_nothing_follows_asks_ecs_nothing() {
      ecs.interruptions().before(FakeEcs.Operation.SERVICES, "", DeployerTest::crash);

      assertThat(deployer.handle(pushed("web", "latest")).reason())
          .isEqualTo(
              "no environment follows tag latest: slipway.yaml has staging (tag staging),"
                  + " production (tag production)");
    }

    @Test
    void names_services_whose_environment_is_misspelled() {
      ecs.have("main", "api", "stagin", ecs.have("api", "web", uri("web") + ":1"));

      assertThat(deployer.handle(pushed("web", "staging")).reason())
          .endsWith("; slipway.yaml does not have the environments of main/api (stagin)");
    }

    @Test
    void rolls_every_environment_that_follows_its_tag() {
      Deployer two =
          deployer(environment("blue", "release", "north"), environment("green", "release"));
      TaskDefinitionArn definition = ecs.have("web", "web", uri("web") + ":1");
      ServiceArn north = ecs.have("north", "web", "blue", definition);
      ServiceArn south = ecs.have("south", "web", "blue", definition);
      ServiceArn green = ecs.have("south", "green", "green", definition);
      ecr.push("web", "release", digest(1));

      two.handle(pushed("web", "release"));

      assertThat(ecs.images(north)).containsExactly(at("web", 1));
      assertThat(ecs.images(green)).containsExactly(at("web", 1));
      assertThat(ecs.images(south))
          .as("its cluster is not blue's")
          .containsExactly(uri("web") + ":1");
    }

    @Test
    void passes_the_environments_deployment_configuration_over_the_services_own() {
      ObjectNode wanted = JsonNodeFactory.instance.objectNode().put("maximumPercent", 150);
      wanted.putObject("deploymentCircuitBreaker").put("enable", true);
      Environment staging =
          new Environment(
              "staging", new TagPolicy.Exact(new ImageTag("staging")), wanted, Set.of());
      ServiceArn web =
          ecs.have(
              "main",
              "web",
              "staging",
              ecs.have("web", "web", uri("web") + ":1"),
              document -> {
                ObjectNode own = document.putObject("deploymentConfiguration");
                own.put("minimumHealthyPercent", 50).put("maximumPercent", 200).put("newer", 7);
                own.putObject("deploymentCircuitBreaker")
                    .put("enable", false)
                    .put("rollback", true)
                    .putObject("thresholdConfiguration")
                    .put("type", "COUNT");
              });
      ecr.push("web", "staging", digest(1));

      deployer(staging).handle(pushed("web", "staging"));

      assertThat(ecs.document(web).path("deploymentConfiguration"))
          .hasToString(
              """
              {"minimumHealthyPercent":50,"maximumPercent":150,"newer":7,\
              "deploymentCircuitBreaker":{"enable":true,"rollback":true,\
              "thresholdConfiguration":{"type":"COUNT"}}}\
              """);
    }

    @Test
    void leaves_the_deployment_configuration_out_where_the_environment_says_nothing() {
      ecs.have("main", "web", "staging", ecs.have("web", "web", uri("web") + ":1"));
      ecr.push("web", "staging", digest(1));

      deployer.handle(pushed("web", "staging"));

      assertThat(ecs.updates().getFirst().fieldNames())
          .toIterable()
          .containsExactly("cluster", "service", "taskDefinition");
    }

    @Test
    void that_is_delivered_twice_deploys_once_and_says_so() {
      ecs.have("main", "web", "staging", ecs.have("web", "web", uri("web") + ":1"));
      ecr.push("web", "staging", digest(1));
      deployer.handle(pushed("web", "staging"));

      Outcome second = deployer.handle(pushed("web", "staging"));

      assertThat(ecs.updates()).hasSize(1);
      assertThat(second.reason()).isEqualTo("1 current");
      assertThat(announcer.decided())
          .singleElement()
          .isInstanceOf(Decision.Current.class)
          .extracting(Decision::reason)
          .asString()
          .isEqualTo(
              "web:2 has what tag staging selects: web has 000000000001;"
                  + " this event brought it there before");
    }

    @Test
    void of_an_older_event_never_brings_back_an_older_image() {
      ServiceArn web =
          ecs.have("main", "web", "staging", ecs.have("web", "web", uri("web") + ":1"));
      ecr.push("web", "staging", digest(2));
      deployer.handle(pushed("web", "staging"));

      deployer.handle(
          new Hint.ImagePushed(
              new Trigger.Push(
                  "older-event", repository("web"), new ImageTag("staging"), Optional.empty())));

      assertThat(ecs.images(web)).containsExactly(at("web", 2));
      assertThat(ecs.updates()).hasSize(1);
    }
  }

  @Nested
  class A_task_definition {
    @Test
    void with_two_containers_of_one_repository_gets_both_changed() {
      ServiceArn web =
          ecs.have(
              "main",
              "web",
              "staging",
              ecs.have("web", "web", uri("web") + ":1", "worker", uri("web") + "@" + digest(9)));
      ecr.push("web", "staging", digest(1));

      deployer.handle(pushed("web", "staging"));

      assertThat(ecs.images(web)).containsExactly(at("web", 1), at("web", 1));
      assertThat(announcer.started().getFirst().decision().changes())
          .extracting(Decision.ImageChange::container)
          .containsExactly("web", "worker");
    }

    @Test
    void with_two_followed_repositories_gets_both_candidates_at_once() {
      ServiceArn web =
          ecs.have(
              "main",
              "web",
              "staging",
              ecs.have(
                  "web", "web", uri("web") + ":1", "proxy", uri("proxy") + ":1", "log", "fluentd"));
      ecr.push("web", "staging", digest(1));
      ecr.push("proxy", "staging", digest(2));

      deployer.handle(pushed("web", "staging"));

      assertThat(ecs.images(web)).containsExactly(at("web", 1), at("proxy", 2), "fluentd");
      assertThat(ecs.deployments()).isEqualTo(1);
    }

    @Test
    void keeps_a_container_whose_repository_has_no_such_tag() {
      ServiceArn web =
          ecs.have(
              "main",
              "web",
              "staging",
              ecs.have("web", "web", uri("web") + ":1", "proxy", uri("proxy") + ":stable"));
      ecr.push("web", "staging", digest(1));

      deployer.handle(pushed("web", "staging"));

      assertThat(ecs.images(web)).containsExactly(at("web", 1), uri("proxy") + ":stable");
    }

    @Test
    void shared_by_staging_and_production_services_moves_for_the_one_that_follows_alone() {
      TaskDefinitionArn shared = ecs.have("web", "web", uri("web") + ":1");
      ServiceArn staging = ecs.have("main", "staging-web", "staging", shared);
      ServiceArn production = ecs.have("main", "production-web", "production", shared);
      ecr.push("web", "staging", digest(1));
      deployer.handle(pushed("web", "staging"));
      assertThat(ecs.images(production)).containsExactly(uri("web") + ":1");

      ecr.push("web", "production", digest(1));
      deployer.handle(pushed("web", "production"));

      assertThat(ecs.images(production)).containsExactly(at("web", 1));
      assertThat(ecs.running(production).arn()).isEqualTo(ecs.running(staging).arn());
      assertThat(ecs.registered()).as("the equal revision is used").hasSize(1);
    }

    @Test
    void is_registered_with_its_tags_and_slipways_own() {
      ObjectNode request = JsonNodeFactory.instance.objectNode().put("family", "web");
      request
          .putArray("containerDefinitions")
          .addObject()
          .put("name", "web")
          .put("image", uri("web") + ":1");
      request.set(
          "tags",
          Tags.toJson(
              Map.of("team", "a", "aws:cloudformation:stack-name", "s", "slipway:event", "old")));
      ecs.have("main", "web", "staging", ecs.have(request));
      ecr.push("web", "staging", digest(1));

      deployer.handle(pushed("web", "staging"));

      assertThat(Tags.parse(ecs.registered().getFirst().path("tags")))
          .containsOnly(
              Map.entry("team", "a"),
              Map.entry("slipway:tag", "staging"),
              Map.entry("slipway:digest", digest(1).value()),
              Map.entry("slipway:event", "event-1"),
              Map.entry("slipway:source", "web:1"));
    }

    @Test
    void that_cannot_be_read_is_a_refusal_of_this_service_alone() {
      ServiceArn gone =
          ecs.have(
              "main",
              "gone",
              "staging",
              new TaskDefinitionArn(
                  "arn:aws:ecs:eu-central-1:123456789012:task-definition/gone:1"));
      ServiceArn web =
          ecs.have("main", "web", "staging", ecs.have("web", "web", uri("web") + ":1"));
      ecr.push("web", "staging", digest(1));

      deployer.handle(pushed("web", "staging"));

      assertThat(ecs.images(web)).containsExactly(at("web", 1));
      assertThat(announcer.decided())
          .containsExactly(
              new Decision.Refused(
                  gone,
                  Optional.of("staging"),
                  "ECS refuses: ClientException: Unable to describe task definition."));
    }
  }

  @Nested
  class A_crash {
    @ParameterizedTest
    @EnumSource(FakeEcs.Operation.class)
    void before_or_after_any_call_is_finished_by_redelivery_with_nothing_done_twice(
        FakeEcs.Operation operation) {
      for (boolean before : new boolean[] {true, false}) {
        String family = operation + "-" + before;
        List<ServiceArn> services = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
          services.add(
              ecs.have(
                  "main",
                  family + name,
                  "staging",
                  ecs.have(family + name, "web", uri("web/" + before) + ":1")));
        }
        ecr.push("web/" + before, "staging", digest(1));
        int deployments = ecs.deployments();
        int registered = ecs.registered().size();
        if (before) {
          ecs.interruptions().before(operation, "", DeployerTest::crash);
        } else {
          ecs.interruptions().after(operation, "", DeployerTest::crash);
        }

        try {
          deployer.handle(pushed("web/" + before, "staging"));
        } catch (PartialFailure expected) {
          assertThat(expected).hasCauseInstanceOf(Crash.class);
        }
        deployer.handle(pushed("web/" + before, "staging"));

        assertThat(services)
            .allSatisfy(
                service -> assertThat(ecs.images(service)).containsExactly(at("web/" + before, 1)));
        assertThat(ecs.deployments() - deployments).as("deployments").isEqualTo(3);
        assertThat(ecs.registered().size() - registered).as("revisions").isEqualTo(3);
      }
    }

    @Test
    void between_register_and_update_leaves_a_revision_that_is_used() {
      ServiceArn web =
          ecs.have("main", "web", "staging", ecs.have("web", "web", uri("web") + ":1"));
      ecr.push("web", "staging", digest(1));
      ecs.interruptions().after(FakeEcs.Operation.REGISTER, "web", DeployerTest::crash);

      assertThatThrownBy(() -> deployer.handle(pushed("web", "staging")))
          .isInstanceOf(PartialFailure.class);
      assertThat(announcer.started()).as("not carried out").isEmpty();
      deployer.handle(pushed("web", "staging"));

      assertThat(ecs.running(web).arn().shortName()).isEqualTo("web:2");
      assertThat(ecs.registered()).hasSize(1);
      assertThat(announcer.started()).hasSize(1);
    }

    @Test
    void never_makes_an_older_equal_revision_the_one() {
      TaskDefinitionArn older = ecs.have("web", "web", at("web", 1));
      ServiceArn web = ecs.have("main", "web", "staging", ecs.have("web", "web", at("web", 2)));
      ecr.push("web", "staging", digest(1));

      deployer.handle(pushed("web", "staging"));

      assertThat(ecs.running(web).arn().revision()).isGreaterThan(older.revision() + 1);
    }
  }

  @Nested
  class Meanwhile {
    @Test
    void the_tag_moves_and_the_newest_image_is_deployed_in_the_end() {
      ServiceArn web =
          ecs.have("main", "web", "staging", ecs.have("web", "web", uri("web") + ":1"));
      ecr.push("web", "staging", digest(1));
      ecs.interruptions()
          .before(
              FakeEcs.Operation.UPDATE_SERVICE, "web", () -> ecr.push("web", "staging", digest(2)));

      deployer.handle(pushed("web", "staging"));

      assertThat(ecs.images(web)).containsExactly(at("web", 2));
      assertThat(announcer.started()).as("both were carried out").hasSize(2);
    }

    @Test
    void the_other_repository_of_the_task_definition_is_pushed_and_handled_by_another() {
      ServiceArn web =
          ecs.have(
              "main",
              "web",
              "staging",
              ecs.have("web", "web", uri("web") + ":1", "proxy", uri("proxy") + ":1"));
      ecr.push("web", "staging", digest(1));
      // the other worker begins and ends between this one's decision and its update
      ecs.interruptions()
          .before(
              FakeEcs.Operation.UPDATE_SERVICE,
              "web",
              () -> {
                ecr.push("proxy", "staging", digest(2));
                deployer.handle(pushed("proxy", "staging"));
                assertThat(ecs.images(web)).containsExactly(at("web", 1), at("proxy", 2));
              });

      deployer.handle(pushed("web", "staging"));

      assertThat(ecs.images(web)).containsExactly(at("web", 1), at("proxy", 2));
    }

    @Test
    void a_slower_writer_overwrites_and_is_put_right() {
      TaskDefinitionArn old = ecs.have("web", "web", uri("web") + ":1");
      ServiceArn web = ecs.have("main", "web", "staging", old);
      ecr.push("web", "staging", digest(1));
      ecs.interruptions()
          .after(FakeEcs.Operation.UPDATE_SERVICE, "web", () -> ecs.deploy(web, old));

      deployer.handle(pushed("web", "staging"));

      assertThat(ecs.images(web)).containsExactly(at("web", 1));
      assertThat(ecs.registered()).hasSize(1);
      assertThat(announcer.started()).as("the same deployment is announced once").hasSize(1);
    }

    @Test
    void ecs_does_not_tell_yet_of_what_was_done_and_nothing_is_done_twice() {
      TaskDefinitionArn old = ecs.have("web", "web", uri("web") + ":1");
      ServiceArn web = ecs.have("main", "web", "staging", old);
      ecr.push("web", "staging", digest(1));
      ecs.listLate();
      ecs.interruptions()
          .after(
              FakeEcs.Operation.UPDATE_SERVICE,
              "web",
              () -> {
                TaskDefinitionArn now = ecs.running(web).arn();
                ecs.deploy(web, old);
                ecs.interruptions()
                    .after(FakeEcs.Operation.DESCRIBE, "web", () -> ecs.deploy(web, now));
              });

      deployer.handle(pushed("web", "staging"));

      assertThat(ecs.images(web)).containsExactly(at("web", 1));
      assertThat(ecs.registered()).hasSize(1);
      assertThat(ecs.deployments()).isEqualTo(1);
      assertThat(announcer.started()).hasSize(1);
    }

    @Test
    void somebody_overwrites_every_time_and_the_hint_is_left_for_later() {
      TaskDefinitionArn old = ecs.have("web", "web", uri("web") + ":1");
      ServiceArn web = ecs.have("main", "web", "staging", old);
      ecr.push("web", "staging", digest(1));
      for (int i = 0; i < ServiceDeployer.MOST_ROUNDS; i++) {
        ecs.interruptions()
            .after(FakeEcs.Operation.UPDATE_SERVICE, "web", () -> ecs.deploy(web, old));
      }

      assertThatThrownBy(() -> deployer.handle(pushed("web", "staging")))
          .isInstanceOf(PartialFailure.class)
          .hasMessageContaining("main/web: main/web still runs something else");
    }

    @Test
    void the_tag_is_deleted() {
      ecs.have("main", "web", "staging", ecs.have("web", "web", uri("web") + ":1"));

      deployer.handle(pushed("web", "staging"));

      assertThat(announcer.decided())
          .singleElement()
          .isInstanceOf(Decision.NotFollowing.class)
          .extracting(Decision::reason)
          .isEqualTo("tag staging selects no image in web");
    }

    @Test
    void the_service_is_deleted() {
      ServiceArn web =
          ecs.have("main", "web", "staging", ecs.have("web", "web", uri("web") + ":1"));
      ecs.interruptions().before(FakeEcs.Operation.DESCRIBE, "web", () -> ecs.delete(web));

      deployer.handle(new Hint.ServiceNamed(web, pushed("web", "staging").cause()));

      assertThat(announcer.decided())
          .containsExactly(
              new Decision.NotFollowing(
                  web, Optional.empty(), "there is no such service any more"));
    }

    @Test
    void somebody_rolls_back_and_the_wish_is_honoured() {
      TaskDefinitionArn good = ecs.have("web", "web", at("web", 1));
      ServiceArn web = ecs.have("main", "web", "staging", good);
      ecr.push("web", "staging", digest(1));
      ecr.push("web", "staging", digest(2));
      ecs.interruptions()
          .before(
              FakeEcs.Operation.UPDATE_SERVICE,
              "web",
              () -> rollBack(web, "web:1 instead of 000000000002", digest(2)));

      deployer.handle(pushed("web", "staging"));

      assertThat(ecs.running(web).arn()).isEqualTo(good);
      assertThat(announcer.started())
          .extracting(deployment -> deployment.revision().shortName())
          .containsExactly("web:2", "web:1");
      assertThat(announcer.decided()).as("the look after it says nothing new").isEmpty();

      deployer.handle(pushed("web", "staging"));
      assertThat(ecs.deployments()).isEqualTo(2);
      assertThat(announcer.decided())
          .singleElement()
          .isInstanceOfSatisfying(
              Decision.Held.class, held -> assertThat(held.hold()).isEqualTo(Decision.Hold.CHOSEN));
    }

    @Test
    void somebody_rolls_back_and_a_newer_image_is_pushed() {
      ServiceArn web = ecs.have("main", "web", "staging", ecs.have("web", "web", at("web", 1)));
      ecr.push("web", "staging", digest(1));
      ecr.push("web", "staging", digest(2));
      deployer.handle(pushed("web", "staging"));
      rollBack(web, "web:1 instead of 000000000002", digest(2));
      // pushed while the rollback is carried out
      ecs.interruptions()
          .before(
              FakeEcs.Operation.UPDATE_SERVICE, "web", () -> ecr.push("web", "staging", digest(3)));

      deployer.handle(new Hint.ServiceNamed(web, new Trigger.Request("r-1", "ann")));

      assertThat(ecs.images(web)).containsExactly(at("web", 3));
      assertThat(announcer.started())
          .extracting(deployment -> deployment.revision().shortName())
          .containsExactly("web:2", "web:1", "web:3");
    }

    @Test
    void the_image_that_somebody_rolls_back_to_is_deleted() {
      ServiceArn web = ecs.have("main", "web", "staging", ecs.have("web", "web", at("web", 1)));
      ecr.push("web", "staging", digest(1));
      ecr.push("web", "staging", digest(2));
      deployer.handle(pushed("web", "staging"));
      rollBack(web, "web:1 instead of 000000000002", digest(2));
      ecr.delete("web", digest(1));

      deployer.handle(new Hint.ServiceNamed(web, new Trigger.Request("r-1", "ann")));

      assertThat(ecs.images(web)).containsExactly(at("web", 2));
      assertThat(announcer.decided())
          .singleElement()
          .isInstanceOf(Decision.Refused.class)
          .extracting(Decision::reason)
          .asString()
          .endsWith("is no longer in Amazon ECR");
    }

    @Test
    void the_revision_that_somebody_rolls_back_to_is_deleted() {
      ServiceArn web = ecs.have("main", "web", "staging", ecs.have("web", "web", at("web", 1)));
      ecr.push("web", "staging", digest(2));
      deployer.handle(pushed("web", "staging"));
      rollBack(web, "web:9 instead of 000000000002", digest(2));

      deployer.handle(new Hint.ServiceNamed(web, new Trigger.Request("r-1", "ann")));

      assertThat(announcer.decided())
          .singleElement()
          .isInstanceOf(Decision.Refused.class)
          .extracting(Decision::reason)
          .asString()
          .endsWith("ECS refuses: ClientException: Unable to describe task definition.");
    }

    private void rollBack(ServiceArn service, String wish, ImageDigest blocked) {
      ecs.tag(service, "slipway:chosen", wish);
      ecs.tag(service, "slipway:chosen-by", "ann");
      ecs.tag(service, "slipway:blocked", blocked.value());
    }

    @Test
    void the_service_is_paused_after_its_first_deployment() {
      ServiceArn web =
          ecs.have("main", "web", "staging", ecs.have("web", "web", uri("web") + ":1"));
      ecr.push("web", "staging", digest(1));
      ecs.interruptions()
          .after(
              FakeEcs.Operation.UPDATE_SERVICE,
              "web",
              () -> {
                ecr.push("web", "staging", digest(2));
                ecs.document(web)
                    .withArray("tags")
                    .addObject()
                    .put("key", "slipway:paused")
                    .put("value", "true");
              });

      deployer.handle(pushed("web", "staging"));

      assertThat(ecs.images(web)).containsExactly(at("web", 1));
      assertThat(announcer.started()).hasSize(1);
      assertThat(announcer.decided()).singleElement().isInstanceOf(Decision.Held.class);
    }
  }

  @Nested
  class What_goes_wrong_for_one_service {
    private final List<ServiceArn> three =
        IntStream.rangeClosed(1, 3)
            .mapToObj(i ->
                ecs.have(
                    "main", "web" + i, "staging", ecs.have("web" + i, "web", uri("web") + ":1")))
            .toList();

    What_goes_wrong_for_one_service() {
      ecr.push("web", "staging", digest(1));
    }

    @ParameterizedTest
    @EnumSource(
        value = FakeEcs.Operation.class,
        names = {"NEWEST_REVISIONS", "REGISTER", "UPDATE_SERVICE"})
    void keeps_no_other_from_being_deployed_and_is_tried_again(FakeEcs.Operation operation) {
      ecs.interruptions().before(operation, "web2", DeployerTest::throttle);

      assertThatThrownBy(() -> deployer.handle(pushed("web", "staging")))
          .isInstanceOf(PartialFailure.class)
          .hasCauseInstanceOf(Throttled.class)
          .hasMessage("not all is done, try again: main/web2: ThrottlingException: Rate exceeded");
      assertThat(ecs.images(three.get(0))).containsExactly(at("web", 1));
      assertThat(ecs.images(three.get(1))).containsExactly(uri("web") + ":1");
      assertThat(ecs.images(three.get(2))).containsExactly(at("web", 1));

      deployer.handle(pushed("web", "staging"));
      assertThat(ecs.images(three.get(1))).containsExactly(at("web", 1));
      assertThat(ecs.deployments()).isEqualTo(3);
    }

    @Test
    void of_the_look_after_them_is_a_failure_of_all_that_were_deployed() {
      ecs.interruptions().before(FakeEcs.Operation.DESCRIBE, "web2", DeployerTest::throttle);

      assertThatThrownBy(() -> deployer.handle(pushed("web", "staging")))
          .isInstanceOf(PartialFailure.class)
          .hasMessageContainingAll("main/web1: ", "main/web2: ", "main/web3: ");

      deployer.handle(pushed("web", "staging"));
      assertThat(three)
          .allSatisfy(web -> assertThat(ecs.images(web)).containsExactly(at("web", 1)));
      assertThat(ecs.deployments()).isEqualTo(3);
    }

    @Test
    void is_told_for_each_of_them() {
      ecs.interruptions().before(FakeEcs.Operation.REGISTER, "web1", DeployerTest::throttle);
      ecs.interruptions().before(FakeEcs.Operation.REGISTER, "web3", DeployerTest::crash);

      assertThatThrownBy(() -> deployer.handle(pushed("web", "staging")))
          .hasMessageContaining("main/web1: ")
          .hasMessageContaining("main/web3: ")
          .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    }

    @Test
    void does_not_lose_it_where_it_could_not_be_told_whether_the_push_concerns_it() {
      ecs.interruptions().before(FakeEcs.Operation.TASK_DEFINITION, "web2", DeployerTest::throttle);

      deployer.handle(pushed("web", "staging"));

      assertThat(three)
          .allSatisfy(web -> assertThat(ecs.images(web)).containsExactly(at("web", 1)));
    }

    @ParameterizedTest
    @EnumSource(
        value = FakeEcs.Operation.class,
        names = {"REGISTER", "UPDATE_SERVICE"})
    void is_a_decision_where_ecs_refuses(FakeEcs.Operation operation) {
      ecs.interruptions().before(operation, "web2", DeployerTest::refuse);

      Outcome outcome = deployer.handle(pushed("web", "staging"));

      assertThat(outcome.reason()).isEqualTo("2 deployments started, 1 refused");
      assertThat(announcer.decided())
          .containsExactly(
              new Decision.Refused(
                  three.get(1),
                  Optional.of("staging"),
                  "ECS refuses: InvalidParameterException: no."));
      assertThat(ecs.images(three.get(2))).containsExactly(at("web", 1));
    }

    @Test
    void is_tried_again_where_ecr_fails() {
      ecr.interruptions().before(FakeImageRegistry.Operation.CANDIDATE, "", DeployerTest::throttle);

      assertThatThrownBy(() -> deployer.handle(pushed("web", "staging")))
          .isInstanceOf(PartialFailure.class);
      assertThat(ecs.images(three.get(1))).containsExactly(at("web", 1));
      assertThat(ecs.images(three.get(2))).containsExactly(at("web", 1));
    }
  }

  @Nested
  class Listing_services {
    private final Deployer two =
        deployer(
            environment("lost", "release", "no-such-cluster"), environment("green", "release"));
    private final ServiceArn web =
        ecs.have("main", "web", "green", ecs.have("web", "web", uri("web") + ":1"));

    Listing_services() {
      ecr.push("web", "release", digest(1));
    }

    @Test
    void that_ecs_refuses_for_one_environment_gives_the_hint_up_after_the_others() {
      ecs.interruptions()
          .before(FakeEcs.Operation.SERVICES, "no-such-cluster", DeployerTest::refuse);

      assertThatThrownBy(() -> two.handle(pushed("web", "release"))).isInstanceOf(EcsClientError.class);
      assertThat(ecs.images(web)).containsExactly(at("web", 1));
    }

    @Test
    void that_fails_for_one_environment_is_tried_again_after_the_others() {
      ecs.interruptions()
          .before(FakeEcs.Operation.SERVICES, "no-such-cluster", DeployerTest::throttle);

      assertThatThrownBy(() -> two.handle(pushed("web", "release")))
          .isInstanceOf(PartialFailure.class)
          .hasMessageContaining("listing services of no-such-cluster: ThrottlingException");
      assertThat(ecs.images(web)).containsExactly(at("web", 1));
    }

    @Test
    void that_fails_altogether_is_not_taken_for_nothing_to_do() {
      ecs.interruptions().before(FakeEcs.Operation.SERVICES, "", DeployerTest::throttle);

      assertThatThrownBy(() -> deployer.handle(pushed("web", "staging")))
          .isInstanceOf(PartialFailure.class);
    }
  }

  @Nested
  class A_push_that_many_services_follow {
    private List<ServiceArn> services(int count) {
      TaskDefinitionArn definition = ecs.have("web", "web", uri("web") + ":1");
      ecr.push("web", "staging", digest(1));
      return IntStream.range(0, count)
          .mapToObj(i -> ecs.have("main", "web" + i, "staging", definition))
          .toList();
    }

    @Test
    void is_done_at_once_while_they_are_ten() {
      services(10);

      assertThat(deployer.handle(pushed("web", "staging"))).isInstanceOf(Outcome.Decided.class);
      assertThat(queue.sent()).isEmpty();
      assertThat(ecs.deployments()).isEqualTo(10);
      assertThat(ecs.registered()).as("they share the revision").hasSize(1);
    }

    @Test
    void is_divided_into_hints_of_one_service_each() {
      List<ServiceArn> services = services(30);

      Outcome outcome = deployer.handle(pushed("web", "staging"));

      assertThat(outcome)
          .isEqualTo(
              new Outcome.Divided(
                  services, "it concerns 30 services, and each has a hint of its own now"));
      assertThat(queue.sent()).extracting(Hint.ServiceNamed::service).isEqualTo(services);
      assertThat(ecs.updates()).isEmpty();

      queue.sent().forEach(deployer::handle);
      assertThat(services)
          .allSatisfy(service -> assertThat(ecs.images(service)).containsExactly(at("web", 1)));
      assertThat(ecs.registered()).hasSize(1);
    }

    @Test
    void is_done_at_once_where_there_is_no_queue() {
      services(11);

      new Deployer(
              List.of(environment("staging", "staging")), ecs, ecr, Optional.empty(), announcer)
          .handle(pushed("web", "staging"));

      assertThat(ecs.deployments()).isEqualTo(11);
    }
  }

  @Nested
  class A_hint_that_names_a_service {
    @Test
    void looks_at_it_afresh() {
      ServiceArn web =
          ecs.have("main", "web", "staging", ecs.have("web", "web", uri("web") + ":1"));
      ecr.push("web", "staging", digest(1));

      deployer.handle(new Hint.ServiceNamed(web, cause(repository("web"), "staging")));

      assertThat(ecs.images(web)).containsExactly(at("web", 1));
    }

    @Test
    void does_nothing_where_the_service_follows_no_environment_any_more() {
      ServiceArn none =
          ecs.have(
              "main",
              "none",
              "staging",
              ecs.have("none", "web", uri("web") + ":1"),
              d -> d.remove("tags"));
      ServiceArn stray =
          ecs.have("main", "stray", "qa", ecs.have("stray", "web", uri("web") + ":1"));

      deployer.handle(new Hint.ServiceNamed(none, cause(repository("web"), "staging")));
      deployer.handle(new Hint.ServiceNamed(stray, cause(repository("web"), "staging")));

      assertThat(announcer.decided())
          .containsExactly(
              new Decision.NotFollowing(
                  none, Optional.empty(), "it has no tag slipway:environment"),
              new Decision.NotFollowing(
                  stray,
                  Optional.empty(),
                  "its tag slipway:environment says \"qa\", and slipway.yaml has no such"
                      + " environment in cluster main"));
    }
  }

  @Nested
  class One_container_that_must_stay {
    private final ServiceArn web =
        ecs.have(
            "main",
            "web",
            "staging",
            ecs.have("web", "web", uri("web") + ":1", "proxy", uri("proxy") + ":1"),
            document -> document.put("launchType", "FARGATE"));

    One_container_that_must_stay() {
      ecr.push("web", "staging", digest(1));
    }

    @Test
    void because_it_cannot_run_lets_the_other_be_deployed_and_is_told_afterwards() {
      ecr.push("proxy", "staging", digest(2), Set.of(new Platform("linux", "arm64")));

      deployer.handle(pushed("web", "staging"));

      assertThat(ecs.images(web)).containsExactly(at("web", 1), uri("proxy") + ":1");
      assertThat(announcer.decided())
          .containsExactly(
              new Decision.Refused(
                  web,
                  Optional.of("staging"),
                  "image 000000000002 of proxy is for linux/arm64, but the tasks run on"
                      + " linux/amd64: push an image that has it, or change the task definition's"
                      + " runtimePlatform"));
    }

    @Test
    void because_it_is_no_image_lets_the_other_be_deployed() {
      ecr.put("proxy", "staging", new Candidate.NotAnImage(digest(2), "a signature"));

      deployer.handle(pushed("proxy", "staging"));

      assertThat(ecs.images(web)).containsExactly(at("web", 1), uri("proxy") + ":1");
      assertThat(announcer.decided())
          .singleElement()
          .isInstanceOf(Decision.Refused.class)
          .extracting(Decision::reason)
          .asString()
          .startsWith("tag staging of proxy points at sha256:")
          .endsWith("which no container can be made from: a signature");
    }

    @Test
    void because_it_is_blocked_lets_the_other_be_deployed() {
      ecr.push("proxy", "staging", digest(2));
      ecs.document(web)
          .withArray("tags")
          .addObject()
          .put("key", "slipway:blocked")
          .put("value", digest(7) + " " + digest(2));

      deployer.handle(pushed("web", "staging"));

      assertThat(ecs.images(web)).containsExactly(at("web", 1), uri("proxy") + ":1");
      assertThat(announcer.decided()).singleElement().isInstanceOf(Decision.Held.class);
    }
  }

  @Test
  void two_environments_cannot_have_the_same_name() {
    assertThatThrownBy(() -> deployer(environment("a", "x"), environment("a", "y")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("two environments of the same name");
  }
}
