package dev.slipway.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * {@code make chaos}: every fault at every call and event of every story, one at a time, then
 * pairs.
 *
 * <p>System properties: {@code chaos.only} for one telling, {@code chaos.stories} for stories whose
 * names match, {@code chaos.count} for so many single faults, spread over all operations, {@code
 * chaos.pairs} for how many pairs, or {@code all}; {@code chaos.seed} for which.
 */
class EveryFault {
  private static final int PROGRESS = 100;

  @Test
  void at_every_call_and_event() {
    String only = System.getProperty("chaos.only", "");
    List<Plan.Entry> planned = only.isEmpty() ? all() : List.of(Plan.only(only));
    long began = System.nanoTime();
    Matrix matrix = new Matrix();
    for (Plan.Entry entry : planned) {
      Telling telling = Telling.of(entry.story(), entry.strikes());
      matrix.enter(entry.story(), entry.strikes(), telling);
      if (!telling.findings().isEmpty()) {
        System.out.println(matrix.failures().getLast());
      }
      if (matrix.tellings() % PROGRESS == 0) {
        System.out.printf(
            "%d of %d, %d failed%n", matrix.tellings(), planned.size(), matrix.failures().size());
      }
    }
    System.out.println(matrix.printed());
    System.out.printf(
        "%d stories told, %d failed, %d without the call that was to go wrong; %d s%n",
        matrix.tellings(),
        matrix.failures().size(),
        matrix.missed(),
        (System.nanoTime() - began) / 1_000_000_000);
    assertThat(matrix.failures()).isEmpty();
  }

  private static List<Plan.Entry> all() {
    Map<Story, List<Point>> recorded = Chaos.recorded(System.getProperty("chaos.stories", ".*"));
    List<Plan.Entry> singles = Plan.singles(recorded);
    String pairs = System.getProperty("chaos.pairs", "");
    int count = Integer.getInteger("chaos.count", Integer.MAX_VALUE);
    List<Plan.Entry> planned =
        new ArrayList<>(count < singles.size() ? Plan.spread(singles, count) : singles);
    if (pairs.equals("all")) {
      planned.addAll(Plan.allPairs(singles));
    } else {
      planned.addAll(
          Plan.pairs(
              singles,
              pairs.isEmpty() ? 200 : Integer.parseInt(pairs),
              Long.getLong("chaos.seed", 1)));
    }
    System.out.printf(
        "%d stories, %d points, %d single faults; %d are told%n",
        recorded.size(),
        recorded.values().stream().mapToInt(List::size).sum(),
        singles.size(),
        planned.size());
    return planned;
  }
}
