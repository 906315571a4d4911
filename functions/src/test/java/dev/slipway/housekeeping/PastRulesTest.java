package dev.slipway.housekeeping;

import static dev.slipway.record.SampleDeployments.NOON;
import static dev.slipway.record.SampleDeployments.PUSH;
import static dev.slipway.record.SampleDeployments.WEB;
import static dev.slipway.record.SampleDeployments.change;
import static dev.slipway.record.SampleDeployments.digest;
import static dev.slipway.record.SampleDeployments.ended;
import static dev.slipway.record.SampleDeployments.image;
import static dev.slipway.record.SampleDeployments.revision;
import static dev.slipway.record.SampleDeployments.running;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.image.ImageDigest;
import dev.slipway.record.Block;
import dev.slipway.record.DeploymentOutcome;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.KnownRevision;
import dev.slipway.record.Pin;
import dev.slipway.record.RecordedService;
import dev.slipway.record.ServiceRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PastRulesTest {
  /**
   * Deployments, oldest first, such as {@code 1+ 2-}: the number is that of the image and of the
   * revision's order; {@code +} completed, {@code z} completed with zero tasks, {@code -} failed,
   * {@code ?} still runs.
   */
  private static RecordedService past(String text, UnaryOperator<ServiceRecord> record) {
    List<DeploymentRecord> deployments = new ArrayList<>();
    int number = 0;
    for (String each : text.split(" ", -1)) {
      int image = Integer.parseInt(each.replaceAll("\\D", ""));
      DeploymentRecord running = running(++number, PUSH, change("web", image - 1, image));
      deployments.add(
          switch (each.charAt(each.length() - 1)) {
            case '+' -> running.ended(ended(DeploymentOutcome.DEPLOYED, 2)).announced(ALL);
            case 'z' -> running.ended(ended(DeploymentOutcome.DEPLOYED, 0)).announced(ALL);
            case '-' -> running.ended(ended(DeploymentOutcome.FAILED, 0)).announced(ALL);
            default -> running;
          });
    }
    return new RecordedService(record.apply(ServiceRecord.unknown(WEB)), deployments);
  }

  private static final Set<DeploymentRecord.Announcement> ALL =
      Set.of(
          DeploymentRecord.Announcement.OUTCOME_EVENT,
          DeploymentRecord.Announcement.OUTCOME_NOTIFICATION,
          DeploymentRecord.Announcement.OUTCOME_METRIC);

  private static List<ImageDigest> digests(@Nullable String numbers) {
    return numbers == null
        ? List.of()
        : Stream.of(numbers.split(" ", -1)).map(n -> digest(Integer.parseInt(n))).toList();
  }

  @ParameterizedTest(name = "of {0} with {1} earlier ones: {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # past              | earlier | blocked | needed, the live one first
          1+ 2+ 3+ 4+         | 2       |         | 4 3 2
          1+ 2+               | 2       |         | 2 1
          1+ 2- 3+ 4-         | 2       |         | 3 1
          1+ 2z 3+            | 2       |         | 3 1
          1+ 2+ 3?            | 1       |         | 2 1
          # the same images count once, and a rollback's deployment is the live one
          1+ 2+ 3+ 2+         | 2       |         | 2 3 1
          1+ 2+ 3+ 2+         | 1       | 3       | 2 1
          # what is live is kept, blocked or not
          1+ 2+               | 1       | 2       | 2 1
          # what is live is kept, also while the service is scaled to zero
          1+ 2z               | 2       |         | 2 1
          """)
  void needs_the_live_image_and_what_a_rollback_could_go_back_to(
      String past, int earlier, @Nullable String blocked, String needed) {
    RecordedService recorded =
        past(
            past,
            record ->
                record.block(
                    digests(blocked).stream()
                        .map(d -> new Block(d, "web", NOON, "ann", Optional.empty(), "bad"))
                        .toList()));

    assertThat(PastRules.needed(recorded, earlier, _ -> true).values())
        .containsExactly(digests(needed));
    assertThat(PastRules.needed(recorded, earlier, _ -> false)).isEmpty();
  }

  @Test
  void needs_what_the_service_had_while_slipway_has_completed_nothing() {
    RecordedService recorded =
        past(
            "1-",
            record ->
                record.withRevision(
                    Optional.of(new KnownRevision(revision(7), Map.of("web", image("web", 9))))));

    assertThat(PastRules.needed(recorded, 2, _ -> true).values()).containsExactly(digests("9"));
  }

  private static Map<Integer, ImageDigest> tags(@Nullable String text) {
    Map<Integer, ImageDigest> tags = new TreeMap<>();
    if (text != null) {
      for (String each : text.split(" ", -1)) {
        String[] parts = each.split("=", -1);
        tags.put(Integer.parseInt(parts[0]), digest(Integer.parseInt(parts[1])));
      }
    }
    return tags;
  }

  @ParameterizedTest(name = "with {0}, needed {1}: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # tags        | needed | tags that move
                        | 1      | 1=1
          1=1           | 1      |
          1=1           | 2 1    | 2=2
          1=1 2=2       | 3 2    | 1=3
          1=1 2=2 3=3   | 5 4 3  | 1=5 2=4
          # what was kept and is too many goes to the live image, from where it is taken first
          1=1 2=2 3=3   | 3 2    | 1=3
          1=3 2=2 3=3   | 4 3    | 2=4
          1=3 2=3 3=3   | 4 3    | 2=4
          # a number in between is free
          2=1           | 2 1    | 1=2
          # nothing is needed any more: nothing is known that a tag could go to
          1=1 2=2       |        |
          """)
  void moves_tags_so_that_each_needed_image_has_one_and_no_other_image_has_any(
      @Nullable String tags, @Nullable String needed, @Nullable String moves) {
    assertThat(PastRules.moves(tags(tags), digests(needed))).isEqualTo(tags(moves));
  }

  /** Whatever there is: afterwards the images with a tag are those needed, and no tag is gone. */
  @Test
  void moves_tags_to_the_images_needed_whatever_they_are_on() {
    Random random = new Random(7);
    for (int round = 0; round < 2_000; round++) {
      Map<Integer, ImageDigest> tags = new TreeMap<>();
      for (int i = random.nextInt(6); i > 0; i--) {
        tags.put(1 + random.nextInt(8), digest(random.nextInt(6)));
      }
      Set<ImageDigest> needed = new HashSet<>();
      for (int i = 1 + random.nextInt(5); i > 0; i--) {
        needed.add(digest(random.nextInt(6)));
      }

      Map<Integer, ImageDigest> moves = PastRules.moves(tags, List.copyOf(needed));

      Map<Integer, ImageDigest> then = new HashMap<>(tags);
      then.putAll(moves);
      assertThat(new HashSet<>(then.values())).isEqualTo(needed);
      assertThat(then.keySet()).containsAll(tags.keySet());
      assertThat(moves.size()).isLessThanOrEqualTo(tags.size() + needed.size());
      assertThat(PastRules.moves(then, List.copyOf(needed))).isEmpty();
    }
  }

  @ParameterizedTest(name = "of {0} with {1} earlier ones: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # past           | earlier | outdated revisions, oldest first
          1+ 2+ 3+ 4+      | 2       | 1
          1+ 2+ 3+ 4+      | 1       | 1 2
          1+ 2- 3+ 4+      | 1       | 1 2
          1+ 2- 3- 4+      | 1       |
          # so few completed that all stay
          1+ 2- 3- 4+      | 2       |
          1+ 2+ 3+ 4?      | 1       |
          """)
  void deregisters_what_is_older_than_the_last_one_that_stays(
      String past, int earlier, @Nullable String outdated) {
    RecordedService recorded = past(past, record -> record);

    assertThat(PastRules.outdated(recorded, recorded.deployments(), earlier))
        .extracting(deployment -> deployment.to().orElseThrow().revision())
        .containsExactlyElementsOf(
            outdated == null
                ? List.of()
                : Stream.of(outdated.split(" ", -1)).map(Integer::valueOf).toList());
  }

  @Test
  void never_deregisters_what_a_pin_names_or_what_the_service_had_when_it_was_evaluated() {
    RecordedService recorded =
        past(
            "1+ 2+ 3+ 4+ 5+",
            record ->
                record
                    .withPin(
                        Optional.of(
                            new Pin(
                                revision(1),
                                Map.of(),
                                Set.of(),
                                "ann",
                                NOON,
                                "e",
                                true,
                                Optional.empty())))
                    .withRevision(Optional.of(new KnownRevision(revision(2), Map.of()))));

    assertThat(PastRules.outdated(recorded, recorded.deployments(), 1))
        .extracting(deployment -> deployment.to().orElseThrow())
        .containsExactly(revision(3));
  }
}
