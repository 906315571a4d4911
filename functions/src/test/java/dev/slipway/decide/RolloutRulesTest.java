package dev.slipway.decide;

import static dev.slipway.record.SampleDeployments.NOON;
import static dev.slipway.record.SampleDeployments.PUSH;
import static dev.slipway.record.SampleDeployments.WEB;
import static dev.slipway.record.SampleDeployments.change;
import static dev.slipway.record.SampleDeployments.digest;
import static dev.slipway.record.SampleDeployments.ended;
import static dev.slipway.record.SampleDeployments.intent;
import static dev.slipway.record.SampleDeployments.revision;
import static dev.slipway.record.SampleDeployments.running;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.decide.RolloutRules.Shown;
import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.ServiceDeployment.Status;
import dev.slipway.ecs.ServiceRevision;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageChange;
import dev.slipway.image.ImageDigest;
import dev.slipway.record.Block;
import dev.slipway.record.DeploymentOutcome;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.DeploymentRecord.Ended;
import dev.slipway.record.DeploymentRecord.Rollback;
import dev.slipway.record.DeploymentRecord.RollbackState;
import dev.slipway.record.DeploymentRecord.Stop;
import dev.slipway.record.RecordedService;
import dev.slipway.record.ServiceRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How ECS's service deployments are read: the table of their statuses, and what follows them. */
class RolloutRulesTest {
  private static final DeploymentRecord OURS = running(2, PUSH, change("web", 1, 2));
  private static final Instant END = NOON.plusSeconds(90);
  private static final Instant LATER = NOON.plusSeconds(120);

  private final List<ServiceDeployment> deployments = new ArrayList<>();
  private final Map<String, ServiceRevision> revisions = new LinkedHashMap<>();
  private boolean complete = true;

  private static String arn(int number) {
    return new EcsDeploymentId(Integer.toString(number)).serviceRevisionOf(WEB);
  }

  /** ECS shows a deployment of this number, created so many seconds after noon. */
  private void shows(int number, Status status, int createdAfter, TaskDefinitionArn revision) {
    shows(number, status, createdAfter, revision, false, List.of());
  }

  private void shows(
      int number,
      Status status,
      int createdAfter,
      TaskDefinitionArn revision,
      boolean breaker,
      List<String> alarms) {
    boolean rollback = status.name().startsWith("ROLLBACK") && status != Status.ROLLBACK_REQUESTED;
    boolean over =
        switch (status) {
          case STOPPED, SUCCESSFUL, ROLLBACK_SUCCESSFUL, ROLLBACK_FAILED -> true;
          default -> false;
        };
    deployments.add(
        new ServiceDeployment(
            "d" + number,
            arn(number),
            status,
            Optional.of("words of ECS"),
            NOON.plusSeconds(createdAfter),
            over ? Optional.of(END) : Optional.empty(),
            List.of(arn(1)),
            status == Status.SUCCESSFUL ? 3 : 0,
            rollback
                ? Optional.of(
                    new ServiceDeployment.Rollback(
                        Optional.of("tasks failed to start"),
                        Optional.of(NOON.plusSeconds(60)),
                        Optional.of(arn(1))))
                : Optional.empty(),
            breaker,
            alarms));
    revisions.put(
        arn(number), new ServiceRevision(arn(number), revision, List.of(), Instant.EPOCH));
    revisions.put(arn(1), new ServiceRevision(arn(1), revision(1), List.of(), Instant.EPOCH));
  }

  private Shown shown() {
    return new Shown(deployments, revisions, complete);
  }

  private Optional<Ended> end() {
    return RolloutRules.ended(OURS, shown(), LATER);
  }

  private Ended ending() {
    return end().orElseThrow();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      textBlock =
          """
          # ECS's status,       outcome,  rollback,    tasks, ended so many seconds after noon
          PENDING,              -,        -,           0,     0
          IN_PROGRESS,          -,        -,           0,     0
          STOP_REQUESTED,       -,        -,           0,     0
          ROLLBACK_REQUESTED,   -,        -,           0,     0
          UNKNOWN,              -,        -,           0,     0
          SUCCESSFUL,           DEPLOYED, -,           3,     90
          ROLLBACK_IN_PROGRESS, FAILED,   IN_PROGRESS, 0,     60
          ROLLBACK_SUCCESSFUL,  FAILED,   SUCCESSFUL,  0,     60
          ROLLBACK_FAILED,      FAILED,   FAILED,      0,     60
          STOPPED,              FAILED,   -,           0,     90
          """)
  void a_status_is_an_outcome(
      Status status, DeploymentOutcome outcome, RollbackState rollback, int tasks, int after) {
    shows(2, status, 3, revision(2));

    assertThat(end().map(Ended::outcome)).isEqualTo(Optional.ofNullable(outcome));
    assertThat(end().flatMap(Ended::rollback).map(Rollback::state))
        .isEqualTo(Optional.ofNullable(rollback));
    end()
        .ifPresent(ended -> {
          assertThat(ended.tasks()).isEqualTo(tasks);
          assertThat(ended.at()).isEqualTo(NOON.plusSeconds(after));
          assertThat(ended.serviceDeployment()).contains("d2");
        });
  }

