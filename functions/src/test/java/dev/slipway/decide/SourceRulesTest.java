package dev.slipway.decide;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.deploy.FakeImageRegistry.repository;
import static dev.slipway.deploy.FakeImageRegistry.uri;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.Choice;
import dev.slipway.image.FromPolicy;
import dev.slipway.image.ImageChange;
import dev.slipway.image.ImageReference;
import dev.slipway.image.PassedOver;
import dev.slipway.record.Block;
import dev.slipway.record.DeploymentId;
import dev.slipway.record.DeploymentOutcome;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.RecordedService;
import dev.slipway.record.ServiceRecord;
import dev.slipway.record.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceRulesTest {
  private static final Instant NOON = Instant.parse("2026-11-28T12:00:00Z");

  private final Map<String, Staging> services = new LinkedHashMap<>();

  /** A service of staging. */
  static final class Staging {
    private final ServiceArn arn;
    private final List<DeploymentRecord> deployments = new ArrayList<>();
    private ServiceRecord record;
    int running = 2;
    int desired = 2;
    String environment = "staging";
    private String primary = "0";
    private String primaryRevision = "web:1";
    private Instant primarySince = NOON;
    boolean gone;

    Staging(String name) {
      arn = new ServiceArn("arn:aws:ecs:eu-central-1:123456789012:service/main/" + name);
      record = ServiceRecord.unknown(arn);
    }

    /**
     * A deployment of an image.
     *
     * @param outcome {@code ok}, {@code failed}, {@code empty} (no task ran it), or {@code under
     *     way}
     */
    void deployed(
        int number, Instant start, Instant end, String outcome, List<ImageChange> changes) {
      int revision = deployments.size() + 1;
      deployments.add(
          new DeploymentRecord(
              DeploymentId.of(start, revision),
              arn,
              environment,
              new Trigger.Sweep("s", start),
              TaskDefinitionArn.of(arn, "web:1"),
              Optional.of(TaskDefinitionArn.of(arn, "web:" + (revision + 1))),
              changes,
              Map.of("web", image(number)),
              "",
              start,
              Optional.empty(),
              Optional.of(new EcsDeploymentId("" + revision)),
              Optional.of(start),
              Optional.empty(),
              outcome.equals("under way")
                  ? Optional.empty()
                  : Optional.of(
                      new DeploymentRecord.Ended(
                          outcome.equals("failed")
                              ? DeploymentOutcome.FAILED
                              : DeploymentOutcome.DEPLOYED,
                          end,
                          outcome.equals("empty") ? 0 : 2,
                          Optional.empty(),
                          Optional.empty(),
                          List.of(),
                          Optional.empty(),
                          Optional.empty(),
                          List.of())),
              Set.of()));
      replacedBy("" + revision, "web:" + (revision + 1), start);
      if (outcome.equals("failed")) {
        blocks(number);
      }
    }

    /** A deployment of ECS's, whoever started it. */
    void replacedBy(String deployment, String revision, Instant at) {
      primary = deployment;
      primaryRevision = revision;
      primarySince = at;
    }

    void blocks(int number) {
      record =
          record.block(
              List.of(
                  new Block(
                      digest(number), "web", NOON, Block.SLIPWAY, Optional.empty(), "failed")));
    }

    Source source() {
      if (gone) {
        return new Source(new RecordedService(record, deployments), Optional.empty());
      }
      ObjectNode service =
          JsonNodeFactory.instance
              .objectNode()
              .put("serviceArn", arn.value())
              .put("status", "ACTIVE")
              .put("desiredCount", desired)
              .put("runningCount", running);
      service
          .putArray("deployments")
          .addObject()
          .put("id", "ecs-svc/" + primary)
          .put("status", "PRIMARY")
          .put("createdAt", primarySince.getEpochSecond())
          .put("taskDefinition", TaskDefinitionArn.of(arn, primaryRevision).value());
      return new Source(
          new RecordedService(record, deployments), Optional.of(Service.parse(service)));
    }
  }

  private Staging service(String name) {
    return services.computeIfAbsent(name, Staging::new);
  }

  /**
   * A deployment of an image at an hour of the day; it takes no time.
   *
   * @param outcome {@code ok}, {@code failed}, {@code empty} (no task ran it), or {@code under way}
   */
  private void deployed(String name, int number, int hour, String outcome) {
    deployed(name, number, hour, outcome, List.of());
  }

  private void deployed(
      String name, int number, int hour, String outcome, List<ImageChange> changes) {
    Instant at = Instant.parse("2026-11-28T%02d:00:00Z".formatted(hour));
    service(name).deployed(number, at, at, outcome, changes);
  }

  static ImageReference image(int number) {
    return ImageReference.parse(uri("web") + "@" + digest(number));
  }

  private Choice choose(int soakHours, Integer... running) {
    return SourceRules.choose(
        new FromPolicy("staging", Duration.ofHours(soakHours)),
        repository("web"),
        services.values().stream().map(Staging::source).toList(),
        Set.of(running).stream().map(number -> digest(number)).collect(Collectors.toSet()),
        NOON);
  }

  /** The number of the image, and why newer ones were passed over. */
  private static String words(Choice choice) {
    StringBuilder words = new StringBuilder();
    words.append(
        choice.digest().map(digest -> "" + Integer.parseInt(digest.abbreviated(), 16)).orElse("-"));
    for (PassedOver image : choice.passedOver()) {
      words.append("; ").append(Integer.parseInt(image.image(), 16)).append(": ");
      words.append(image.why());
    }
    return words.toString();
  }

  /**
   * One service of staging; its deployments are an image, an hour, and {@code !} for one that
   * failed, {@code 0} for one of no tasks, {@code …} for one under way. It is noon.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # deployments   | soak | what is chosen, and what is passed over
          ''              | 0    | -
          1@10            | 0    | 1
          1@10            | 2    | 1
          1@11            | 2    | -; 1: main/web has to run it until 2026-11-28T13:00:00Z
          1@08 2@11       | 2    | 1; 2: main/web has to run it until 2026-11-28T13:00:00Z
          1@08 2@09       | 2    | 2
          # what was replaced before it had soaked never counts
          1@08 2@09 3@11  | 2    | 2; 3: main/web has to run it until 2026-11-28T13:00:00Z
          1@10 2@11       | 2    | -; 2: main/web has to run it until 2026-11-28T13:00:00Z; 1: main/web ran it from 2026-11-28T10:00:00Z to 2026-11-28T11:00:00Z only
          # what failed is blocked, and has replaced nothing
          1@08 2@11!      | 2    | 1; 2: it is blocked in main/web
          1@11 2@11!      | 0    | 1; 2: it is blocked in main/web
          # what is under way, or runs no task, proves nothing
          1@08 2@11…      | 2    | 1; 2: main/web is deploying it
          1@11 2@12…      | 2    | -; 2: main/web is deploying it; 1: main/web ran it from 2026-11-28T11:00:00Z to 2026-11-28T12:00:00Z only
          1@08 2@110      | 2    | 1; 2: main/web has not completed it
          # of an image that came back, the first time counts
          2@05 1@06 2@07  | 0    | 1
          """)
  void is_chosen_of_one_service(String deployments, int soak, String chosen) {
    for (String deployment : deployments.isBlank() ? new String[0] : deployments.split(" ", -1)) {
      String[] parts = deployment.split("@", 2);
      String end = parts[1].substring(2);
      deployed(
          "web",
          Integer.parseInt(parts[0]),
          Integer.parseInt(parts[1].substring(0, 2)),
          switch (end) {
            case "!" -> "failed";
            case "0" -> "empty";
            case "…" -> "under way";
            default -> "ok";
          });
    }

    assertThat(words(choose(soak))).isEqualTo(chosen);
  }

  @Test
  void every_service_has_to_have_proven_it() {
    deployed("web", 1, 6, "ok");
    deployed("worker", 1, 6, "ok");
    deployed("web", 2, 8, "ok");

    assertThat(words(choose(2))).isEqualTo("1; 2: main/worker has not completed it");

    deployed("worker", 2, 9, "ok");
    assertThat(words(choose(2))).isEqualTo("2");
  }

  @Test
  void a_service_that_never_completed_one_proves_nothing_but_its_block_counts() {
    deployed("web", 1, 6, "ok");
    deployed("web", 2, 8, "ok");
    deployed("new", 2, 8, "failed");

    assertThat(words(choose(0))).isEqualTo("1; 2: it is blocked in main/new");
  }

  @Test
  void a_service_that_has_begun_to_crash_proves_nothing_any_more() {
    deployed("web", 1, 6, "ok");
    service("web").running = 1;

    assertThat(words(choose(0))).isEqualTo("-; 1: main/web runs 1 of 2 tasks");
  }

  @Test
  void a_service_that_is_scaled_to_zero_proves_nothing() {
    deployed("web", 1, 6, "ok");
    service("web").running = 0;
    service("web").desired = 0;

    assertThat(words(choose(0))).isEqualTo("-; 1: main/web is scaled to zero");
  }

  /** It ran for an hour; then tasks were not desired while the next was deployed. */
  @Test
  void what_was_replaced_while_no_task_was_desired_runs_no_longer() {
    deployed("web", 1, 6, "ok");
    deployed("web", 2, 7, "empty");

    assertThat(words(choose(2)))
        .contains("1: main/web ran it from 2026-11-28T06:00:00Z to 2026-11-28T07:00:00Z only");
  }

  @Test
  void what_a_service_completed_in_another_environment_proves_nothing_here() {
    service("web").environment = "dev";
    deployed("web", 1, 6, "ok");
    service("web").environment = "staging";
    assertThat(choose(0).digest()).isEmpty();

    deployed("web", 2, 8, "ok");
    assertThat(choose(0).digest()).contains(digest(2));
  }

  @Test
  void ecs_going_back_to_a_later_revision_with_the_same_image_is_no_other_client() {
    deployed("web", 1, 6, "ok");
    deployed("web", 1, 9, "ok");
    deployed("web", 2, 11, "failed");
    service("web").replacedBy("78", "web:3", Instant.parse("2026-11-28T11:30:00Z"));

    assertThat(choose(5).digest()).contains(digest(1));
  }

  @Test
  void a_service_that_is_gone_proves_what_it_ran_to_the_end_only() {
    deployed("web", 1, 6, "ok");
    deployed("web", 2, 8, "ok");
    service("web").gone = true;

    assertThat(words(choose(2))).isEqualTo("1; 2: main/web is gone");
  }

  @Test
  void another_client_s_deployment_ends_what_ran() {
    deployed("web", 1, 6, "ok");
    service("web").replacedBy("77", "web:99", Instant.parse("2026-11-28T07:00:00Z"));

    assertThat(words(choose(2)))
        .isEqualTo("-; 1: main/web ran it from 2026-11-28T06:00:00Z to 2026-11-28T07:00:00Z only");
    assertThat(words(choose(1))).isEqualTo("1");
  }

  @Test
  void ecs_going_back_to_it_is_no_other_client() {
    deployed("web", 1, 6, "ok");
    deployed("web", 2, 8, "failed");
    service("web").replacedBy("78", "web:2", NOON);

    assertThat(words(choose(2))).isEqualTo("1; 2: it is blocked in main/web");
  }

  @Test
  void a_service_never_gets_an_earlier_one_than_it_has() {
    deployed("web", 1, 6, "ok");
    deployed("web", 2, 8, "ok");
    service("web").blocks(2);

    assertThat(words(choose(0))).isEqualTo("1; 2: it is blocked in main/web");
    assertThat(words(choose(0, 2))).isEqualTo("2");
    assertThat(words(choose(0, 1))).isEqualTo("1; 2: it is blocked in main/web");
    assertThat(words(choose(0, 9))).isEqualTo("1; 2: it is blocked in main/web");
  }

  /** A rollback to what ran before Slipway came is the first deployment of it in the record. */
  @Test
  void what_ran_before_the_record_began_is_older_than_what_replaced_it() {
    ImageChange first = new ImageChange("web", image(1), image(2), Optional.empty());
    deployed("web", 2, 6, "ok", List.of(first));
    deployed("web", 1, 8, "ok");

    assertThat(words(choose(0))).isEqualTo("2");
    assertThat(words(choose(0, 2))).isEqualTo("2");

    service("web").blocks(2);
    assertThat(words(choose(0, 2))).isEqualTo("2");
    assertThat(words(choose(0))).isEqualTo("1; 2: it is blocked in main/web");
  }

  @Test
  void nothing_can_be_chosen_where_nothing_was_ever_completed_and_it_says_so() {
    assertThat(choose(0).warnings()).containsExactly("no service of staging uses this repository");

    deployed("web", 1, 6, "failed");
    assertThat(choose(0).warnings())
        .containsExactly(
            "no deployment of Slipway's has been completed in staging yet: the next one counts");

    deployed("web", 2, 8, "ok");
    assertThat(choose(0).warnings()).isEmpty();
  }
}
