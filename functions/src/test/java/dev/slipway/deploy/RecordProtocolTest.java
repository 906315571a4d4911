package dev.slipway.deploy;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.deploy.FakeImageRegistry.repository;
import static dev.slipway.deploy.FakeImageRegistry.uri;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.decide.Decision;
import dev.slipway.decide.Environments;
import dev.slipway.deploy.FakeEcs.Operation;
import dev.slipway.ecs.RevisionTags;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageTag;
import dev.slipway.image.RepositoryPattern;
import dev.slipway.record.DeploymentId;
import dev.slipway.record.DeploymentOutcome;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.InMemoryRecordStore;
import dev.slipway.record.RecordedService;
import dev.slipway.record.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** How workers share a service through its record, and what a crash at any point leaves. */
class RecordProtocolTest {
  private final FakeEcs ecs = new FakeEcs();
  private final FakeImageRegistry ecr = new FakeImageRegistry();
  private final InMemoryRecordStore records = new InMemoryRecordStore();
  private final FakeHintQueue queue = new FakeHintQueue();
  private final FakeAnnouncer announcer = new FakeAnnouncer();
  private final List<ServiceArn> checks = new ArrayList<>();
  private final Deployer deployer =
      new Deployer(
          new Deployer.Ports(
              List.of(Environments.following("staging")),
              RepositoryPattern.ALL,
              ecs,
              ecs,
              ecr,
              new FakeChangeCalendars(),
              records,
              Optional.of(queue),
              checks::addAll,
              announcer));
  private Instant now = Instant.parse("2026-11-28T10:00:00Z");
  private int ids;
  private ServiceArn web = FakeEcs.arn("c1", "web");

  @BeforeEach
  void a_service_runs_image_1() {
    ecs.resolveTags(ecr::resolve);
    ecr.push("web", "staging", digest(1));
    web = ecs.have("c1", "web", "staging", ecs.have("web", "web", uri("web") + ":staging"));
    handle("m0", push("p0", digest(1)));
    records.clearCalls();
  }

  private static Trigger.Push push(String id, ImageDigest digest) {
    return push(id, digest, Instant.parse("2026-11-28T10:00:00Z"));
  }

  private static Trigger.Push push(String id, ImageDigest digest, Instant at) {
    return new Trigger.Push(
        id, repository("web"), new ImageTag("staging"), Optional.of(digest), Optional.of(at));
  }

  private Outcome handle(String message, Trigger trigger) {
    return deployer.handle(
        trigger instanceof Trigger.Push push
            ? new Hint.ImagePushed(push)
            : new Hint.CheckService(web, trigger),
        attempt(message));
  }

  private Attempt attempt(String message) {
    return new Attempt(
        message, now, at -> DeploymentId.of(at, ++ids), () -> Duration.ofSeconds(60));
  }

  private RecordedService recorded() {
    return records.read(web);
  }

  private static final class Crash extends Error {
    private static final long serialVersionUID = 1L;
  }

  private static void crash() {
    throw new Crash();
  }

  @Test
  void an_image_named_by_tag_is_current_if_ecs_recorded_its_digest() {
    assertThat(ecs.deployments()).isZero();
    assertThat(announcer.decided()).hasOnlyElementsOfType(Decision.Current.class);
    assertThat(records.usersOf(repository("web")).users()).hasSize(1);
  }

  @Test
  void a_push_costs_five_calls_of_ecs_and_ecr_and_four_of_the_record() {
    ecr.push("web", "staging", digest(2));
    handle("m1", push("p1", digest(2)));
    ecs.complete(web);
    records.clearCalls();
    ecr.push("web", "staging", digest(3));
    handle("m2", push("p2", digest(3)));

    assertThat(records.calls()).containsExactly("usersOf", "read", "write", "write");
    assertThat(ecs.images(web)).containsExactly(uri("web") + "@" + digest(3));
  }

