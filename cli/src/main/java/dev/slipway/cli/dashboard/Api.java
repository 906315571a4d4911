package dev.slipway.cli.dashboard;

import static java.util.stream.Collectors.toUnmodifiableSet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.dashboard.Answers.Answer;
import dev.slipway.cli.view.Response;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What the page asks of the stack. It reads what a command would read, and changes what a command
 * would change: a plan first, and then that plan or nothing.
 */
final class Api {
  private static final String PREFIX = "/api/";
  private static final String PLANS = PREFIX + "plans";
  private static final ObjectMapper MAPPER = JsonMapper.builder().build();

  /**
   * A little less than the page's intervals: all windows together ask as often as one, which asks
   * as often as {@code slipway status --watch} and {@code slipway watch} do.
   */
  private static final Duration ALL_YOUNG = Duration.ofMillis(4_500);

  private static final Duration ONE_YOUNG = Duration.ofMillis(1_500);

  /** The commands that are asked about one service, and what the page gets of their answers. */
  private static final Map<String, Function<JsonNode, ObjectNode>> OF_SERVICE =
      Map.of(
          "status", StatusDocument::ofOne,
          "explain", ExplainDocument::of,
          "history", HistoryDocument::of,
          "events", EventsDocument::of);

  private static final Set<String> READ =
      Stream.concat(OF_SERVICE.keySet().stream(), Stream.of("about", "services", "dead-letters"))
          .collect(toUnmodifiableSet());

  private final Stack stack;
  private final Dashboard.About about;
  private final Answers answers;
  private final Plans plans;
  private final InstantSource clock;

  Api(Stack stack, Dashboard.About about, Plans plans, InstantSource clock) {
    this.stack = stack;
    this.about = about;
    this.answers = new Answers(clock);
    this.plans = plans;
    this.clock = clock;
  }

  /** Asks how all services stand, so that the page has something to show when it is opened. */
  void look() {
    status();
  }

  /**
   * What the page reads.
   *
   * @param path one for which {@link #isRead} holds
   * @param service that the query names; empty if it names none
   * @param known the ETag of what the page has; empty if it has nothing
   */
  Reply read(String path, Optional<String> service, Optional<String> known) {
    String name = path.substring(PREFIX.length());
    return switch (name) {
      case "about" -> Reply.json(200, about());
      case "services" -> {
        // a page that shows nothing yet gets what is there, and asks again at once
        Optional<Answer> latest = known.isEmpty() ? answers.latest(name) : Optional.empty();
        yield reply(latest.orElseGet(this::status), known);
      }
      case "dead-letters" ->
          reply(
              answers.get(
                  name,
                  ONE_YOUNG,
                  () -> DeadLettersDocument.of(stack.ask("list", Text.document()))),
              known);
      default ->
          service
              .map(which -> reply(ofService(name, which), known))
              .orElseGet(() -> Reply.refused(400, "say which service"));
    };
  }

  private Answer ofService(String command, String service) {
    Function<JsonNode, ObjectNode> document =
        Objects.requireNonNull(OF_SERVICE.get(command), command);
    return answers.get(
        command + " " + service,
        ONE_YOUNG,
        () -> document.apply(stack.ask(command, Text.document().put("service", service))));
  }

  private Answer status() {
    return answers.get("services", ALL_YOUNG, () -> StatusDocument.of(stack.status()));
  }

  private Reply reply(Answer answer, Optional<String> known) {
    Map<String, String> headers =
        Map.of(
            "ETag",
            answer.etag(),
            "Age",
            Long.toString(Math.max(0, answer.age(clock.instant()).toSeconds())));
    return known.filter(answer.etag()::equals).isPresent()
        ? Reply.unchanged(headers)
        : Reply.json(answer.body(), headers);
  }

  private ObjectNode about() {
    return Text.document()
        .put("stack", Text.of(about.stack()))
        .put("environment", Text.of(about.environment()))
        .put("readOnly", about.readOnly());
  }

  /**
   * What the page changes.
   *
   * @param path one for which {@link #isChange} holds
   * @param body JSON, as it came
   */
  Reply change(String path, String body) {
    if (about.readOnly()) {
      return Reply.refused(
          403, "this dashboard was started with --read-only: nothing can be changed here");
    }
    return path.equals(PLANS)
        ? plan(body)
        : plans
            .take(path.substring(PLANS.length() + 1))
            .map(this::carryOut)
            .orElseGet(() ->
                Reply.refused(
                    409,
                    "this plan was carried out already, or is older than ten minutes: close this"
                        + " and open it again"));
  }

  private Reply plan(String body) {
    @Nullable JsonNode asked = parse(body);
    if (asked == null || !asked.path("command").isTextual()) {
      return Reply.refused(400, "this is no request for a plan");
    }
    Map<String, String> options = new LinkedHashMap<>();
    asked
        .path("options")
        .properties()
        .forEach(option -> options.put(option.getKey(), option.getValue().asText()));
    return Reply.json(
        201,
        document(
            stack.plan(
                asked.path("command").asText(),
                options,
                Response.texts(asked, "arguments").toArray(String[]::new))));
  }

  private static @Nullable JsonNode parse(String body) {
    try {
      return MAPPER.readTree(body);
    } catch (JsonProcessingException _) {
      return null;
    }
  }

  /** The plan, with the name by which it is carried out if there is anything to do. */
  private ObjectNode document(Plan plan) {
    ObjectNode document =
        Text.document()
            .put("refusal", Text.of(plan.refusal()))
            .put("command", Text.of(plan.commandLine()));
    document.set("lines", Text.lines(plan.lines()));
    return document.put("id", plan.isAnything() ? plans.show(plan) : null);
  }

  private Reply carryOut(Plan plan) {
    try {
      Plan.Outcome outcome = plan.carryOut();
      ObjectNode document = Text.document().put("refusal", Text.of(outcome.refusal()));
      document.set("lines", Text.lines(outcome.lines()));
      outcome.instead().ifPresent(instead -> document.set("instead", document(instead)));
      return Reply.json(200, document);
    } finally {
      answers.expire(); // also if there is no answer: it may have been done
    }
  }

  /** Whether something can be read there. */
  static boolean isRead(String path) {
    return path.startsWith(PREFIX) && READ.contains(path.substring(PREFIX.length()));
  }

  /** Whether something can be changed there. */
  static boolean isChange(String path) {
    return path.equals(PLANS) || path.startsWith(PLANS + "/");
  }
}
