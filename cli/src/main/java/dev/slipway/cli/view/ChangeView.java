package dev.slipway.cli.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What a change would do, and what it did. */
public final class ChangeView {
  private static final String INDENT = "  ";

  private final int columns;

  /** Texts are broken at so many columns. */
  public ChangeView(int columns) {
    this.columns = columns;
  }

  /** At which texts are broken. */
  public int columns() {
    return columns;
  }

  /**
   * The answer of {@code request}.
   *
   * @param done false for a dry run
   */
  public List<Line> deployments(JsonNode answer, boolean done) {
    List<Line> lines =
        new ArrayList<>(
            each(
                answer,
                service ->
                    done && isDeploy(service)
                        ? Line.of("will be deployed", Style.GOOD)
                        : decision(service)));
    List<JsonNode> deployed =
        Response.list(answer, "services").stream().filter(ChangeView::isDeploy).toList();
    if (done && deployed.size() == 1) {
      lines.add(arrival(deployed.getFirst().path("service").asText()));
    }
    return lines;
  }

  private static boolean isDeploy(JsonNode service) {
    return service.path("decision").asText().equals("Deploy");
  }

  private static Line arrival(String service) {
    return Line.of("To see it arrive: `slipway watch " + service + "`");
  }

  /** The answer of {@code rollback}. */
  public List<Line> rollback(JsonNode answer, boolean done) {
    List<Line> lines = new ArrayList<>();
    lines.add(
        Line.of(answer.path("service").asText(), Style.STRONG)
            .and(done ? " goes back from " : " would go back from ")
            .and(answer.path("from").asText() + " to " + answer.path("to").asText()));
    for (JsonNode image : Response.list(answer, "images")) {
      lines.add(
          Line.of(INDENT + image.path("container").asText() + ": ")
              .and(side(image, "from") + " → " + side(image, "to")));
    }
    List<String> blocked = Response.texts(answer, "blocked");
    if (!blocked.isEmpty()) {
      lines.add(
          Line.of(
              INDENT
                  + (done ? "blocked: " : "will be blocked: ")
                  + Names.together(blocked.stream().map(Names::digest).toList())));
    }
    Response.text(answer, "how")
        .ifPresent(
            how -> lines.addAll(Line.wrapped(Names.brief(how), INDENT, Style.PLAIN, columns)));
    if (done) {
      lines.add(arrival(answer.path("service").asText()));
    }
    return lines;
  }

  static String side(JsonNode image, String member) {
    return Response.text(image, member).map(Names::reference).orElse("-");
  }

  /** The answer of {@code promote}. */
  public List<Line> promotions(JsonNode answer, boolean done) {
    List<JsonNode> promotions = Response.list(answer, "promotions");
    List<Line> lines = new ArrayList<>();
    if (promotions.isEmpty()) {
      lines.add(Line.of("Nothing is to be promoted."));
    }
    for (JsonNode promotion : promotions) {
      Optional<String> replaced = Response.text(promotion, "replaces").map(Names::digest);
      lines.add(
          Line.of(promotion.path("repository").asText(), Style.STRONG)
              .and(" " + Names.digest(promotion.path("digest").asText()))
              .and(done ? " is now tagged " : " would be tagged ")
              .and(promotion.path("tag").asText(), Style.GOOD)
              .and(replaced.map(digest -> ", instead of " + digest).orElse("")));
    }
    lines.addAll(warnings(answer));
    if (!promotions.isEmpty()) {
      lines.addAll(followers(answer, done));
    }
    return lines;
  }

  /**
   * Those that deploy it in one line; of the others, what keeps each of them back. Of many services
   * the function looks at the first ones only.
   */
  private List<Line> followers(JsonNode answer, boolean done) {
    List<JsonNode> decided = Response.list(answer, "followers");
    List<JsonNode> others = decided.stream().filter(one -> !isDeployed(one)).toList();
    List<String> unseen = new ArrayList<>(Response.texts(answer, "services"));
    unseen.removeAll(decided.stream().map(one -> one.path("service").asText()).toList());
    List<Line> lines = new ArrayList<>();
    lines.addAll(
        together(
            done ? "Follows now: " : "Would follow: ",
            decided.stream()
                .filter(ChangeView::isDeployed)
                .map(one -> one.path("service").asText())
                .toList()));
    lines.addAll(together("Not looked at, since there are so many: ", unseen));
    for (JsonNode one : decided) {
      Response.text(one.path("endsPin"), "revision")
          .ifPresent(revision ->
              lines.addAll(
                  Line.wrapped(
                      "That %s the pin of %s to %s by %s"
                          .formatted(
                              done ? "ends" : "would end",
                              one.path("service").asText(),
                              revision,
                              Names.brief(one.path("endsPin").path("by").asText())),
                      "",
                      Style.BUSY,
                      columns)));
    }
    others.forEach(one -> lines.addAll(about(one, decision(one))));
    return lines;
  }