  @Test
  void a_deployment_carries_its_id_in_the_revision() {
    ecr.push("web", "staging", digest(2));

    handle("m1", push("p1", digest(2)));

    DeploymentRecord deployment = recorded().deployments().getFirst();
    assertThat(ecs.running(web).tags())
        .containsEntry(RevisionTags.DEPLOYMENT, deployment.id().value())
        .containsEntry(RevisionTags.TAG, "staging")
        .containsEntry(RevisionTags.DIGEST, digest(2).value());
    assertThat(deployment.isRunning()).isTrue();
    assertThat(deployment.to()).contains(ecs.running(web).arn());
    assertThat(deployment.trigger()).isEqualTo(push("p1", digest(2)));
  }

  @Nested
  class A_hint_that_finds_the_lease_taken {
    @Test
    void leaves_its_note_and_the_holder_looks_again() {
      ecr.push("web", "staging", digest(2));
      ecs.interruptions()
          .before(
              Operation.UPDATE_SERVICE,
              "",
              () -> {
                ecr.push("web", "staging", digest(3));
                Outcome other = handle("m2", push("p2", digest(3)));
                assertThat(other)
                    .isInstanceOfSatisfying(
                        Outcome.Decided.class, d -> assertThat(d.postponed()).contains(web));
              });

      handle("m1", push("p1", digest(2)));

      assertThat(ecs.images(web)).containsExactly(uri("web") + "@" + digest(3));
      assertThat(recorded().deployments().getFirst().trigger()).isEqualTo(push("p2", digest(3)));
      assertThat(recorded().service().notes()).isEmpty();
      assertThat(ecs.registered()).hasSize(2);
    }

    /** Found by the explorer: what ECS had refused was forgotten, and asked for once more. */
    @Test
    void leaves_its_note_and_the_holder_does_not_ask_again_for_what_ecs_refused() {
      ecr.push("web", "staging", digest(2));
      List<Boolean> asked = new ArrayList<>();
      Runnable refusal =
          () -> {
            asked.add(true);
            throw new EcsClientError("InvalidParameterException", new IllegalStateException());
          };
      ecs.interruptions().before(Operation.REGISTER, "", () -> handle("m2", push("p1", digest(2))));
      ecs.interruptions().before(Operation.UPDATE_SERVICE, "", refusal);
      ecs.interruptions().before(Operation.UPDATE_SERVICE, "", refusal);

      handle("m1", push("p1", digest(2)));

      assertThat(asked).hasSize(1);
      assertThat(recorded().deployments()).hasSize(1);
      assertThat(checks).contains(web);
    }

    @Test
    void of_its_own_message_is_tried_again_later() {
      ecr.push("web", "staging", digest(2));
      ecs.interruptions().before(Operation.REGISTER, "", RecordProtocolTest::crash);
      assertThatThrownBy(() -> handle("m1", push("p1", digest(2)))).isInstanceOf(Crash.class);

      assertThatThrownBy(() -> handle("m1", push("p1", digest(2))))
          .hasMessageContaining("its lease is not over");

      now = now.plusSeconds(120);
      handle("m1", push("p1", digest(2)));
      assertThat(ecs.images(web)).containsExactly(uri("web") + "@" + digest(2));
    }
  }

  @Nested
  class After_a_crash {
    @Test
    void before_the_update_the_intent_is_dropped() {
      ecr.push("web", "staging", digest(2));
      ecs.interruptions().before(Operation.UPDATE_SERVICE, "", RecordProtocolTest::crash);
      assertThatThrownBy(() -> handle("m1", push("p1", digest(2)))).isInstanceOf(Crash.class);
      now = now.plusSeconds(120);

      handle("m1", push("p1", digest(2)));

      assertThat(ecs.deployments()).isEqualTo(1);
      assertThat(recorded().deployments().getLast().ended().orElseThrow().outcome())
          .isEqualTo(DeploymentOutcome.DROPPED);
      assertThat(recorded().deployments().getFirst().isRunning()).isTrue();
    }

