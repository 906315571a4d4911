package dev.slipway.chaos;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Which stories are told with which faults. */
final class Plan {
  /** A story, and what goes wrong in it. */
  record Entry(Story story, List<Strike> strikes) {}

  private Plan() {}

  /** Each fault that can strike, at each point of each story, one at a time. */
  static List<Entry> singles(Map<Story, List<Point>> recorded) {
    List<Entry> entries = new ArrayList<>();
    recorded.forEach((story, points) -> {
      for (Point point : points) {
        for (Fault fault : Fault.values()) {
          if (fault.canStrike(point)) {
            entries.add(new Entry(story, List.of(new Strike(point, fault))));
          }
        }
      }
    });
    return entries;
  }

  /**
   * Some of these, the same each time: each operation of each function is in it once, and each
   * fault, until there are so many.
   */
  static List<Entry> spread(List<Entry> singles, int count) {
    Map<String, List<Entry>> rows = new LinkedHashMap<>();
    singles.forEach(entry ->
        rows.computeIfAbsent(entry.strikes().getFirst().point().row(), _ -> new ArrayList<>())
            .add(entry));
    List<List<Entry>> shuffled = new ArrayList<>(rows.values());
    shuffled.forEach(row -> Collections.shuffle(row, new Random(1)));
    List<Entry> spread = new ArrayList<>();
    Map<Fault, Integer> uses = new EnumMap<>(Fault.class);
    while (spread.size() < count && shuffled.stream().anyMatch(row -> !row.isEmpty())) {
      for (List<Entry> row : shuffled) {
        if (spread.size() < count && !row.isEmpty()) {
          // of the faults that this operation may meet, the one that was tried least so far
          Entry next =
              Collections.min(
                  row, Comparator.comparingInt(entry -> uses.getOrDefault(fault(entry), 0)));
          row.remove(next);
          uses.merge(fault(next), 1, Integer::sum);
          spread.add(next);
        }
      }
    }
    return spread;
  }

  private static Fault fault(Entry entry) {
    return entry.strikes().getFirst().fault();
  }

  /** Two faults of one story, chosen by a seed. */
  static List<Entry> pairs(List<Entry> singles, int count, long seed) {
    Random random = new Random(seed);
    List<Entry> pairs = new ArrayList<>();
    while (pairs.size() < count) {
      Entry one = singles.get(random.nextInt(singles.size()));
      Entry other = singles.get(random.nextInt(singles.size()));
      if (one.story().equals(other.story()) && !samePoint(one, other)) {
        pairs.add(both(one, other));
      }
    }
    return pairs;
  }

  /** Every two faults of one story. */
  static List<Entry> allPairs(List<Entry> singles) {
    List<Entry> pairs = new ArrayList<>();
    for (int i = 0; i < singles.size(); i++) {
      for (Entry other : singles.subList(i + 1, singles.size())) {
        if (singles.get(i).story().equals(other.story()) && !samePoint(singles.get(i), other)) {
          pairs.add(both(singles.get(i), other));
        }
      }
    }
    return pairs;
  }

  private static boolean samePoint(Entry one, Entry other) {
    return one.strikes().getFirst().point().equals(other.strikes().getFirst().point());
  }

  private static Entry both(Entry one, Entry other) {
    return new Entry(one.story(), List.of(one.strikes().getFirst(), other.strikes().getFirst()));
  }

  /** What {@code make chaos ONLY=} names: a story, and what goes wrong, joined by +. */
  static Entry only(String named) {
    List<String> words = Arrays.asList(named.trim().split("[ +]+"));
    Story story =
        Stories.all().stream()
            .filter(each -> each.name().equals(words.getFirst()))
            .findFirst()
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "no story " + words.getFirst() + ", but " + Stories.all()));
    List<Strike> strikes = new ArrayList<>();
    for (int i = 1; i + 4 <= words.size(); i += 4) {
      strikes.add(Strike.parse(words.subList(i, i + 4)));
    }
    return new Entry(story, strikes);
  }
}