  private static boolean isDeployed(JsonNode decided) {
    return decided.path("decision").asText().equals("Deploy");
  }

  private List<Line> together(String what, List<String> services) {
    return services.isEmpty()
        ? List.of()
        : Line.wrapped(what + Names.together(services), "", Style.PLAIN, columns);
  }

  /** The answer of {@code approve}. */
  public List<Line> approvals(JsonNode answer, boolean done) {
    return each(
        answer,
        service -> {
          List<JsonNode> hooks = Response.list(service, "hooks");
          if (hooks.stream().anyMatch(hook -> hook.path("action").asText().equals("ROLLBACK"))) {
            return Line.of(done ? "rejected" : "would be rejected", Style.BAD);
          }
          return hooks.isEmpty() && Response.texts(service, "approved").isEmpty()
              ? Line.of("needs no approval", Style.FAINT)
              : Line.of(done ? "approved" : "would be approved", Style.GOOD);
        });
  }

  /** The answer of {@code pause}. */
  public List<Line> pauses(JsonNode answer, boolean done) {
    return each(
        answer,
        service ->
            Line.of(done ? "is " : "would be ")
                .and(
                    service.path("paused").asBoolean()
                        ? Line.of("paused", Style.BUSY)
                        : Line.of(wasPaused(service) ? "resumed" : "free to deploy", Style.GOOD)));
  }

  private static boolean wasPaused(JsonNode service) {
    return Response.text(service, "reason").filter("is not paused"::equals).isEmpty();
  }

  /** The answer of {@code replay} to a redrive. */
  public List<Line> redriven(JsonNode answer, boolean done) {
    return deadLetters(answer, "redriven", done);
  }

  /** The answer of {@code replay} to a discard. */
  public List<Line> discarded(JsonNode answer, boolean done) {
    return deadLetters(answer, "discarded", done);
  }

  private List<Line> deadLetters(JsonNode answer, String what, boolean done) {
    List<JsonNode> messages = Response.list(answer, what);
    int left = answer.path("left").asInt();
    List<Line> lines = new ArrayList<>();
    if (messages.isEmpty() && Response.texts(answer, "warnings").isEmpty()) {
      lines.add(Line.of("No message is to be %s.".formatted(what)));
    }
    for (JsonNode message : messages) {
      lines.add(
          Line.of(message.path("id").asText(), Style.STRONG)
              .and((done ? " is " : " would be ") + what + ": ")
              .and(message.path("what").asText()));
      lines.addAll(reason(message));
    }
    if (left > 0) {
      lines.add(Line.of(Names.count(left, "message") + (left == 1 ? " stays" : " stay") + "."));
    }
    lines.addAll(warnings(answer));
    return lines;
  }

  /** The answer of {@code replay} to an archive's window. */
  public List<Line> archive(JsonNode answer, boolean done) {
    List<Line> lines = new ArrayList<>();
    Response.list(answer, "preview")
        .forEach(service -> lines.addAll(about(service, decision(service))));
    if (lines.isEmpty()) {
      lines.add(Line.of("No followed service would be deployed by it as things are."));
    }
    lines.addAll(warnings(answer));
    if (done) {
      Response.text(answer, "replay")
          .ifPresent(replay ->
              lines.add(
                  Line.of(
                      "Replay "
                          + replay
                          + " is "
                          + Response.text(answer, "state")
                              .orElse("started")
                              .toLowerCase(java.util.Locale.ROOT))));
    }
    return lines;
  }

  /** Every service of an answer; what is rejected stays as it is, whatever was asked. */
  private List<Line> each(JsonNode answer, Function<JsonNode, Line> verdict) {
    List<Line> lines = new ArrayList<>();
    for (JsonNode service : Response.list(answer, "services")) {
      lines.addAll(
          about(
              service,
              service.path("rejected").asBoolean()
                  ? ExplainView.refused()
                  : verdict.apply(service)));
    }
    if (lines.isEmpty()) {
      lines.add(Line.of("No service is affected."));
    }
    return lines;
  }

  private static Line decision(JsonNode service) {
    return ExplainView.verdict(service, true);
  }

  private List<Line> about(JsonNode service, Line verdict) {
    List<Line> lines = new ArrayList<>();
    lines.add(Line.of(service.path("service").asText(), Style.STRONG).and(" ").and(verdict));
    lines.addAll(reason(service));
    return lines;
  }

  private List<Line> warnings(JsonNode answer) {
    return Response.texts(answer, "warnings").stream()
        .flatMap(warning -> Line.wrapped(Names.brief(warning), "", Style.PLAIN, columns).stream())
        .toList();
  }

  private List<Line> reason(JsonNode about) {
    return Response.text(about, "reason")
        .map(reason -> Line.wrapped(Names.brief(reason), INDENT, Style.PLAIN, columns))
        .orElse(List.of());
  }
}
