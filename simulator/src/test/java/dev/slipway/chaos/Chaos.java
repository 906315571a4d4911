package dev.slipway.chaos;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tells stories with what goes wrong in them, one after the other. */
final class Chaos {
  private Chaos() {}

  /**
   * What each story has where nothing goes wrong.
   *
   * @param names a regular expression for the stories that are wanted
   * @throws AssertionError if one does not end well by itself
   */
  static Map<Story, List<Point>> recorded(String names) {
    Map<Story, List<Point>> recorded = new LinkedHashMap<>();
    for (Story story : Stories.all()) {
      if (!story.name().matches(names)) {
        continue;
      }
      Telling telling = Telling.of(story, List.of());
      if (!telling.findings().isEmpty()) {
        throw new AssertionError(
            "%s, where nothing goes wrong: %s".formatted(story, telling.findings()));
      }
      recorded.put(story, telling.points());
    }
    return recorded;
  }

  /** Tells all that is planned. */
  static Matrix tell(List<Plan.Entry> planned) {
    Matrix matrix = new Matrix();
    planned.forEach(entry ->
        matrix.enter(entry.story(), entry.strikes(), Telling.of(entry.story(), entry.strikes())));
    return matrix;
  }
}
