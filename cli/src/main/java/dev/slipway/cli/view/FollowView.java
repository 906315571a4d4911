package dev.slipway.cli.view;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What it means that a service follows an environment, or none any more; and what to do next. */
public final class FollowView {
  private static final String INDENT = "  ";
  private static final String TAG = "slipway:environment";

  private final int columns;

  /** Texts are broken at so many columns. */
  public FollowView(int columns) {
    this.columns = columns;
  }

  /**
   * The answer of {@code follow}.
   *
   * @param done whether the service was tagged, if that was to do
   */
  public List<Line> follow(JsonNode answer, boolean done) {
    String environment = answer.path("environment").asText();
    Line service = Line.of(answer.path("service").asText(), Style.STRONG);
    List<Line> lines = new ArrayList<>();
    if (answer.path("already").asBoolean()) {
      lines.add(
          service
              .and(" follows " + environment + " already, and ")
              .and(ExplainView.verdict(answer, true)));
      Response.text(answer, "reason").ifPresent(reason -> lines.addAll(said(reason)));
      lines.addAll(push(answer));
      return lines;
    }
    String instead = Response.text(answer, "follows").map(tag -> " instead of " + tag).orElse("");
    lines.add(
        done
            ? service.and(" now follows ").and(environment, Style.GOOD).and(instead)
            : service.and(" would follow " + environment + instead));
    lines.addAll(outcome(answer, done));
    Response.text(answer, "waiting").ifPresent(waiting -> lines.addAll(said(waiting)));
    for (JsonNode container : Response.list(answer, "containers")) {
      Response.text(container, "notFollowed")
          .ifPresent(why ->
              lines.addAll(
                  said(
                      "container %s stays as it is: %s is %s"
                          .formatted(
                              container.path("container").asText(),
                              Names.reference(container.path("image").asText()),
                              why))));
    }
    String reason = Response.text(answer, "reason").orElse("");
    lines.addAll(
        kept(
            Response.texts(answer, "keeps").stream()
                .filter(kept -> !reason.contains(kept))
                .toList(),
            "Slipway's record has this about it from before:"));
    if (done) {
      lines.addAll(infrastructure(answer, environment));
      lines.addAll(push(answer));
    } else {
      Response.text(answer, "stack")
          .ifPresent(stack ->
              lines.addAll(
                  said(
                      "CloudFormation stack %s manages it: its template needs the tag too"
                          .formatted(stack))));
    }
    return lines;
  }

  /** What is deployed because of the tag, or why nothing is. */
  private List<Line> outcome(JsonNode answer, boolean done) {
    String reason = Response.text(answer, "reason").orElse("");
    if (!answer.path("decision").asText().equals("Deploy")) {
      return said("nothing is deployed now: " + reason);
    }
    List<Line> lines =
        new ArrayList<>(
            said(
                done
                    ? "it is deployed within seconds, at the latest with the next sweep: " + reason
                    : "it would be deployed at once: " + reason));
    for (JsonNode image : Response.list(answer, "changes")) {
      lines.addAll(
          below(
              "%s: %s → %s"
                  .formatted(
                      image.path("container").asText(),
                      ChangeView.side(image, "from"),
                      ChangeView.side(image, "to"))));
    }
    JsonNode configuration = answer.path("deploymentConfiguration");
    if (configuration.isObject() && !configuration.isEmpty()) {
      lines.addAll(
          below(
              answer.path("environmentDeployment").properties().stream()
                  .map(member -> member.getKey() + " " + DiffView.value(member.getValue()))
                  .collect(
                      joining(", ", "with the environment's deployment configuration: ", ""))));
    }
    if (done) {
      lines.addAll(
          said("to see it arrive: `slipway watch " + answer.path("service").asText() + "`"));
    }
    return lines;
  }

