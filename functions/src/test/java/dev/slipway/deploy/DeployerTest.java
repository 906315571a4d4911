package dev.slipway.deploy;

import static dev.slipway.deploy.DeployScene.at;
import static dev.slipway.deploy.DeployScene.environment;
import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.deploy.FakeImageRegistry.repository;
import static dev.slipway.deploy.FakeImageRegistry.uri;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.decide.Decision;
import dev.slipway.decide.Environment;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.Tags;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.Candidate;
import dev.slipway.image.ImageChange;
import dev.slipway.image.ImageReference;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Platform;
import dev.slipway.image.Repository;
import dev.slipway.image.TagPolicy;
import dev.slipway.record.AnnouncedHold.Announcement;
import dev.slipway.record.Approval;
import dev.slipway.record.Block;
import dev.slipway.record.DeployRequest;
import dev.slipway.record.DeploymentId;
import dev.slipway.record.DeploymentOutcome;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.KnownRevision;
import dev.slipway.record.Pause;
import dev.slipway.record.Pin;
import dev.slipway.record.RecordChange;
import dev.slipway.record.ServiceRecord;
import dev.slipway.record.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of hints. How workers share a service is in {@link RecordProtocolTest}. */
class DeployerTest {
  private static final Trigger.Sweep SWEEP =
      new Trigger.Sweep("s-1", Instant.parse("2026-11-28T10:00:00Z"));
  private static final Trigger.Operator ANN = new Trigger.Operator("r-1", "ann");

  private final DeployScene scene =
      new DeployScene(environment("staging", "staging"), environment("production", "production"));
  private final FakeEcs ecs = scene.ecs;
  private final FakeImageRegistry ecr = scene.ecr;
  private final FakeAnnouncer announcer = scene.announcer;

  /** A process that ends between two calls. */
  private static final class Crash extends Error {
    private static final long serialVersionUID = 1L;
  }

