package dev.slipway.cli.view;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Findings by the things that they are about, the worst first, and below them what was looked at,
 * so that an answer without findings is not an empty one. What is found of several services is told
 * once.
 */
public final class DoctorView {
  private static final String PROBLEM = "problem";
  private static final String WARNING = "warning";

  /** The worst first; what a newer stack may say comes last. */
  private static final List<String> SEVERITIES = List.of(PROBLEM, WARNING, "unchecked");

  private static final int SEVERITY_WIDTH = "unchecked".length() + 2;

  private final int columns;

  /** Texts are broken at so many columns. */
  public DoctorView(int columns) {
    this.columns = columns;
  }

  /** Whether an answer of {@code doctor} has a problem. */
  public static boolean isAnythingWrong(JsonNode answer) {
    return count(answer, PROBLEM) > 0;
  }

  /** The answer of {@code doctor}. */
  public List<Line> lines(JsonNode answer) {
    Map<String, List<JsonNode>> groups = new TreeMap<>();
    wheres(answer)
        .forEach((finding, wheres) ->
            groups.computeIfAbsent(Names.together(wheres), _ -> new ArrayList<>()).add(finding));
    groups.values().forEach(group -> group.sort(Comparator.comparingInt(DoctorView::rank)));
    List<Line> lines = new ArrayList<>();
    groups.entrySet().stream()
        .sorted(Comparator.comparingInt(group -> rank(group.getValue().getFirst())))
        .forEach(group -> {
          lines.addAll(Line.wrapped(group.getKey(), "", Style.STRONG, columns));
          group.getValue().forEach(finding -> lines.addAll(finding(finding)));
          lines.add(Line.empty());
        });
    lines.addAll(summary(answer));
    return lines;
  }

  /** Each finding, and all the things that it is said of with just the same remedy. */
  private static Map<JsonNode, List<String>> wheres(JsonNode answer) {
    Map<JsonNode, List<String>> wheres = new LinkedHashMap<>();
    for (JsonNode finding : Response.list(answer, "findings")) {
      ObjectNode said = finding.deepCopy();
      said.remove("where");
      wheres.computeIfAbsent(said, _ -> new ArrayList<>()).add(finding.path("where").asText());
    }
    return wheres;
  }

  private static int rank(JsonNode finding) {
    int rank = SEVERITIES.indexOf(finding.path("severity").asText());
    return rank < 0 ? SEVERITIES.size() : rank;
  }

  private List<Line> finding(JsonNode finding) {
    String severity = finding.path("severity").asText();
    String indent = " ".repeat(SEVERITY_WIDTH);
    List<Line> lines = new ArrayList<>();
    List<Line> what = Line.wrapped(finding.path("what").asText(), indent, Style.PLAIN, columns);
    Line first =
        Line.of(severity, severity.equals(PROBLEM) ? Style.BAD : Style.BUSY)
            .and(" ".repeat(Math.max(1, SEVERITY_WIDTH - severity.length())));
    what.stream().limit(1).forEach(line -> lines.add(first.and(withoutIndent(line))));
    what.stream().skip(1).forEach(lines::add);
    Response.text(finding, "remedy")
        .ifPresent(
            remedy -> lines.addAll(Line.wrapped("→ " + remedy, indent, Style.FAINT, columns)));
    return lines;
  }

  /** What {@link Line#wrapped} has put before it is a piece of its own. */
  private static Line withoutIndent(Line line) {
    return new Line(line.pieces().subList(1, line.pieces().size()));
  }

  private List<Line> summary(JsonNode answer) {
    int problems = count(answer, PROBLEM);
    int warnings = count(answer, WARNING);
    int unchecked = Response.list(answer, "findings").size() - problems - warnings;
    List<String> counts = new ArrayList<>();
    if (problems > 0) {
      counts.add(problems == 1 ? "1 problem" : problems + " problems");
    }
    if (warnings > 0) {
      counts.add(warnings == 1 ? "1 warning" : warnings + " warnings");
    }
    String found =
        problems > 0
            ? Names.together(counts)
            : "Nothing found that would keep a deployment or a rollback from working";
    if (problems == 0 && warnings > 0) {
      found += "; " + Names.together(counts);
    }
    if (unchecked > 0) {
      found += "; %d could not be checked".formatted(unchecked);
    }
    List<Line> lines =
        new ArrayList<>(
            Line.wrapped(found + ".", "", problems > 0 ? Style.BAD : Style.GOOD, columns));
    if (problems == 0) {
      lines.addAll(
          Line.wrapped("What runs, and how it is: `slipway status`.", "", Style.PLAIN, columns));
    }
    JsonNode checked = answer.path("checked");
    lines.addAll(
        looked(
            "stack %s (version %s): %s"
                .formatted(
                    answer.path("stack").asText(),
                    answer.path("version").asText(),
                    Names.together(Response.texts(checked, "stack")))));
    List<String> services = Response.texts(checked, "services");
    lines.addAll(
        looked(
            services.isEmpty()
                ? "no service: none that could be read has the tag slipway:environment"
                : "%s: %s"
                    .formatted(
                        services.size() == 1
                            ? services.getFirst()
                            : "%d services".formatted(services.size()),
                        Names.together(Response.texts(checked, "ofServices")))));
    return lines;
  }

  private List<Line> looked(String at) {
    return Line.wrapped("Looked at " + at + ".", "", Style.PLAIN, columns);
  }

  private static int count(JsonNode answer, String severity) {
    return (int)
        Response.list(answer, "findings").stream()
            .filter(finding -> finding.path("severity").asText().equals(severity))
            .count();
  }
}
