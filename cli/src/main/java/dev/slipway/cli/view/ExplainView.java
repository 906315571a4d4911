package dev.slipway.cli.view;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What would happen to services now, and why: the decision, its reason, and what would change. */
public final class ExplainView {
  private static final String INDENT = "  ";

  private final Layout layout;

  /** In as much room as there is. */
  public ExplainView(Layout layout) {
    this.layout = layout;
  }

  /** The answer of {@code explain}. */
  public List<Line> lines(JsonNode answer) {
    List<Line> lines = new ArrayList<>();
    for (JsonNode service : Response.list(answer, "services")) {
      if (!lines.isEmpty()) {
        lines.add(Line.empty());
      }
      lines.addAll(service(service));
    }
    Response.text(answer, "reason")
        .ifPresent(reason -> {
          if (!lines.isEmpty()) {
            lines.add(Line.empty());
          }
          lines.addAll(Line.wrapped(Names.brief(reason), "", Style.PLAIN, layout.columns()));
        });
    return lines;
  }

  private List<Line> service(JsonNode service) {
    List<Line> lines = new ArrayList<>();
    lines.add(
        Line.of(service.path("service").asText(), Style.STRONG)
            .and(Response.text(service, "environment").map(e -> " (" + e + ")").orElse(""))
            .and(": ")
            .and(verdict(service, service.path("environment").isTextual())));
    Response.text(service, "reason")
        .ifPresent(reason ->
            lines.addAll(Line.wrapped(Names.brief(reason), INDENT, Style.PLAIN, layout.columns())));
    for (JsonNode hook : Response.list(service, "hooks")) {
      Response.text(hook, "sentence")
          .ifPresent(sentence ->
              lines.addAll(
                  Line.wrapped(Names.brief(sentence), INDENT, Style.BUSY, layout.columns())));
    }
    for (JsonNode gate : Response.list(service, "gates")) {
      lines.addAll(
          Line.wrapped(
              gate(gate),
              INDENT,
              gate.path("closed").asBoolean() ? Style.BUSY : Style.GOOD,
              layout.columns()));
    }
    Response.text(service, "waiting")
        .ifPresent(waiting ->
            lines.addAll(Line.wrapped(Names.brief(waiting), INDENT, Style.BUSY, layout.columns())));
    Cause.of(service)
        .ifPresent(cause -> {
          lines.addAll(Line.wrapped(cause.text(), INDENT, Style.PLAIN, layout.columns()));
          if (layout.details()) {
            lines.addAll(Cause.lines(cause.details(), INDENT + INDENT, layout.columns()));
          }
        });
    for (JsonNode selection : Response.list(service, "selections")) {
      for (String warning : Response.texts(selection, "warnings")) {
        lines.addAll(
            Line.wrapped(
                about(selection, "warning: " + warning), INDENT, Style.BUSY, layout.columns()));
      }
      Response.text(selection, "note")
          .ifPresent(note ->
              lines.addAll(
                  Line.wrapped(about(selection, note), INDENT, Style.FAINT, layout.columns())));
      passedOver(selection)
          .ifPresent(
              text -> lines.addAll(Line.wrapped(text, INDENT, Style.FAINT, layout.columns())));
    }
    List<JsonNode> changes = Response.list(service, "changes");
    if (!changes.isEmpty()) {
      Table table =
          new Table("CONTAINER", Set.of("CONTAINER", "FROM", "TO"), "CONTAINER", "FROM", "TO");
      changes.forEach(change ->
          table.row(
              Line.of(change.path("container").asText()),
              Line.of(Response.text(change, "from").map(Names::reference).orElse("-")),
              Line.of(Response.text(change, "to").map(Names::reference).orElse("-"))));
      lines.add(Line.empty());
      table
          .lines(layout.within(INDENT).tableColumns())
          .forEach(line -> lines.add(Line.of(INDENT).and(line)));
    }
    List<JsonNode> difference = Response.list(service, "difference");
    if (!difference.isEmpty()) {
      lines.add(Line.empty());
      lines.add(
          Line.of(
              INDENT + "Against " + Response.text(service, "from").orElse("what runs") + ":",
              Style.FAINT));
      difference.forEach(place -> lines.addAll(DiffView.place(place, INDENT)));
    }
    JsonNode configuration = service.path("deploymentConfiguration");
    if (configuration.isObject() && !configuration.isEmpty()) {
      lines.add(Line.empty());
      lines.add(Line.of(INDENT + "Deployment configuration:", Style.FAINT));
      configuration
          .properties()
          .forEach(member ->
              lines.add(
                  Line.of(INDENT + member.getKey() + " " + DiffView.value(member.getValue()))));
    }
    return lines;
  }

  /** Such as {@code × approval of web 41933e606724: nobody has approved it}. */
  private static String gate(JsonNode gate) {
    return "%s %s, %s %s: %s%s"
        .formatted(
            gate.path("closed").asBoolean() ? "×" : "✓",
            gate.path("gate").asText(),
            gate.path("repository").asText(),
            Names.digest(gate.path("digest").asText()),
            gate.path("reason").asText(),
            Response.text(gate, "override").map(why -> "; overridden: " + why).orElse(""));
  }

  /** Such as {@code In web: warning: newest main can match one tag only}. */
  private static String about(JsonNode selection, String sentence) {
    return "In %s: %s".formatted(selection.path("repository").asText(), sentence);
  }

  /** Such as {@code Passed over in web: fix-2 (it does not match main-*)}. */
  private static Optional<String> passedOver(JsonNode selection) {
    List<JsonNode> tags = Response.list(selection, "passedOver");
    return tags.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "Passed over in %s: %s"
                .formatted(
                    selection.path("repository").asText(),
                    tags.stream()
                        .map(tag ->
                            "%s (%s)"
                                .formatted(tag.path("image").asText(), tag.path("why").asText()))
                        .collect(joining(", "))));
  }

  /**
   * What is decided, in a few words.
   *
   * @param about the service, in an answer
   * @param follows whether it follows an environment
   */
  public static Line verdict(JsonNode about, boolean follows) {
    String decision = about.path("decision").asText();
    return switch (decision) {
      case "Current" -> Line.of("is up to date", Style.GOOD);
      case "Deploy" -> Line.of("would be deployed", Style.BUSY);
      case "Held" -> Line.of(held(Response.text(about, "hold").orElse("held")), Style.BUSY);
      case "NotDeployable" -> Line.of("is not deployable", Style.BAD);
      case "Rejected" -> refused();
      case "NotFollowing" ->
          Line.of(follows ? "has nothing selected" : "follows no environment", Style.FAINT);
      default -> Line.of(decision);
    };
  }

  /** The request itself is not carried out. */
  static Line refused() {
    return Line.of("is refused", Style.BAD);
  }

  /** Such as {@code is waiting for approval}. */
  private static String held(String hold) {
    return switch (hold) {
      case "failed", "runs a blocked image" -> hold;
      default -> "is " + hold;
    };
  }
}