  private static final class Unavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unavailable() {
      super("ThrottlingException: Rate exceeded");
    }
  }

  private static void crash() {
    throw new Crash();
  }

  private static void throttle() {
    throw new Unavailable();
  }

  private static void early() {
    throw new TryAgainSoon("not listed yet");
  }

  private static void noToken() {
    throw new Throttled("Rate exceeded", new IllegalStateException());
  }

  private static void reject() {
    throw new EcsClientError("InvalidParameterException: no.", new IllegalStateException());
  }

  @Nested
  class A_push {
    @Test
    void deploys_the_services_that_follow_it_by_digest() {
      ServiceArn web = scene.have("web", uri("web") + ":1");

      Outcome outcome = scene.push("web", 1);

      assertThat(ecs.images(web)).containsExactly(at("web", 1));
      assertThat(outcome)
          .isInstanceOfSatisfying(
              Outcome.Decided.class,
              decided -> {
                assertThat(decided.started()).isEqualTo(announcer.started()).hasSize(1);
                assertThat(decided.decisions()).isEmpty();
                assertThat(decided.postponed()).isEmpty();
                assertThat(decided.reason()).isEqualTo("1 deployment started");
              });
      StartedDeployment started = announcer.started().getFirst();
      assertThat(started.record()).isEqualTo(scene.newest(web));
      assertThat(started.record().to()).contains(ecs.running(web).arn());
      assertThat(started.record().from().shortName()).isEqualTo("web:1");
      assertThat(started.record().isRunning()).isTrue();
      assertThat(started.record().environment()).isEqualTo("staging");
      assertThat(started.record().trigger())
          .isEqualTo(DeployScene.push("web", "staging", digest(1), scene.now));
      assertThat(announcer.decided()).isEmpty();
    }

    @Test
    void leaves_other_environments_and_repositories_alone() {
      TaskDefinitionArn definition = ecs.have("web", "web", uri("web") + ":1");
      ecs.have("main", "production-web", "production", definition);
      ecs.have("main", "untagged", "staging", definition, d -> d.remove("tags"));
      scene.known(
          List.of(
              scene.have("admin", uri("web-admin") + ":1"),
              scene.have("team", uri("team/web") + ":1"),
              scene.have("suffix", uri("we") + ":1")));
      ecr.push("web", "production", digest(2));

      Outcome outcome = scene.push("web", 1);

      assertThat(outcome).isInstanceOf(Outcome.Ignored.class);
      assertThat(outcome.reason())
          .isEqualTo("no service of staging has a container from repository web");
      assertThat(ecs.updates()).isEmpty();
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
      scene.have("web", image);

      scene.push("web", 1);

      assertThat(scene.push("web", 1)).isInstanceOf(Outcome.Ignored.class);
      assertThat(ecs.updates()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"999999999999,eu-central-1", "123456789012,us-east-1"})
    void to_a_foreign_registry_deploys_nothing(String account, String region) {
      scene.have("web", account + ".dkr.ecr." + region + ".amazonaws.com/web:staging");
      Trigger.Push push =
          new Trigger.Push(
              "e-1",
              new Repository(account, region, "web"),
              new ImageTag("staging"),
              Optional.of(digest(1)),
              Optional.empty());

      scene.handle(push);
      scene.handle(push);

      assertThat(announcer.decided()).hasOnlyElementsOfType(Decision.NotFollowing.class);
      assertThat(ecs.updates()).isEmpty();
    }

    @Test
    void deploys_to_every_environment_that_follows_its_tag() {
      DeployScene two =
          new DeployScene(environment("blue", "release", "north"), environment("green", "release"));
      TaskDefinitionArn definition = two.ecs.have("web", "web", uri("web") + ":1");
      ServiceArn north = two.ecs.have("north", "web", "blue", definition);
      ServiceArn south = two.ecs.have("south", "web", "blue", definition);
      ServiceArn green = two.ecs.have("south", "green", "green", definition);
      two.ecr.push("web", "release", digest(1));

      two.handle(DeployScene.push("web", "release", digest(1), two.now));
      two.queue.sent().forEach(two::handle);

      assertThat(two.ecs.images(north)).containsExactly(at("web", 1));
      assertThat(two.ecs.images(green)).containsExactly(at("web", 1));
      assertThat(two.ecs.images(south))
          .as("its cluster is not blue's")
          .containsExactly(uri("web") + ":1");
    }

    @Test
    void passes_the_environments_deployment_configuration_over_the_services_own() {
      ObjectNode wanted = JsonNodeFactory.instance.objectNode().put("maximumPercent", 150);
      wanted.putObject("deploymentCircuitBreaker").put("enable", true);
      DeployScene configured =
          new DeployScene(
              new Environment(
                  "staging",
                  new TagPolicy(new ImageTag("staging")),
                  wanted,
                  Set.of(),
                  Environment.Drift.HOLD,
                  List.of()));
      ServiceArn web =
          configured.ecs.have(
              "main",
              "web",
              "staging",
              configured.ecs.have("web", "web", uri("web") + ":1"),
              document -> {
                ObjectNode own = document.putObject("deploymentConfiguration");
                own.put("minimumHealthyPercent", 50).put("maximumPercent", 200).put("newer", 7);
                own.putObject("deploymentCircuitBreaker")
                    .put("enable", false)
                    .put("rollback", true)
                    .putObject("thresholdConfiguration")
                    .put("type", "COUNT");
              });

      configured.push("web", 1);
      configured.ecs.complete(web);
      configured.push("web", 2);

      assertThat(configured.ecs.document(web).path("deploymentConfiguration"))
          .hasToString(
              """
              {"minimumHealthyPercent":50,"maximumPercent":150,"newer":7,\
              "deploymentCircuitBreaker":{"enable":true,"rollback":true,\
              "thresholdConfiguration":{"type":"COUNT"}}}\
              """);
      assertThat(configured.ecs.updates())
          .extracting(update -> update.has("deploymentConfiguration"))
          .as("what the service has already is not sent again")
          .containsExactly(true, false);
    }

    @Test
    void leaves_the_deployment_configuration_out_where_the_environment_says_nothing() {
      scene.have("web", uri("web") + ":1");

      scene.push("web", 1);

      assertThat(ecs.updates().getFirst().fieldNames())
          .toIterable()
          .containsExactly("cluster", "service", "taskDefinition");
    }

    @Test
    void that_is_delivered_twice_deploys_once_and_says_so() {
      scene.have("web", uri("web") + ":1");
      scene.push("web", 1);

      Outcome second = scene.push("web", 1);

      assertThat(ecs.updates()).hasSize(1);
      assertThat(second.reason()).isEqualTo("1 current");
      assertThat(announcer.decided())
          .singleElement()
          .isInstanceOf(Decision.Current.class)
          .extracting(Decision::reason)
          .isEqualTo("web:2 runs what tag staging selects: web:staging (000000000001)");
    }

    /** An event is a hint: neither its digest nor its order is believed. */
    @Test
    void of_an_older_event_never_brings_back_an_older_image() {
      ServiceArn web = scene.have("web", uri("web") + ":1");
      scene.push("web", 2);

      scene.handle(DeployScene.push("web", "staging", digest(1), scene.now.minusSeconds(3_600)));

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
              ecs.have("web", "web", uri("web") + ":1", "worker", at("web", 9)));

      scene.push("web", 1);

      assertThat(ecs.images(web)).containsExactly(at("web", 1), at("web", 1));
      assertThat(announcer.started().getFirst().decision().changes())
          .extracting(ImageChange::container)
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
      ecr.push("proxy", "staging", digest(2));

      scene.push("web", 1);

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

      scene.push("web", 1);

      assertThat(ecs.images(web)).containsExactly(at("web", 1), uri("proxy") + ":stable");
    }

    @Test
    void shared_by_two_environments_moves_for_the_one_that_follows_alone() {
      TaskDefinitionArn shared = ecs.have("web", "web", uri("web") + ":1");
      ServiceArn staging = ecs.have("main", "staging-web", "staging", shared);
      ServiceArn production = ecs.have("main", "production-web", "production", shared);

      scene.push("web", 1);

      assertThat(ecs.images(staging)).containsExactly(at("web", 1));
      assertThat(ecs.images(production)).containsExactly(uri("web") + ":1");
    }

    @Test
    void is_copied_with_its_tags_and_slipways_own() {
      ObjectNode request = JsonNodeFactory.instance.objectNode().put("family", "web");
      request
          .putArray("containerDefinitions")
          .addObject()
          .put("name", "web")
          .put("image", uri("web") + ":1");
      request.set(
          "tags",
          Tags.toJson(
              Map.of("team", "a", "aws:cloudformation:stack-name", "s", "slipway:digest", "old")));
      ServiceArn web = ecs.have("main", "web", "staging", ecs.have(request));

      scene.push("web", 1);

      assertThat(Tags.parse(ecs.registered().getFirst().path("tags")))
          .containsOnly(
              Map.entry("team", "a"),
              Map.entry("slipway:tag", "staging"),
              Map.entry("slipway:digest", digest(1).value()),
              Map.entry("slipway:deployment", scene.newest(web).id().value()));
    }

    @Test
    void that_cannot_be_read_makes_this_service_alone_not_deployable() {
      ServiceArn gone =
          ecs.have("main", "gone", "staging", ecs.have("gone", "web", uri("web") + ":1"));
      ServiceArn web = scene.have("web", uri("web") + ":1");
      scene.known(List.of(gone, web));
      ecs.delete(ecs.running(gone).arn());

      scene.push("web", 1);
      scene.queue.sent().forEach(scene::handle);

      assertThat(ecs.images(web)).containsExactly(at("web", 1));
      assertThat(announcer.decided())
          .containsExactly(
              new Decision.NotDeployable(
                  gone,
                  Optional.of("staging"),
                  "ECS refuses: ClientException: Unable to describe task definition."));
    }
  }

  /** The lease of a crashed worker is over after its function's timeout. */
  @Nested
  class A_crash {
    @ParameterizedTest
    @EnumSource(
        value = FakeEcs.Operation.class,
        names = {"DESCRIBE", "TASK_DEFINITION", "REGISTER", "UPDATE_SERVICE"})
    void before_or_after_any_call_is_finished_by_redelivery_with_nothing_done_twice(
        FakeEcs.Operation operation) {
      for (boolean before : new boolean[] {true, false}) {
        DeployScene crashing = new DeployScene(environment("staging", "staging"));
        List<ServiceArn> services = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
          services.add(crashing.have(name, uri("web") + ":1"));
        }
        crashing.known(services);
        if (before) {
          crashing.ecs.interruptions().before(operation, "", DeployerTest::crash);
        } else {
          crashing.ecs.interruptions().after(operation, "", DeployerTest::crash);
        }

        assertThatThrownBy(() -> crashing.push("web", 1)).isInstanceOf(Crash.class);
        crashing.now = crashing.now.plusSeconds(120);
        crashing.push("web", 1);

        assertThat(services)
            .allSatisfy(
                service -> assertThat(crashing.ecs.images(service)).containsExactly(at("web", 1)));
        assertThat(crashing.ecs.deployments()).as("deployments").isEqualTo(3);
        assertThat(services)
            .allSatisfy(service ->
                assertThat(crashing.records.read(service).deployments())
                    .filteredOn(DeploymentRecord::isRunning)
                    .hasSize(1));
      }
    }

    /** Before anything is known of them: the table is empty. */
    @ParameterizedTest
    @EnumSource(
        value = FakeEcs.Operation.class,
        names = {"SERVICES", "DESCRIBE", "SERVICE_DEPLOYMENTS", "SERVICE_REVISIONS", "REGISTER"})
    void of_the_first_push_of_all_leaves_no_service_out(FakeEcs.Operation operation) {
      DeployScene crashing = new DeployScene(environment("staging", "staging"));
      List<ServiceArn> services =
          IntStream.range(0, 3).mapToObj(i -> crashing.have("web" + i, uri("web") + ":1")).toList();
      crashing.ecs.interruptions().before(operation, "", DeployerTest::crash);
      List<Hint> messages = new ArrayList<>();
      crashing.ecr.push("web", "staging", digest(1));
      messages.add(
          new Hint.ImagePushed(DeployScene.push("web", "staging", digest(1), crashing.now)));
      int crashes = 0;

      // as a queue does: a message whose handling fails is delivered again
      while (!messages.isEmpty()) {
        int sent = crashing.queue.sent().size();
        try {
          crashing.handle(messages.getFirst());
          messages.removeFirst();
        } catch (Crash expected) {
          crashes++;
        }
        messages.addAll(crashing.queue.sent().subList(sent, crashing.queue.sent().size()));
        crashing.now = crashing.now.plusSeconds(120);
      }

      assertThat(crashes).isOne();
      assertThat(services)
          .allSatisfy(
              service -> assertThat(crashing.ecs.images(service)).containsExactly(at("web", 1)));
      assertThat(crashing.ecs.deployments()).isEqualTo(3);
    }
  }

  @Nested
  class Meanwhile {
    @Test
    void the_other_repository_of_the_task_definition_is_pushed_and_both_are_deployed() {
      ServiceArn web =
          ecs.have(
              "main",
              "web",
              "staging",
              ecs.have("web", "web", uri("web") + ":1", "proxy", uri("proxy") + ":1"));
      // the other worker begins and ends between this one's decision and its update
      ecs.interruptions()
          .before(
              FakeEcs.Operation.UPDATE_SERVICE,
              "web",
              () ->
                  assertThat(pushedLater("proxy", 2))
                      .isInstanceOfSatisfying(
                          Outcome.Decided.class,
                          decided -> {
                            assertThat(decided.postponed()).containsExactly(web);
                            assertThat(decided.reason()).isEqualTo("1 postponed");
                          }));

      Outcome outcome = scene.push("web", 1);

      assertThat(ecs.images(web)).containsExactly(at("web", 1), at("proxy", 2));
      assertThat(outcome.reason()).isEqualTo("2 deployments started");
      assertThat(scene.newest(web).trigger())
          .isEqualTo(DeployScene.push("proxy", "staging", digest(2), scene.now.plusSeconds(5)));
    }

    private Outcome pushedLater(String repository, int number) {
      ecr.push(repository, "staging", digest(number));
      return scene.handle(
          DeployScene.push(repository, "staging", digest(number), scene.now.plusSeconds(5)));
    }

    @Test
    void others_write_the_record_every_time_and_the_hint_is_left_for_later() {
      ServiceArn web = scene.have("web", uri("web") + ":1");
      scene.records.beforeNextWrite(() -> writeAgain(web));

      assertThatThrownBy(() -> scene.push("web", 1))
          .isInstanceOf(PartialFailure.class)
          .hasCauseInstanceOf(DidNotConverge.class)
          .hasMessageContaining(
              "main/web: the record was written by others 8 times while it was evaluated");
      assertThat(ecs.updates()).isEmpty();
    }

    private void writeAgain(ServiceArn web) {
      scene.write(web, record -> record.noted(SWEEP));
      scene.records.beforeNextWrite(() -> writeAgain(web));
    }

    @Test
    void the_tag_is_deleted() {
      ServiceArn web = scene.have("web", uri("web") + ":1");

      scene.handle(DeployScene.push("web", "staging", digest(1), scene.now));

      assertThat(announcer.decided())
          .containsExactly(
              new Decision.NotFollowing(
                  web,
                  Optional.of("staging"),
                  "it follows staging, but tag staging selects no image in web"));
    }

    @Test
    void the_service_is_deleted_and_stays_in_the_index_until_its_deployment_has_an_outcome() {
      ServiceArn web = scene.have("web", uri("web") + ":1");
      scene.push("web", 1);
      ecs.delete(web);

      scene.push("web", 2);

      assertThat(scene.records.usersOf(repository("web")).users()).hasSize(1);
      assertThat(scene.checks).containsExactly(web);
    }

    @Test
    void the_service_is_deleted_and_leaves_the_index() {
      ServiceArn web = scene.have("web", at("web", 1));
      scene.push("web", 1);
      ecs.delete(web);
      announcer.clear();

      scene.push("web", 2);

      assertThat(announcer.decided())
          .containsExactly(
              new Decision.NotFollowing(web, Optional.empty(), "there is no such service"));
      assertThat(scene.records.usersOf(repository("web")).users()).isEmpty();
    }

    @Test
    void an_operator_pins_another_revision_and_that_is_deployed_last() {
      ServiceArn web = scene.have("web", at("web", 1));
      ecr.push("web", "staging", digest(1));
      ecs.interruptions().before(FakeEcs.Operation.UPDATE_SERVICE, "web", () -> pin(web));

      scene.push("web", 2);

      assertThat(ecs.images(web)).containsExactly(at("web", 1));
      assertThat(announcer.started())
          .extracting(deployment -> deployment.decision().basis())
          .containsExactly(Decision.Basis.SELECTED, Decision.Basis.PINNED);
      assertThat(scene.newest(web).trigger()).isEqualTo(ANN);
      assertThat(scene.record(web).pin().orElseThrow().applied()).isTrue();

      scene.push("web", 2);
      assertThat(ecs.deployments()).isEqualTo(2);
      assertThat(announcer.news())
          .singleElement()
          .isInstanceOfSatisfying(
              Decision.Held.class, held -> assertThat(held.hold()).isEqualTo(Decision.Hold.PINNED));

      scene.push("web", 3);
      assertThat(ecs.images(web)).as("a newer image ends the pin").containsExactly(at("web", 3));
      assertThat(scene.record(web).pin()).isEmpty();
    }

    private void pin(ServiceArn web) {
      scene.write(
          web,
          record ->
              record.withPin(
                  Optional.of(
                      new Pin(
                          scene.revision("web:1"),
                          Map.of("web", ImageReference.parse(at("web", 1))),
                          Set.of(digest(2)),
                          "ann",
                          scene.now,
                          "r-1",
                          false,
                          Optional.empty()))));
    }

    @Test
    void the_service_is_paused_after_its_first_deployment() {
      ServiceArn web = scene.have("web", uri("web") + ":1");
      ecs.interruptions()
          .after(
              FakeEcs.Operation.UPDATE_SERVICE,
              "web",
              () -> {
                scene.write(web, DeployerTest.this::paused);
                ecr.push("web", "staging", digest(2));
              });

      scene.push("web", 1);

      assertThat(ecs.images(web)).containsExactly(at("web", 1));
      assertThat(announcer.started()).hasSize(1);
      assertThat(announcer.decided()).singleElement().isInstanceOf(Decision.Held.class);
    }
  }

  private ServiceRecord paused(ServiceRecord record) {
    return record.withPause(Optional.of(new Pause("ann", scene.now, Optional.of("release"))));
  }

  @Nested
  class What_goes_wrong_for_one_service {
    private final List<ServiceArn> three =
        IntStream.rangeClosed(1, 3)
            .mapToObj(i -> scene.have("web" + i, uri("web") + ":1"))
            .toList();

    @BeforeEach
    void all_are_known() {
      scene.known(three);
    }

    @ParameterizedTest
    @EnumSource(
        value = FakeEcs.Operation.class,
        names = {"TASK_DEFINITION", "REGISTER", "UPDATE_SERVICE"})
    void keeps_no_other_from_being_deployed_and_is_tried_again(FakeEcs.Operation operation) {
      ecs.interruptions().before(operation, "web2", DeployerTest::throttle);

      assertThatThrownBy(() -> scene.push("web", 1))
          .isInstanceOf(PartialFailure.class)
          .hasCauseInstanceOf(Unavailable.class)
          .hasMessage("not all is done, try again: main/web2: ThrottlingException: Rate exceeded");
      assertThat(ecs.images(three.get(0))).containsExactly(at("web", 1));
      assertThat(ecs.images(three.get(1))).containsExactly(uri("web") + ":1");
      assertThat(ecs.images(three.get(2))).containsExactly(at("web", 1));

      // at once: the intent was dropped or released, not left to its lease
      scene.push("web", 1);
      assertThat(ecs.images(three.get(1))).containsExactly(at("web", 1));
      assertThat(ecs.deployments()).isEqualTo(3);
    }

    /** ECS took the deployment, and its answer was lost. */
    @Test
    void after_ecs_has_taken_the_deployment_is_found_out_by_the_next_try() {
      ecs.interruptions().after(FakeEcs.Operation.UPDATE_SERVICE, "web2", DeployerTest::throttle);
      assertThatThrownBy(() -> scene.push("web", 1)).isInstanceOf(PartialFailure.class);

      scene.push("web", 1);

      assertThat(ecs.deployments()).isEqualTo(3);
      assertThat(scene.newest(three.get(1)).isRunning()).isTrue();
      assertThat(scene.newest(three.get(1)).to()).contains(ecs.running(three.get(1)).arn());
    }

    /** Such a hint may be tried any number of times. */
    @Test
    void is_told_apart_where_ecs_takes_no_more_calls_and_nothing_else_is_wrong() {
      ecs.interruptions().before(FakeEcs.Operation.REGISTER, "web1", DeployerTest::noToken);
      ecs.interruptions().before(FakeEcs.Operation.REGISTER, "web3", DeployerTest::noToken);

      assertThatThrownBy(() -> scene.push("web", 1))
          .isInstanceOf(Throttled.class)
          .hasMessage(
              "not all is done, try again: main/web1: Rate exceeded; main/web3: Rate exceeded")
          .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));

      ecs.interruptions().before(FakeEcs.Operation.REGISTER, "web1", DeployerTest::noToken);
      ecs.interruptions().before(FakeEcs.Operation.REGISTER, "web3", DeployerTest::throttle);
      assertThatThrownBy(() -> scene.push("web", 1)).isInstanceOf(PartialFailure.class);

      ecs.interruptions().before(FakeEcs.Operation.REGISTER, "web1", DeployerTest::noToken);
      ecs.interruptions().before(FakeEcs.Operation.REGISTER, "web3", DeployerTest::early);
      assertThatThrownBy(() -> scene.push("web", 1)).isInstanceOf(Throttled.class);
    }

    /** The next try has the revision of this one. */
    @Test
    void is_told_apart_once_a_revision_is_registered_too() {
      ecs.interruptions().before(FakeEcs.Operation.UPDATE_SERVICE, "web1", DeployerTest::noToken);

      assertThatThrownBy(() -> scene.push("web", 1)).isInstanceOf(Throttled.class);
    }

    @Test
    void is_told_for_each_of_them() {
      ecs.interruptions().before(FakeEcs.Operation.REGISTER, "web1", DeployerTest::throttle);
      ecs.interruptions().before(FakeEcs.Operation.REGISTER, "web3", DeployerTest::throttle);

      assertThatThrownBy(() -> scene.push("web", 1))
          .hasMessageContaining("main/web1: ")
          .hasMessageContaining("main/web3: ")
          .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
    }

    @ParameterizedTest
    @EnumSource(
        value = FakeEcs.Operation.class,
        names = {"REGISTER", "UPDATE_SERVICE"})
    void is_a_decision_and_an_outcome_where_ecs_refuses(FakeEcs.Operation operation) {
      ServiceArn web2 = three.get(1);
      ecs.interruptions().before(operation, "web2", DeployerTest::reject);

      Outcome outcome = scene.push("web", 1);

      assertThat(outcome.reason()).isEqualTo("2 deployments started, 1 not deployable");
      assertThat(announcer.decided())
          .containsExactly(
              new Decision.NotDeployable(
                  web2, Optional.of("staging"), "ECS refuses: InvalidParameterException: no."));
      assertThat(ecs.images(three.get(2))).containsExactly(at("web", 1));
      assertThat(scene.newest(web2).ended().orElseThrow().outcome())
          .isEqualTo(DeploymentOutcome.REFUSED);
      assertThat(scene.checks).as("its outcome is to be announced").containsExactly(web2);
    }

    /** Fault 24: a sweep would otherwise ask ECS for the same every hour. */
    @Test
    void that_ecs_refused_is_not_tried_again_until_an_operator_asks() {
      ServiceArn web2 = three.get(1);
      ecs.interruptions().before(FakeEcs.Operation.UPDATE_SERVICE, "web2", DeployerTest::reject);
      scene.push("web", 1);

      scene.check(web2, SWEEP);
      scene.push("web", 1);
      assertThat(ecs.deployments()).isEqualTo(2);
      assertThat(announcer.news()).as("the outcome tells it, once").isEmpty();

      scene.write(
          web2,
          record ->
              record.withRequest(
                  Optional.of(
                      new DeployRequest("r-1", "ann", scene.now, false, Optional.empty()))));
      scene.check(web2, ANN);

      assertThat(ecs.images(web2)).containsExactly(at("web", 1));
      assertThat(scene.newest(web2).trigger()).isEqualTo(ANN);
      assertThat(scene.record(web2).request()).isEmpty();
      assertThat(scene.record(web2).refused()).isEmpty();
    }

    @Test
    void is_tried_again_where_ecr_fails() {
      ecr.interruptions().before(FakeImageRegistry.Operation.CANDIDATE, "", DeployerTest::throttle);

      assertThatThrownBy(() -> scene.push("web", 1))
          .isInstanceOf(PartialFailure.class)
          .hasMessageContaining("main/web1: ");
      assertThat(ecs.images(three.get(1))).containsExactly(at("web", 1));
      assertThat(ecs.images(three.get(2))).containsExactly(at("web", 1));
    }

    @Test
    void is_told_apart_where_ecs_refuses_to_describe_all_of_them_together() {
      ecs.interruptions().before(FakeEcs.Operation.DESCRIBE, "web1", DeployerTest::reject);

      scene.push("web", 1);

      assertThat(three)
          .allSatisfy(web -> assertThat(ecs.images(web)).containsExactly(at("web", 1)));
    }

    /** The slowest calls must fit before the function's timeout. */
    @Test
    void because_time_runs_out_is_left_for_the_next_delivery() {
      ecr.push("web", "staging", digest(1));
      Hint hint = new Hint.ImagePushed(DeployScene.push("web", "staging", digest(1), scene.now));

      assertThatThrownBy(() -> scene.handle(hint, Duration.ofSeconds(29)))
          .isInstanceOf(PartialFailure.class)
          .hasCauseInstanceOf(TryAgainSoon.class)
          .hasMessageContaining("main/web1: only 29 s are left before the function's timeout");
      assertThat(ecs.updates()).isEmpty();

      scene.handle(hint, Attempt.RESERVE);
      assertThat(ecs.deployments()).isEqualTo(3);
    }
  }

  @Nested
  class A_push_that_many_services_follow {
    private List<ServiceArn> services(DeployScene in, int count) {
      TaskDefinitionArn definition = in.ecs.have("web", "web", uri("web") + ":1");
      return IntStream.range(0, count)
          .mapToObj(i -> in.ecs.have("main", "web%04d".formatted(i), "staging", definition))
          .toList();
    }

    @Test
    void is_done_at_once_while_they_are_ten() {
      scene.known(services(scene, 10));

      assertThat(scene.push("web", 1)).isInstanceOf(Outcome.Decided.class);
      assertThat(scene.queue.sent()).isEmpty();
      assertThat(ecs.deployments()).isEqualTo(10);
    }

    @Test
    void and_of_which_nothing_is_known_yet_is_fanned_out_however_few_they_are() {
      List<ServiceArn> services = services(scene, 2);

      assertThat(scene.push("web", 1)).isInstanceOf(Outcome.FannedOut.class);
      assertThat(scene.queue.sent()).extracting(Hint.CheckService::service).isEqualTo(services);
    }

    @Test
    void is_fanned_out_into_hints_of_one_service_each() {
      List<ServiceArn> services = services(scene, 30);

      Outcome outcome = scene.push("web", 1);

      assertThat(outcome)
          .isEqualTo(
              new Outcome.FannedOut(
                  services, "it concerns 30 services, and each has a hint of its own now"));
      assertThat(scene.queue.sent()).extracting(Hint.CheckService::service).isEqualTo(services);
      assertThat(ecs.updates()).isEmpty();

      scene.queue.sent().forEach(scene::handle);
      assertThat(services)
          .allSatisfy(service -> assertThat(ecs.images(service)).containsExactly(at("web", 1)));
      assertThat(services)
          .allSatisfy(service ->
              assertThat(scene.newest(service).trigger())
                  .as("each is credited to the push")
                  .isEqualTo(DeployScene.push("web", "staging", digest(1), scene.now)));
    }

    @Test
    void is_done_at_once_where_there_is_no_queue() {
      DeployScene alone = new DeployScene(false, environment("staging", "staging"));
      services(alone, 11);

      alone.push("web", 1);

      assertThat(alone.ecs.deployments()).isEqualTo(11);
    }
  }

  @Nested
  class A_push_that_finds_nobody_in_an_account_of_many_services {
    private List<ServiceArn> services(DeployScene in, String repository, int count) {
      TaskDefinitionArn definition = in.ecs.have("web", "web", uri(repository) + ":1");
      return IntStream.range(0, count)
          .mapToObj(i -> in.ecs.have("main", "web%04d".formatted(i), "staging", definition))
          .toList();
    }

    /** The messages of a search until there is no other one, and what became of each. */
    private List<Outcome> searched(DeployScene in) {
      List<Outcome> outcomes = new ArrayList<>();
      for (int i = 0; i < in.queue.searches().size(); i++) {
        outcomes.add(in.handle(in.queue.searches().get(i)));
      }
      return outcomes;
    }

    @Test
    void has_them_searched_part_by_part_and_deploys_to_each() {
      List<ServiceArn> services = services(scene, "web", 1_100);

      Outcome outcome = scene.push("web", 1);

      assertThat(outcome)
          .isEqualTo(
              new Outcome.FannedOut(
                  List.of(),
                  "the index knows nobody, and there are more than 100 services: they are searched"
                      + " one part after the other"));
      assertThat(scene.queue.sent()).as("only the search's own messages send hints").isEmpty();

      assertThat(searched(scene)).hasSize(3);
      assertThat(scene.queue.sent()).extracting(Hint.CheckService::service).isEqualTo(services);
      scene.queue.sent().forEach(scene::handle);
      assertThat(services)
          .allSatisfy(service -> assertThat(ecs.images(service)).containsExactly(at("web", 1)));
      assertThat(ecs.deployments()).isEqualTo(1_100);
    }

    @Test
    void has_each_part_searched_again_after_a_crash() {
      services(scene, "web", 600);
      scene.push("web", 1);
      Hint.SearchServices first = scene.queue.searches().getFirst();
      scene.handle(first);
      scene.queue.sent().stream().limit(3).forEach(scene::handle);
      int sent = scene.queue.sent().size();

      scene.handle(first);

      assertThat(scene.queue.sent().size())
          .as("what is in the index by now does not end the search")
          .isEqualTo(2 * sent);
      assertThat(scene.queue.searches()).hasSize(3);
      assertThat(scene.queue.searches().get(1)).isEqualTo(scene.queue.searches().get(2));
    }

    @Test
    void is_remembered_once_all_parts_had_nobody() {
      List<ServiceArn> services = services(scene, "other", 600);
      scene.known(services);

      scene.push("web", 1);
      assertThat(searched(scene))
          .last()
          .isEqualTo(
              new Outcome.FannedOut(
                  List.of(),
                  "no service of this part uses 123456789012/eu-central-1/web; all services were"
                      + " searched"));

      assertThat(scene.records.usersOf(repository("web")).searchedAt()).contains(scene.now);
      assertThat(scene.push("web", 2)).isInstanceOf(Outcome.Ignored.class);
    }

    @Test
    void is_left_to_the_sweep_before_lambda_takes_it_for_a_loop() {
      scene.known(services(scene, "other", 6_100));

      scene.push("web", 1);

      assertThat(searched(scene))
          .hasSize(12)
          .last()
          .isEqualTo(
              new Outcome.FannedOut(
                  List.of(),
                  "no service of this part uses 123456789012/eu-central-1/web; the search ends"
                      + " here: the sweep finds whatever uses it among the services that were not"
                      + " searched"));
      assertThat(scene.records.usersOf(repository("web")).searchedAt())
          .as("not all were searched")
          .isEmpty();
    }

    @Test
    void is_not_remembered_where_an_earlier_part_had_somebody() {
      services(scene, "web", 501);
      scene.ecs.have("main", "zzz", "other", ecs.have("z", "web", uri("other") + ":1"));

      scene.push("web", 1);
      searched(scene);

      assertThat(scene.records.usersOf(repository("web")).searchedAt()).isEmpty();
    }
  }

  @Nested
  class A_service_check {
    @Test
    void evaluates_the_service() {
      ServiceArn web = scene.have("web", uri("web") + ":1");
      ecr.push("web", "staging", digest(1));

      scene.check(web, SWEEP);

      assertThat(ecs.images(web)).containsExactly(at("web", 1));
      assertThat(scene.newest(web).trigger()).isEqualTo(SWEEP);
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
      ServiceArn unknown =
          ecs.have("main", "unknown", "qa", ecs.have("unknown", "web", uri("web") + ":1"));

      scene.check(none, SWEEP);
      scene.check(unknown, SWEEP);

      assertThat(announcer.decided())
          .containsExactly(
              new Decision.NotFollowing(
                  none,
                  Optional.empty(),
                  "it has no tag slipway:environment (to give it one: `slipway follow main/none"
                      + " ENVIRONMENT`)"),
              new Decision.NotFollowing(
                  unknown,
                  Optional.empty(),
                  "its tag slipway:environment says \"qa\", and slipway.yaml has no such"
                      + " environment in cluster main"));
      assertThat(scene.record(none).isKnown()).as("no record is made for it").isFalse();
    }

    @Test
    void takes_a_service_that_follows_nothing_any_more_out_of_the_index_and_keeps_its_blocks() {
      ServiceArn web = scene.have("web", uri("web") + ":1");
      scene.push("web", 1);
      scene.write(web, record -> record.block(List.of(block(2))));
      ecs.document(web).remove("tags");

      scene.check(web, new Trigger.ServiceChanged("e-1", "Tag Change on Resource"));

      assertThat(scene.records.usersOf(repository("web")).users()).isEmpty();
      assertThat(scene.record(web).isBlocked(digest(2))).isTrue();
    }

    @Test
    void puts_a_service_that_was_just_tagged_into_the_index() {
      ServiceArn web = scene.have("web", uri("web") + ":1");

      scene.check(web, new Trigger.ServiceChanged("e-1", "Tag Change on Resource"));

      assertThat(scene.records.usersOf(repository("web")).users())
          .extracting(user -> user.service())
          .containsExactly(web);
    }
  }

  private Block block(int number) {
    return new Block(
        digest(number), "web", scene.now, Block.SLIPWAY, Optional.empty(), "tasks failed to start");
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

    @Test
    void because_it_cannot_run_lets_the_other_be_deployed_and_is_told_when_it_is_pushed() {
      ecr.push("proxy", "staging", digest(2), Set.of(new Platform("linux", "arm64")));
      scene.push("web", 1);

      assertThat(ecs.images(web)).containsExactly(at("web", 1), uri("proxy") + ":1");
      scene.handle(DeployScene.push("proxy", "staging", digest(2), scene.now));

      assertThat(announcer.news())
          .containsExactly(
              new Decision.NotDeployable(
                  web,
                  Optional.of("staging"),
                  "image 000000000002 of proxy is for linux/arm64, but the tasks run on"
                      + " linux/amd64: push an image that has it, or change the task definition's"
                      + " runtimePlatform"));
    }

    @Test
    void because_it_is_no_image_lets_the_other_be_deployed() {
      ecr.push("web", "staging", digest(1));
      ecr.put("proxy", "staging", new Candidate.NotAnImage(digest(2), "a signature"));

      scene.handle(DeployScene.push("proxy", "staging", digest(2), scene.now));
      scene.handle(DeployScene.push("proxy", "staging", digest(2), scene.now));

      assertThat(ecs.images(web)).containsExactly(at("web", 1), uri("proxy") + ":1");
      assertThat(announcer.news())
          .singleElement()
          .isInstanceOf(Decision.NotDeployable.class)
          .extracting(Decision::reason)
          .asString()
          .startsWith("tag staging selects sha256:")
          .endsWith("in proxy, which no container can be made from: a signature");
    }

    @Test
    void because_it_is_blocked_lets_the_other_be_deployed() {
      scene.check(web, SWEEP);
      ecr.push("proxy", "staging", digest(2));
      scene.write(web, record -> record.block(List.of(block(2))));

      scene.push("web", 1);

      assertThat(ecs.images(web)).containsExactly(at("web", 1), uri("proxy") + ":1");
    }

    /** ECS resolves a tag anew for each deployment: to the blocked image, if it is still there. */
    @Test
    void keeps_the_digest_that_runs_where_its_tag_points_at_what_is_blocked() {
      ecr.push("web", "staging", digest(1));
      ecr.push("proxy", "staging", digest(2));
      ServiceArn byTag =
          ecs.have(
              "main",
              "by-tag",
              "staging",
              ecs.have("web", "web", uri("web") + ":staging", "proxy", uri("proxy") + ":staging"));
      scene.check(byTag, SWEEP);
      ecr.push("proxy", "staging", digest(3));
      scene.write(byTag, record -> record.block(List.of(block(3))));

      scene.push("web", 4);

      assertThat(ecs.running(byTag).containers())
          .extracting(container -> container.image().digest())
          .containsExactly(Optional.of(digest(4)), Optional.of(digest(2)));
      assertThat(scene.newest(byTag).changes())
          .extracting(ImageChange::container)
          .containsExactly("web");
    }
  }

  /** A hold is announced once: not at every push of the same image, and not at every sweep. */
  @Nested
  class A_hold {
    private ServiceArn web = FakeEcs.arn("main", "web");

    @BeforeEach
    void of_a_paused_service() {
      web = scene.have("web", at("web", 1));
      scene.push("web", 1);
      scene.write(web, DeployerTest.this::paused);
    }

    @Test
    void is_told_once_of_each_image() {
      scene.push("web", 2);
      scene.push("web", 2);
      scene.check(web, SWEEP);
      assertThat(announcer.news()).hasSize(1);
      assertThat(announcer.decided()).as("it is logged each time").hasSize(4);

      scene.push("web", 3);
      assertThat(announcer.news()).hasSize(2);
      assertThat(announcer.news().getLast().reason()).contains("web 000000000003");
    }

    @Test
    void that_could_not_be_announced_is_tried_again_by_channel_until_it_is() {
      announcer.breakDown(Announcement.NOTIFICATION);
      assertThatThrownBy(() -> scene.push("web", 2))
          .isInstanceOf(PartialFailure.class)
          .hasMessageContaining("it is paused, and that could not be announced");
      assertThatThrownBy(() -> scene.check(web, SWEEP)).isInstanceOf(PartialFailure.class);
      assertThat(announcer.events()).as("once").hasSize(1);
      assertThat(announcer.news()).isEmpty();

      announcer.repair();
      scene.check(web, SWEEP);
      scene.check(web, SWEEP);

      assertThat(announcer.events()).hasSize(1);
      assertThat(announcer.newsOf())
          .singleElement()
          .as("what is held, whoever has it told")
          .isInstanceOf(Trigger.Push.class);
    }

    @Test
    void that_could_not_be_announced_keeps_no_deployment_from_being_started() {
      announcer.breakDown(Announcement.NOTIFICATION);
      announcer.breakDown(Announcement.EVENT);
      assertThatThrownBy(() -> scene.push("web", 2)).isInstanceOf(PartialFailure.class);

      scene.write(web, record -> record.withPause(Optional.empty()));
      scene.push("web", 3);

      assertThat(announcer.started()).hasSize(1);
    }

    @Test
    void is_not_told_at_a_sweep_but_at_the_push_after_it() {
      ecr.push("web", "staging", digest(2));
      scene.check(web, SWEEP);
      assertThat(announcer.news()).isEmpty();

      scene.push("web", 2);
      assertThat(announcer.news()).hasSize(1);
    }

    @Test
    void is_told_again_when_it_holds_again_after_a_deployment() {
      scene.push("web", 2);
      scene.write(web, record -> record.withPause(Optional.empty()));
      scene.check(web, SWEEP);
      ecs.complete(web);
      scene.write(web, DeployerTest.this::paused);
      scene.push("web", 1);
      scene.push("web", 2);
      scene.push("web", 1);

      assertThat(announcer.news()).hasSize(2);
    }

    /** One container's image waits for approval while another's is approved and deployed. */
    @Test
    void at_a_gate_is_no_news_after_a_deployment_of_another_container() {
      DeployScene gated = DeployScene.withApproval();
      gated.ecr.push("proxy", "staging", digest(2));
      gated.ecr.push("web", "staging", digest(1));
      ServiceArn both =
          gated.ecs.have(
              "main",
              "web",
              "staging",
              gated.ecs.have("web", "web", at("web", 1), "proxy", at("proxy", 2)));
      gated.push("web", 3);
      gated.push("proxy", 4);
      assertThat(gated.announcer.news()).hasSize(2);

      gated.write(
          both,
          record ->
              record.approve(List.of(new Approval(digest(4), "ann", gated.now, Optional.empty()))));
      gated.check(both, SWEEP);
      gated.ecs.complete(both);
      gated.check(both, SWEEP);

      assertThat(gated.ecs.images(both)).containsExactly(at("web", 1), at("proxy", 4));
      assertThat(gated.announcer.news()).as("web still waits").hasSize(2);
      gated.push("web", 5);
      assertThat(gated.announcer.news()).hasSize(3);
    }

    @Test
    void of_a_push_that_another_worker_took_over_is_told_too() {
      ecr.push("web", "staging", digest(2));
      scene.write(
          web, record -> record.noted(DeployScene.push("web", "staging", digest(2), scene.now)));

      scene.check(web, SWEEP);

      assertThat(announcer.news()).hasSize(1);
      assertThat(announcer.newsOf())
          .as("of the push, and not of the sweep that found it")
          .hasOnlyElementsOfType(Trigger.Push.class);
      assertThat(scene.record(web).notes()).isEmpty();
    }

    /** The notification of the failure says that the image is blocked. */
    @Test
    void of_a_push_that_came_while_its_image_failed_is_not_told_and_of_a_later_one_is() {
      scene.write(
          web,
          record ->
              record
                  .withPause(Optional.empty())
                  .block(
                      List.of(
                          new Block(
                              digest(2),
                              "web",
                              scene.now.plusSeconds(60),
                              Block.SLIPWAY,
                              Optional.of(DeploymentId.of(scene.now, 7)),
                              "tasks failed to start"))));

      scene.push("web", 2);
      assertThat(announcer.news()).isEmpty();

      ecr.push("web", "staging", digest(2));
      scene.handle(DeployScene.push("web", "staging", digest(2), scene.now.plusSeconds(61)));
      assertThat(announcer.news()).hasSize(1);
    }

    @Test
    void because_nothing_could_ever_be_deployed_is_told_once_of_each_image() {
      ServiceArn draining =
          ecs.have(
              "main",
              "draining",
              "staging",
              ecs.have("draining", "web", at("web", 1)),
              service -> service.put("status", "DRAINING"));

      scene.write(
          draining,
          record ->
              record
                  .withEnvironment(Optional.of("staging"))
                  .withRevision(
                      Optional.of(
                          new KnownRevision(
                              TaskDefinitionArn.of(draining, "draining:1"),
                              Map.of("web", ImageReference.parse(at("web", 1)))))));

      scene.push("web", 2);
      scene.push("web", 2);
      scene.check(draining, SWEEP);
      assertThat(announcer.news())
          .filteredOn(Decision.NotDeployable.class::isInstance)
          .singleElement()
          .extracting(Decision::service)
          .isEqualTo(draining);

      scene.push("web", 3);
      assertThat(announcer.news()).filteredOn(Decision.NotDeployable.class::isInstance).hasSize(2);
    }

    /** Drift is news whoever finds it: no push may ever come. */
    @Test
    void that_is_drift_is_told_once_by_a_sweep() {
      scene.write(web, record -> record.withPause(Optional.empty()));
      scene.push("web", 2);
      ecs.complete(web);
      ecs.pass(Duration.ofMinutes(1));
      ecs.deploy(web, ecs.have("web", "web", at("web", 9)));
      ecs.complete(web);

      scene.check(web, SWEEP);
      scene.check(web, SWEEP);

      assertThat(announcer.news())
          .singleElement()
          .isInstanceOfSatisfying(
              Decision.Held.class,
              held -> assertThat(held.hold()).isEqualTo(Decision.Hold.DRIFTED));
    }

    /** A tag had room for 256 characters; the record has no such limit. */
    @Test
    void has_room_for_500_characters() {
      String note = "x".repeat(500);
      scene.write(
          web,
          record -> record.withPause(Optional.of(new Pause("ann", scene.now, Optional.of(note)))));

      scene.push("web", 2);

      assertThat(announcer.news())
          .singleElement()
          .extracting(Decision::reason)
          .asString()
          .contains(note);
      assertThat(scene.record(web).pause().orElseThrow().note()).contains(note);
    }
  }

  /** Fault 6: a deployment is credited to the push that brought its image. */
  @Nested
  class Credit {
    private ServiceArn web = FakeEcs.arn("main", "web");

    @BeforeEach
    void a_service_runs_image_1() {
      web = scene.have("web", at("web", 1));
      scene.push("web", 1);
      ecr.push("web", "staging", digest(2));
    }

    private Trigger.Push push(int number) {
      return DeployScene.push("web", "staging", digest(number), scene.now);
    }

    @Test
    void goes_to_a_push_whose_event_came_after_a_sweep_had_deployed_its_image() {
      scene.check(web, SWEEP);
      assertThat(scene.newest(web).trigger()).isEqualTo(SWEEP);

      scene.handle(push(2));

      assertThat(scene.newest(web).trigger()).isEqualTo(push(2));
      assertThat(ecs.deployments()).isEqualTo(1);
    }

    @Test
    void stays_with_the_operator_who_asked_for_the_deployment() {
      scene.write(
          web,
          record ->
              record.withRequest(
                  Optional.of(
                      new DeployRequest("r-1", "ann", scene.now, false, Optional.empty()))));
      scene.check(web, ANN);

      scene.handle(push(2));

      assertThat(scene.newest(web).trigger()).isEqualTo(ANN);
    }

    @Test
    void stays_with_the_push_that_brought_the_image_first() {
      scene.handle(push(2));
      Trigger.Push retagged =
          DeployScene.push("web", "staging", digest(2), scene.now.plusSeconds(300));

      scene.handle(retagged);

      assertThat(scene.newest(web).trigger()).isEqualTo(push(2));
    }

    /** An old event that comes twice does not make a push of hours ago of a deployment. */
    @Test
    void never_goes_to_the_push_of_an_image_that_the_service_had_already() {
      Trigger.Push old =
          DeployScene.push("web", "staging", digest(1), scene.now.minusSeconds(3_600));
      ServiceArn both =
          ecs.have(
              "main",
              "both",
              "staging",
              ecs.have("both", "web", at("web", 2), "proxy", at("proxy", 5)));
      ecr.push("proxy", "staging", digest(6));
      Trigger.Push again =
          DeployScene.push("web", "staging", digest(2), scene.now.minusSeconds(3_600));

      scene.check(both, again);
      assertThat(ecs.images(both)).containsExactly(at("web", 2), at("proxy", 6));
      assertThat(((Trigger.Push) scene.newest(both).trigger()).at())
          .as("when proxy was pushed is not known")
          .isEmpty();

      scene.check(web, SWEEP);
      scene.handle(old);
      assertThat(scene.newest(web).trigger()).isEqualTo(SWEEP);
    }

    private Trigger.Push promoted() {
      return new Trigger.Push(
          "r-1",
          FakeImageRegistry.repository("web"),
          new ImageTag("staging"),
          Optional.of(digest(2)),
          Optional.of(scene.now),
          Optional.of("ann"));
    }

    @Test
    void goes_to_who_promoted_the_image_although_ecrs_event_came_first() {
      scene.handle(push(2));

      scene.check(web, promoted());

      assertThat(scene.newest(web).trigger()).isEqualTo(promoted());
      assertThat(ecs.deployments()).isEqualTo(1);
    }

    @Test
    void stays_with_who_promoted_the_image_when_ecrs_event_comes() {
      scene.check(web, promoted());

      scene.handle(push(2));

      assertThat(scene.newest(web).trigger()).isEqualTo(promoted());
      assertThat(ecs.deployments()).isEqualTo(1);
    }

    @Test
    void of_an_ended_deployment_is_not_changed() {
      scene.check(web, SWEEP);
      DeploymentRecord running = scene.newest(web);
      scene.records.write(
          RecordChange.of(
              scene.record(web),
              scene.record(web),
              running.ended(
                  DeploymentRecord.Ended.because(
                      DeploymentOutcome.UNKNOWN, scene.now, "ECS has forgotten it"))));

      scene.handle(push(2));

      assertThat(scene.newest(web).trigger()).isEqualTo(SWEEP);
    }
  }

  /** With the table lost, an image whose newest deployment was rolled back counts as failed. */
  @Test
  void without_a_record_an_image_that_ecs_rolled_back_is_not_deployed_again() {
    ServiceArn web = scene.have("web", at("web", 1));
    ecs.deploy(web, ecs.have("web", "web", at("web", 2)));
    ecs.fail(web);
    ecs.finishRollback(web);

    scene.push("web", 2);

    assertThat(ecs.deployments()).isZero();
    assertThat(ecs.images(web)).containsExactly(at("web", 1));
    assertThat(announcer.news())
        .singleElement()
        .isInstanceOfSatisfying(
            Decision.Held.class, held -> assertThat(held.hold()).isEqualTo(Decision.Hold.BLOCKED));
    assertThat(scene.record(web).isBlocked(digest(2))).isTrue();
  }

  @Test
  void two_environments_cannot_have_the_same_name() {
    assertThatThrownBy(() -> new DeployScene(environment("a", "x"), environment("a", "y")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("two environments of the same name");
  }
}