    @Test
    void after_the_update_the_intent_is_adopted() {
      ecr.push("web", "staging", digest(2));
      ecs.interruptions().after(Operation.UPDATE_SERVICE, "", RecordProtocolTest::crash);
      assertThatThrownBy(() -> handle("m1", push("p1", digest(2)))).isInstanceOf(Crash.class);
      now = now.plusSeconds(120);

      handle("m1", push("p1", digest(2)));

      assertThat(ecs.deployments()).isEqualTo(1);
      assertThat(recorded().deployments()).hasSize(1);
      assertThat(recorded().deployments().getFirst().isRunning()).isTrue();
    }

    /**
     * Found by the explorer: the event was handled while the record could not tell whose it was.
     */
    @Test
    void an_adopted_deployment_whose_event_is_over_has_its_outcome_looked_for() {
      ecr.push("web", "staging", digest(2));
      ecs.interruptions().after(Operation.UPDATE_SERVICE, "", RecordProtocolTest::crash);
      assertThatThrownBy(() -> handle("m1", push("p1", digest(2)))).isInstanceOf(Crash.class);
      ecs.complete(web);
      now = now.plusSeconds(120);

      handle("m1", push("p1", digest(2)));

      assertThat(checks).containsExactly(web);
    }

    @Test
    void an_adopted_deployment_that_is_under_way_is_left_to_its_event() {
      ecr.push("web", "staging", digest(2));
      ecs.interruptions().after(Operation.UPDATE_SERVICE, "", RecordProtocolTest::crash);
      assertThatThrownBy(() -> handle("m1", push("p1", digest(2)))).isInstanceOf(Crash.class);
      now = now.plusSeconds(120);

      handle("m1", push("p1", digest(2)));

      assertThat(checks).isEmpty();
    }

    @Test
    void a_refusal_that_is_recorded_but_not_announced_is_announced_yet() {
      ecr.push("web", "staging", digest(2));
      ecs.interruptions()
          .before(
              Operation.UPDATE_SERVICE,
              "",
              () -> {
                throw new EcsClientError("InvalidParameterException", new IllegalStateException());
              });
      handle("m1", push("p1", digest(2)));
      checks.clear();

      handle("m2", new Trigger.Sweep("s1", now));

      assertThat(checks).containsExactly(web);
    }

    @Test
    void an_equal_revision_of_another_client_is_not_taken_for_it() {
      ecr.push("web", "staging", digest(2));
      ecs.interruptions().before(Operation.REGISTER, "", RecordProtocolTest::crash);
      assertThatThrownBy(() -> handle("m1", push("p1", digest(2)))).isInstanceOf(Crash.class);
      TaskDefinitionArn equal = ecs.have("web", "web", uri("web") + "@" + digest(2));
      ecs.deploy(web, equal);
      now = now.plusSeconds(120);

      handle("m1", push("p1", digest(2)));

      assertThat(ecs.deployments()).isZero();
      assertThat(recorded().deployments().getFirst().ended().orElseThrow().outcome())
          .isEqualTo(DeploymentOutcome.DROPPED);
    }
  }

  @Test
  void another_writer_between_reading_and_intent_is_seen() {
    ecr.push("web", "staging", digest(2));
    records.beforeNextWrite(() -> ecr.push("web", "staging", digest(3)));
    records.beforeNextWrite(() -> {
      ecr.push("web", "staging", digest(3));
      handle("m2", push("p2", digest(3)));
    });

    handle("m1", push("p1", digest(2)));

    assertThat(ecs.images(web)).containsExactly(uri("web") + "@" + digest(3));
    assertThat(ecs.deployments()).isEqualTo(1);
  }

  /** Found by the explorer: the second push had left nothing in the record. */
  @Test
  void a_tag_that_has_gone_back_between_reading_and_intent_is_seen() {
    ecr.push("web", "staging", digest(2));
    records.beforeNextWrite(() -> {
      ecr.push("web", "staging", digest(1));
      handle("m2", push("p2", digest(1)));
    });

    handle("m1", push("p1", digest(2)));

    assertThat(ecs.deployments()).isZero();
  }

