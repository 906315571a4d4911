package dev.slipway.decide;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.deploy.FakeImageRegistry.repository;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.image.Choice;
import dev.slipway.image.FromPolicy;
import dev.slipway.image.ImageChange;
import dev.slipway.image.ImageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Histories of any shape of the environment that images are taken from, against a reference that
 * has written down, minute by minute, which image each service was good with.
 */
class SourcePropertiesTest {
  private static final Instant START = Instant.parse("2026-11-28T00:00:00Z");

  private static final int IMAGES = 5;

  /** A service, and what the reference writes down of it. Images are numbers; 0 is none. */
  private static final class Story {
    private final SourceRulesTest.Staging service;
    private final List<Integer> goodWith = new ArrayList<>();
    private final Map<Integer, Integer> hadFirst = new HashMap<>();
    private final Set<Integer> deployed = new HashSet<>();
    private final Set<Integer> completed = new HashSet<>();
    private final Set<Integer> blocked = new HashSet<>();
    private int runs;
    private boolean ailing;

    Story(String name, Random random) {
      service = new SourceRulesTest.Staging(name);
      // some run before Slipway comes: the record does not see that image coming
      runs = random.nextInt(IMAGES + 1);
      pass(1 + random.nextInt(90), 0);
    }

    private int minute() {
      return goodWith.size();
    }

    private int goodWithNow() {
      return goodWith.getLast();
    }

    private void pass(int minutes, int image) {
      goodWith.addAll(Collections.nCopies(minutes, image));
    }

    void passUntil(int minute) {
      pass(minute - minute(), goodWithNow());
    }

    private static Instant at(int minute) {
      return START.plus(Duration.ofMinutes(minute));
    }

    /** One more deployment, and some time after it. */
    void deploy(Random random) {
      int image = 1 + random.nextInt(IMAGES);
      int start = minute();
      int took = 1 + random.nextInt(60);
      String outcome =
          switch (random.nextInt(8)) {
            case 0, 1 -> "failed";
            case 2 -> "empty";
            default -> "ok";
          };
      List<ImageChange> changes = changes(image);
      if (runs != 0 && runs != image && !deployed.contains(runs)) {
        hadFirst.merge(runs, start, Math::min);
      }
      deployed.add(image);
      service.deployed(image, at(start), at(start + took), outcome, changes);
      if (outcome.equals("ok")) {
        pass(took, image == goodWithNow() ? image : 0);
        hadFirst.putIfAbsent(image, minute());
        completed.add(image);
        runs = image;
        pass(1 + random.nextInt(200), image);
      } else if (outcome.equals("empty")) {
        // no task was desired: nothing runs any more, and nothing was proven
        pass(took + 1 + random.nextInt(200), image == goodWithNow() ? image : 0);
        runs = image;
      } else {
        blocked.add(image);
        // ECS goes back
        pass(took + 1 + random.nextInt(200), goodWithNow());
      }
    }

    private List<ImageChange> changes(int image) {
      return runs == 0 || runs == image
          ? List.of()
          : List.of(
              new ImageChange(
                  "web",
                  SourceRulesTest.image(runs),
                  SourceRulesTest.image(image),
                  Optional.empty()));
    }

    /** What may be so at the end. */
    void end(Random random) {
      switch (random.nextInt(6)) {
        case 0 -> {
          int image = 1 + random.nextInt(IMAGES);
          int start = minute();
          List<ImageChange> changes = changes(image);
          if (!changes.isEmpty() && !deployed.contains(runs)) {
            hadFirst.merge(runs, start, Math::min);
          }
          service.deployed(image, at(start), at(start), "under way", changes);
          pass(1 + random.nextInt(60), image == goodWithNow() ? image : 0);
        }
        case 1 -> {
          if (goodWithNow() != 0) {
            service.replacedBy("77", "web:99", at(minute()));
            pass(1 + random.nextInt(100), 0);
          }
        }
        case 2 -> {
          service.running = random.nextInt(2);
          ailing = true;
        }
        case 3 -> {
          service.gone = true;
          ailing = true;
        }
        default -> {}
      }
    }