  @ParameterizedTest
  @EnumSource(Status.class)
  void every_status_is_under_way_or_has_an_outcome_or_is_unknown(Status status) {
    shows(2, status, 3, revision(2));

    boolean underWay = RolloutRules.isUnderWay(deployments.getFirst());

    assertThat(underWay).isEqualTo(end().isEmpty() && status != Status.UNKNOWN);
  }

  @Test
  void a_rollback_names_the_revision_that_ecs_goes_back_to_and_the_reason() {
    shows(2, Status.ROLLBACK_IN_PROGRESS, 3, revision(2));

    assertThat(ending().rollback().orElseThrow().to()).contains(revision(1));
    assertThat(ending().why()).contains("tasks failed to start");
  }

  @Test
  void what_was_deployed_needs_no_reason() {
    shows(2, Status.SUCCESSFUL, 3, revision(2));

    assertThat(ending().why()).isEmpty();
  }

  /** Captured in February 2026: a first deployment has nothing to go back to. */
  @Test
  void a_failed_rollback_without_a_target_is_read_as_it_was_captured() throws IOException {
    ServiceDeployment captured =
        ServiceDeployment.parse(
            new ObjectMapper()
                .readTree(
                    Path.of("../events/captured/service-deployment-rollback-failed-2026-02.json")
                        .toFile()));
    DeploymentRecord deployment =
        intent(2, PUSH, change("web", 1, 2))
            .started(revision(2), captured.id(), captured.createdAt());

    Ended end =
        RolloutRules.ended(
                deployment,
                new Shown(List.of(captured), Map.of(), true),
                captured.createdAt().plusSeconds(100))
            .orElseThrow();

    assertThat(end.outcome()).isEqualTo(DeploymentOutcome.FAILED);
    assertThat(end.rollback()).contains(new Rollback(Optional.empty(), RollbackState.FAILED));
    assertThat(end.at()).isEqualTo(Instant.parse("2026-02-26T09:07:11.100Z"));
    assertThat(end.why())
        .contains(
            "Service deployment rolled back because the circuit breaker threshold was exceeded.");
    assertThat(end.tasks()).isZero();
  }

  /** It has no finishedAt either, so every later deployment looks like one in its middle. */
  @Test
  void a_failed_rollback_without_a_target_was_superseded_by_nothing() throws IOException {
    ServiceDeployment captured =
        ServiceDeployment.parse(
            new ObjectMapper()
                .readTree(
                    Path.of("../events/captured/service-deployment-rollback-failed-2026-02.json")
                        .toFile()));
    DeploymentRecord deployment =
        intent(2, PUSH, change("web", 1, 2))
            .started(revision(2), captured.id(), captured.createdAt());
    shows(3, Status.SUCCESSFUL, 0, revision(3));
    deployments.add(captured);

    assertThat(
            RolloutRules.ended(deployment, shown(), LATER)
                .flatMap(Ended::rollback)
                .map(Rollback::state))
        .contains(RollbackState.FAILED);
  }

  @Nested
  class A_stopped_deployment {
    @Test
    void that_the_circuit_breaker_found_bad_has_failed() {
      shows(2, Status.STOPPED, 3, revision(2), true, List.of());
      shows(3, Status.IN_PROGRESS, 20, revision(3));

      assertThat(ending().outcome()).isEqualTo(DeploymentOutcome.FAILED);
      assertThat(ending().why()).contains("words of ECS");
    }

    @Test
    void that_an_alarm_found_bad_has_failed() {
      shows(2, Status.STOPPED, 3, revision(2), false, List.of("5xx"));
      shows(3, Status.IN_PROGRESS, 20, revision(3));

      assertThat(ending().outcome()).isEqualTo(DeploymentOutcome.FAILED);
    }

    @Test
    void was_superseded_by_the_first_one_of_another_revision() {
      shows(2, Status.STOPPED, 3, revision(2));
      shows(3, Status.STOPPED, 20, revision(3));
      shows(4, Status.SUCCESSFUL, 30, revision(4));

      assertThat(ending().outcome()).isEqualTo(DeploymentOutcome.SUPERSEDED);
      assertThat(ending().why()).contains("superseded by deployment ecs-svc/3 of web:3");
      assertThat(ending().rollback()).isEmpty();
    }