  @Nested
  class An_update_that_fails {
    @BeforeEach
    void image_2_is_pushed() {
      ecr.push("web", "staging", digest(2));
      ecs.interruptions().before(Operation.UPDATE_SERVICE, "", this::fail);
      assertThatThrownBy(() -> handle("m1", push("p1", digest(2)))).hasMessageContaining("503");
    }

    private void fail() {
      throw new IllegalStateException("503");
    }

    @Test
    void is_tried_again_with_the_same_revision() {
      ecs.interruptions().before(Operation.UPDATE_SERVICE, "", this::fail);
      assertThatThrownBy(() -> handle("m1", push("p1", digest(2)))).hasMessageContaining("503");
      now = now.plusSeconds(300);

      handle("m9", new Trigger.Sweep("s1", now));

      assertThat(ecs.registered()).hasSize(1);
      assertThat(recorded().deployments())
          .singleElement()
          .satisfies(deployment -> {
            assertThat(deployment.isRunning()).isTrue();
            assertThat(deployment.to()).contains(ecs.running(web).arn());
            assertThat(deployment.decidedAt()).isEqualTo(now);
            assertThat(deployment.trigger()).isEqualTo(push("p1", digest(2)));
          });
    }

    @Test
    void and_takes_effect_only_while_it_is_tried_again_is_one_deployment() {
      TaskDefinitionArn revision = recorded().intent().orElseThrow().to().orElseThrow();
      ecs.interruptions().before(Operation.UPDATE_SERVICE, "", () -> ecs.deploy(web, revision));

      handle("m1", push("p1", digest(2)));

      assertThat(recorded().deployments())
          .singleElement()
          .satisfies(deployment -> assertThat(deployment.isRunning()).isTrue());
      assertThat(ecs.deployments()).isZero();
    }

    @Test
    void is_dropped_if_another_image_is_selected_now() {
      ecr.push("web", "staging", digest(3));

      handle("m2", push("p2", digest(3)));

      assertThat(ecs.images(web)).containsExactly(uri("web") + "@" + digest(3));
      assertThat(recorded().deployments().getLast().ended().orElseThrow().outcome())
          .isEqualTo(DeploymentOutcome.DROPPED);
      assertThat(recorded().deployments().getLast().id())
          .isNotEqualTo(recorded().deployments().getFirst().id());
    }

    @Test
    void is_dropped_if_the_service_has_another_revision_now() {
      ecs.deploy(web, ecs.have("web", "web", uri("web") + "@" + digest(4)));

      handle("m1", push("p1", digest(2)));

      assertThat(ecs.registered()).hasSize(2);
      assertThat(ecs.images(web)).containsExactly(uri("web") + "@" + digest(2));
    }

    @Test
    void gets_a_new_revision_if_ecs_does_not_take_the_old_one_any_more() {
      ecs.delete(recorded().intent().orElseThrow().to().orElseThrow());

      handle("m1", push("p1", digest(2)));

      assertThat(ecs.registered()).hasSize(2);
      assertThat(ecs.images(web)).containsExactly(uri("web") + "@" + digest(2));
      assertThat(recorded().service().refused()).isEmpty();
    }
  }

  @Test
  void a_failed_image_is_not_deployed_again_before_its_outcome_is_recorded() {
    ecr.push("web", "staging", digest(2));
    handle("m1", push("p1", digest(2)));
    ecs.fail(web);

    handle("m2", new Trigger.Sweep("s1", now));

    assertThat(ecs.deployments()).isEqualTo(1);
    assertThat(checks).containsExactly(web);
  }

  @Test
  void the_newest_push_that_a_deployment_satisfies_is_its_trigger() {
    ecr.push("web", "staging", digest(3));
    handle("m1", push("p1", digest(2), now.minusSeconds(30)));
    assertThat(((Trigger.Push) recorded().deployments().getFirst().trigger()).at()).isEmpty();

    handle("m2", push("p2", digest(3), now.minusSeconds(10)));

    assertThat(recorded().deployments().getFirst().trigger())
        .isEqualTo(push("p2", digest(3), now.minusSeconds(10)));
    assertThat(ecs.deployments()).isEqualTo(1);
  }
}