    /** Whether it was good with an image for so long without a break. */
    boolean proves(int image, int minutes) {
      int since = -1;
      for (int minute = 0; minute <= goodWith.size(); minute++) {
        boolean isNow = minute == goodWith.size();
        boolean is = !isNow && goodWith.get(minute) == image;
        if (is && since < 0) {
          since = minute;
        }
        if (!is && since >= 0) {
          if (minute - since >= minutes && !(isNow && ailing)) {
            return true;
          }
          since = -1;
        }
      }
      return false;
    }
  }

  private static Map<Integer, Integer> hadFirst(List<Story> stories) {
    Map<Integer, Integer> first = new HashMap<>();
    stories.forEach(story -> story.hadFirst.forEach((k, v) -> first.merge(k, v, Math::min)));
    return first;
  }

  /** The newest of what has proven good, and of what runs; 0 for none. */
  private static int reference(List<Story> stories, int soak, Set<Integer> running) {
    Map<Integer, Integer> first = hadFirst(stories);
    List<Story> proving = stories.stream().filter(story -> !story.completed.isEmpty()).toList();
    int best = 0;
    for (int image = 1; image <= IMAGES; image++) {
      int it = image;
      boolean good =
          !proving.isEmpty()
              && proving.stream().allMatch(story -> story.proves(it, soak))
              && stories.stream().noneMatch(story -> story.blocked.contains(it));
      if ((good || running.contains(image))
          && first.containsKey(image)
          && (best == 0 || first.getOrDefault(image, -1) >= first.getOrDefault(best, -1))) {
        best = image;
      }
    }
    return best;
  }

  private static Choice choose(List<Story> stories, int soak, Set<Integer> running) {
    return SourceRules.choose(
        new FromPolicy("staging", Duration.ofMinutes(soak)),
        repository("web"),
        stories.stream().map(story -> story.service.source()).toList(),
        digests(running),
        Story.at(stories.getFirst().minute()));
  }

  private static Set<ImageDigest> digests(Set<Integer> images) {
    Set<ImageDigest> digests = new HashSet<>();
    images.forEach(image -> digests.add(digest(image)));
    return digests;
  }

  private static int number(Choice choice) {
    return choice.digest().map(it -> Integer.parseInt(it.abbreviated())).orElse(0);
  }

  private static void untilNow(List<Story> stories) {
    int now = stories.stream().mapToInt(Story::minute).max().orElseThrow();
    stories.forEach(story -> story.passUntil(now));
  }

  private static List<Story> stories(Random random) {
    return Stream.of("web", "worker", "cron")
        .limit(1 + random.nextInt(3))
        .map(name -> new Story(name, random))
        .toList();
  }

  static IntStream seeds() {
    return IntStream.range(0, 200);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void chooses_what_the_reference_does(int seed) {
    Random random = new Random(seed);
    List<Story> stories = stories(random);
    for (Story story : stories) {
      int deployments = random.nextInt(8);
      for (int i = 0; i < deployments; i++) {
        story.deploy(random);
      }
      story.end(random);
    }
    untilNow(stories);
    List<Story> shuffled = new ArrayList<>(stories);
    Collections.shuffle(shuffled, random);

    for (int soak : new int[] {0, 1, 30, 120, 24 * 60}) {
      Set<Integer> running =
          random.nextBoolean() ? Set.of() : Set.of(1 + random.nextInt(IMAGES + 1));
      Choice choice = choose(stories, soak, running);

      assertThat(number(choice))
          .as("after %d minutes, running %s", soak, running)
          .isEqualTo(reference(stories, soak, running));
      assertThat(number(choose(shuffled, soak, running))).isEqualTo(number(choice));
    }
  }

  /** Whatever happens in the first environment, the other one never gets what came before. */
  @ParameterizedTest
  @MethodSource("seeds")
  void never_goes_back(int seed) {
    Random random = new Random(seed);
    List<Story> stories = stories(random);
    int soak = random.nextInt(60);
    int runs = 0;
    for (int step = 0; step < 20; step++) {
      stories.get(random.nextInt(stories.size())).deploy(random);
      untilNow(stories);
      int chosen = number(choose(stories, soak, runs == 0 ? Set.of() : Set.of(runs)));
      if (runs != 0) {
        Map<Integer, Integer> first = hadFirst(stories);
        assertThat(first.getOrDefault(chosen, -1))
            .isGreaterThanOrEqualTo(first.getOrDefault(runs, -1));
      }
      runs = chosen == 0 ? runs : chosen;
    }
  }
}
