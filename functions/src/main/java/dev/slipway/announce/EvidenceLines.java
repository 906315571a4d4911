package dev.slipway.announce;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Evidence as people read it: what was found of several tasks alike is one line. */
final class EvidenceLines {
  /** ECS's id of a task: 32 hexadecimal digits, 36 characters where it is a UUID. */
  private static final Pattern TASK = Pattern.compile("\\b(?:[0-9a-f]{32}|[0-9a-f-]{36})\\b");

  private static final String LOG = "log of ";

  private EvidenceLines() {}

  /** The lines, each of those that differ in the task alone once. A log stays as it is. */
  static List<String> once(List<String> evidence) {
    Map<String, List<String>> alike = new LinkedHashMap<>();
    for (String line : evidence) {
      String without = line.startsWith(LOG) ? line : TASK.matcher(line).replaceAll("…");
      alike.computeIfAbsent(without, _ -> new ArrayList<>()).add(line);
    }
    List<String> lines = new ArrayList<>();
    alike.forEach((_, same) -> {
      long tasks = same.stream().distinct().count();
      if (tasks == 1) {
        lines.addAll(same);
      } else {
        lines.add(
            "%s (and of %d more task%s)"
                .formatted(same.getFirst(), tasks - 1, tasks == 2 ? "" : "s"));
      }
    });
    return lines;
  }
}