    @Test
    void was_superseded_by_one_whose_revision_ecs_has_forgotten() {
      shows(2, Status.STOPPED, 3, revision(2));
      shows(3, Status.SUCCESSFUL, 20, revision(3));
      revisions.remove(arn(3));

      assertThat(ending().why()).contains("superseded by deployment ecs-svc/3 of another revision");
    }

    @Test
    void was_not_superseded_by_one_that_came_after_its_end() {
      shows(2, Status.STOPPED, 3, revision(2));
      shows(3, Status.SUCCESSFUL, 95, revision(3));

      assertThat(ending().outcome()).isEqualTo(DeploymentOutcome.FAILED);
    }

    /** The clocks of two parts of ECS are not quite one. */
    @ParameterizedTest
    @ValueSource(ints = {3, 91})
    void was_superseded_by_one_that_began_in_the_same_instant_or_a_moment_after_its_end(int at) {
      shows(2, Status.STOPPED, 3, revision(2));
      shows(3, Status.SUCCESSFUL, at, revision(3));

      assertThat(ending().outcome()).isEqualTo(DeploymentOutcome.SUPERSEDED);
    }

    /** Another client forced a new deployment of the same revision. */
    @Test
    void goes_on_as_the_next_one_of_the_same_revision() {
      shows(2, Status.STOPPED, 3, revision(2));
      shows(3, Status.SUCCESSFUL, 20, revision(2));

      assertThat(ending().outcome()).isEqualTo(DeploymentOutcome.DEPLOYED);
      assertThat(ending().serviceDeployment()).contains("d3");
    }

    @Test
    void has_no_outcome_while_the_next_one_of_the_same_revision_has_none() {
      shows(2, Status.STOPPED, 3, revision(2));
      shows(3, Status.IN_PROGRESS, 20, revision(2));

      assertThat(end()).isEmpty();
    }
  }

  @Test
  void a_rollback_that_another_deployment_replaced_has_not_failed_by_itself() {
    shows(2, Status.ROLLBACK_FAILED, 3, revision(2));
    shows(3, Status.IN_PROGRESS, 70, revision(3));

    assertThat(ending().outcome()).isEqualTo(DeploymentOutcome.FAILED);
    assertThat(ending().rollback().orElseThrow().state()).isEqualTo(RollbackState.SUPERSEDED);
  }

  @Nested
  class A_deployment_that_ecs_does_not_show {
    @Test
    void is_waited_for() {
      assertThat(end()).isEmpty();
    }

    @Test
    void for_an_hour_has_an_unknown_end() {
      assertThat(RolloutRules.ended(OURS, shown(), OURS.decidedAt().plus(Duration.ofHours(1))))
          .isEmpty();
      assertThat(
              RolloutRules.ended(
                      OURS, shown(), OURS.decidedAt().plus(Duration.ofHours(1)).plusMillis(1))
                  .orElseThrow())
          .isEqualTo(
              Ended.because(
                  DeploymentOutcome.UNKNOWN,
                  OURS.decidedAt().plus(Duration.ofHours(1)).plusMillis(1),
                  "ECS no longer has a record of it"));
    }

    @Test
    void and_that_is_older_than_all_that_it_shows_has_an_unknown_end() {
      complete = false;
      shows(3, Status.SUCCESSFUL, 20, revision(3));

      assertThat(ending().outcome()).isEqualTo(DeploymentOutcome.UNKNOWN);
    }

    @Test
    void and_that_may_be_among_those_not_read_yet_is_waited_for() {
      complete = false;
      shows(3, Status.SUCCESSFUL, 1, revision(3));

      assertThat(end()).isEmpty();
    }
  }

  @Nested
  class The_rollback_of_a_failed_deployment {
    private final DeploymentRecord failed =
        OURS.ended(
            new Ended(
                DeploymentOutcome.FAILED,
                NOON.plusSeconds(60),
                0,
                Optional.of("d2"),
                Optional.of(new Rollback(Optional.of(revision(1)), RollbackState.IN_PROGRESS)),
                List.of(digest(2)),
                Optional.empty(),
                Optional.empty(),
                List.of()));