  /** A tag that is set by hand is gone once whoever manages the service does not know of it. */
  private List<Line> infrastructure(JsonNode answer, String environment) {
    List<Line> lines = new ArrayList<>(List.of(Line.empty()));
    Optional<String> stack = Response.text(answer, "stack");
    if (stack.isPresent()) {
      lines.addAll(
          paragraph(
              "CloudFormation stack %s manages the service. Its template needs this too:"
                  .formatted(stack.get())));
      lines.add(
          Line.of(INDENT + "Tags: [{ Key: \"%s\", Value: \"%s\" }]".formatted(TAG, environment)));
      return lines;
    }
    lines.addAll(
        paragraph(
            "If Terraform manages the service, its configuration needs this too, or the next apply"
                + " takes the tag away:"));
    lines.add(Line.of(INDENT + "tags = { \"%s\" = \"%s\" }".formatted(TAG, environment)));
    lines.addAll(lifecycle(Response.texts(answer, "terraformIgnores")));
    return lines;
  }

  /** On one line where it fits. */
  private List<Line> lifecycle(List<String> ignored) {
    String block = "lifecycle { ignore_changes = [%s] }".formatted(String.join(", ", ignored));
    if (INDENT.length() + block.length() <= columns) {
      return List.of(Line.of(INDENT + block));
    }
    List<String> text = new ArrayList<>(List.of("lifecycle {", "  ignore_changes = ["));
    ignored.forEach(attribute -> text.add("    " + attribute + ","));
    text.addAll(List.of("  ]", "}"));
    return text.stream().map(line -> Line.of(INDENT + line)).toList();
  }

  private List<Line> push(JsonNode answer) {
    List<JsonNode> pushes = Response.list(answer, "push");
    List<Line> lines = new ArrayList<>(List.of(Line.empty()));
    if (pushes.isEmpty()) {
      lines.addAll(
          paragraph(
              Response.text(answer, "selects")
                  .map("No push deploys to it: its images arrive by %s."::formatted)
                  .orElse("No push deploys to it.")));
      return lines;
    }
    boolean free = pushes.stream().anyMatch(push -> Response.text(push, "tag").isEmpty());
    lines.addAll(
        paragraph(
            free
                ? "To deploy to it, push an image with a TAG that fits %s:"
                    .formatted(Response.text(answer, "selects").orElse("what is selected"))
                : "To deploy to it, push an image:"));
    pushes.forEach(push ->
        lines.add(
            Line.of(
                INDENT
                    + "docker push %s:%s"
                        .formatted(
                            push.path("image").asText(),
                            Response.text(push, "tag").orElse("TAG")))));
    return lines;
  }

  /**
   * The answer of {@code unfollow}.
   *
   * @param done whether the tag was taken away, if there was one
   */
  public List<Line> unfollow(JsonNode answer, boolean done) {
    Line service = Line.of(answer.path("service").asText(), Style.STRONG);
    String tag = answer.path("follows").asText();
    List<Line> lines = new ArrayList<>();
    if (!answer.path("follows").isTextual()) {
      lines.add(service.and(" follows no environment: it has no tag " + TAG));
      return lines;
    }
    Optional<String> environment = Response.text(answer, "environment");
    lines.add(
        environment.isPresent()
            ? service.and(done ? " no longer follows " : " would no longer follow ").and(tag)
            : service.and(
                (done ? " has lost" : " would lose")
                    + " its tag %s, which says \"%s\" and follows nothing".formatted(TAG, tag)));
    lines.addAll(
        said(
            Response.text(answer, "goesOn")
                .orElseGet(() ->
                    "it keeps running " + Response.text(answer, "from").orElse("what it runs"))));
    lines.addAll(
        kept(
            Response.texts(answer, "keeps"),
            "Slipway's record keeps this, for when it follows an environment again:"));
    lines.addAll(
        said(
            Response.text(answer, "stack")
                    .map(stack -> "CloudFormation stack %s manages it".formatted(stack))
                    .orElse("if Terraform or another client manages it")
                + ": take the tag out there too, or it comes back"));
    return lines;
  }

  private List<Line> kept(List<String> sentences, String heading) {
    List<Line> lines = new ArrayList<>();
    if (!sentences.isEmpty()) {
      lines.addAll(said(heading));
      sentences.forEach(kept -> lines.addAll(below(kept)));
    }
    return lines;
  }

  private List<Line> below(String text) {
    return Line.wrapped(Names.brief(text), INDENT + INDENT, Style.PLAIN, columns);
  }

  private List<Line> said(String text) {
    return Line.wrapped(Names.brief(text), INDENT, Style.PLAIN, columns);
  }

  private List<Line> paragraph(String text) {
    return Line.wrapped(text, "", Style.PLAIN, columns);
  }
}