    @ParameterizedTest
    @CsvSource(
        nullValues = "-",
        textBlock =
            """
            ROLLBACK_IN_PROGRESS, -
            ROLLBACK_SUCCESSFUL,  SUCCESSFUL
            ROLLBACK_FAILED,      FAILED
            """)
    void is_followed_to_its_end(Status status, RollbackState state) {
      shows(2, status, 3, revision(2));

      assertThat(RolloutRules.rollbackNow(failed, shown()).map(Rollback::state))
          .isEqualTo(Optional.ofNullable(state));
    }

    @Test
    void keeps_the_revision_that_ecs_has_forgotten() {
      shows(2, Status.ROLLBACK_SUCCESSFUL, 3, revision(2));
      revisions.clear();

      assertThat(RolloutRules.rollbackNow(failed, shown()))
          .contains(new Rollback(Optional.of(revision(1)), RollbackState.SUCCESSFUL));
    }

    @Test
    void of_which_ecs_shows_nothing_any_more_is_superseded() {
      complete = false;
      shows(3, Status.SUCCESSFUL, 200, revision(3));

      assertThat(RolloutRules.rollbackNow(failed, shown()).map(Rollback::state))
          .contains(RollbackState.SUPERSEDED);
    }

    @Test
    void that_has_ended_has_no_news() {
      shows(2, Status.ROLLBACK_FAILED, 3, revision(2));
      Ended end = failed.ended().orElseThrow();
      DeploymentRecord over =
          failed.endedAs(
              end.withRollback(new Rollback(Optional.of(revision(1)), RollbackState.SUCCESSFUL)));

      assertThat(RolloutRules.rollbackNow(over, shown())).isEmpty();
    }
  }

  @Nested
  class What_is_blocked {
    private static List<ImageDigest> blocked(
        DeploymentRecord deployment, DeploymentOutcome outcome, DeploymentRecord... others) {
      List<DeploymentRecord> all = new ArrayList<>(List.of(others));
      all.add(deployment);
      return RolloutRules.blocks(
              deployment,
              ended(outcome, 0),
              new RecordedService(ServiceRecord.unknown(WEB), all),
              Set.of(),
              "it failed")
          .stream()
          .map(Block::digest)
          .toList();
    }

    @ParameterizedTest
    @EnumSource(DeploymentOutcome.class)
    void is_what_failed_and_nothing_else(DeploymentOutcome outcome) {
      assertThat(blocked(OURS, outcome))
          .isEqualTo(outcome == DeploymentOutcome.FAILED ? List.of(digest(2)) : List.of());
    }

    @Test
    void is_every_image_that_changed_and_none_that_stayed() {
      DeploymentRecord deployment =
          running(
              2,
              PUSH,
              change("web", 1, 2),
              change("api", 5, 5),
              change("proxy", 6, 7),
              new ImageChange(
                  "second",
                  change("web", 1, 2).from(),
                  change("web", 1, 2).to(),
                  Optional.empty()));

      assertThat(blocked(deployment, DeploymentOutcome.FAILED))
          .containsExactly(digest(2), digest(7));
    }

    @Test
    void is_nothing_that_was_deployed_well_since() {
      DeploymentRecord good =
          running(3, PUSH, change("web", 1, 2)).ended(ended(DeploymentOutcome.DEPLOYED, 3));
      DeploymentRecord idle =
          running(3, PUSH, change("web", 1, 2)).ended(ended(DeploymentOutcome.DEPLOYED, 0));

      assertThat(blocked(OURS, DeploymentOutcome.FAILED, good)).isEmpty();
      assertThat(blocked(OURS, DeploymentOutcome.FAILED, idle)).containsExactly(digest(2));
    }

    @Test
    void is_also_what_was_deployed_well_before() {
      DeploymentRecord earlier =
          running(1, PUSH, change("web", 1, 2)).ended(ended(DeploymentOutcome.DEPLOYED, 3));

      assertThat(blocked(OURS, DeploymentOutcome.FAILED, earlier)).containsExactly(digest(2));
    }

    /** Who stopped it has said what is blocked. */
    @Test
    void is_nothing_where_an_operator_stopped_it() {
      assertThat(blocked(OURS.stopped(new Stop("ann", NOON)), DeploymentOutcome.FAILED)).isEmpty();
    }

    @Test
    void says_why_by_which_deployment_and_since_when() {
      assertThat(
              RolloutRules.blocks(
                  OURS,
                  ended(DeploymentOutcome.FAILED, 0),
                  new RecordedService(ServiceRecord.unknown(WEB), List.of(OURS)),
                  Set.of(),
                  "tasks failed to start"))
          .containsExactly(
              new Block(
                  digest(2),
                  "web",
                  NOON.plusSeconds(60),
                  Block.SLIPWAY,
                  Optional.of(OURS.id()),
                  "tasks failed to start"));
    }
  }
}
