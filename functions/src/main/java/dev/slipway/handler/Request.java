package dev.slipway.handler;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.Json;
import dev.slipway.ecs.TagValue;
import dev.slipway.operate.MalformedRequest;
import dev.slipway.operate.Scope;
import dev.slipway.operate.ServiceSelector;
import dev.slipway.record.Trigger;
import dev.slipway.text.OutsideText;
import dev.slipway.text.Suggestion;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What an operator asks of a function: a JSON object, read strictly. What is not understood is
 * refused, since a member that is passed over could be the {@code dryRun} that the caller relies
 * on.
 *
 * <p>Every method that reads a member throws {@link MalformedRequest} if it is there and is not
 * what it should be.
 */
final class Request {
  /** Who asks: the caller's ARN, where a client gives it. Every request may have it. */
  static final String BY = "by";

  /** Whether only to say what would be done. */
  static final String DRY_RUN = "dryRun";

  /** The plan that the caller was shown, by a dry run, and says yes to. */
  static final String PLAN = "plan";

  /** Which of a function's commands is meant. */
  static final String COMMAND = "command";

  private static final int MAX_TEXT = 2_048;

  private final String id;
  private final ObjectNode members;
  private final List<String> known;
  private final Supplier<Duration> remaining;

  private Request(String id, ObjectNode members, List<String> known, Supplier<Duration> remaining) {
    this.id = id;
    this.remaining = remaining;
    this.members = members;
    this.known = known;
  }

  /**
   * Reads a request, of which only the command may be asked yet.
   *
   * @param id Lambda's of the invocation
   * @param text its JSON; nothing at all counts as an empty object
   * @param remaining until the function's timeout
   * @throws MalformedRequest if it is no object
   */
  static Request parse(String id, String text, Supplier<Duration> remaining) {
    JsonNode read;
    try {
      read = text.isBlank() ? Json.object() : Event.read(text);
    } catch (MalformedEvent e) {
      throw new MalformedRequest("the request is " + e.getMessage());
    }
    if (!(read instanceof ObjectNode members)) {
      throw new MalformedRequest("the request must be a JSON object, but it is " + shown(read));
    }
    return new Request(id, members, List.of(COMMAND), remaining);
  }

  /**
   * The same, once it is known what it may have.
   *
   * @param names the members that it may have, besides {@code command} and {@code by}
   * @throws MalformedRequest if it has others
   */
  Request allowing(List<String> names) {
    List<String> allowed = new ArrayList<>(names);
    allowed.add(BY);
    members
        .fieldNames()
        .forEachRemaining(name -> {
          if (!allowed.contains(name) && !name.equals(COMMAND)) {
            throw new MalformedRequest(
                "%s: unknown; allowed are %s%s"
                    .formatted(
                        OutsideText.line(name, 100),
                        String.join(", ", allowed),
                        name.length() > 100 ? "" : Suggestion.of(name, allowed)));
          }
        });
    return new Request(id, members, List.copyOf(allowed), remaining);
  }

  /** All of it, for the log. */
  ObjectNode members() {
    return members.deepCopy();
  }

  /** Who asks, if the client says so. */
  Optional<String> by() {
    return text(BY);
  }

  /** The request as the trigger of what follows from it; a caller that is not named is unknown. */
  Trigger.Operator trigger() {
    String by = by().map(TagValue::cleaned).orElse("");
    return new Trigger.Operator(TagValue.cleaned(id), by.isEmpty() ? "unknown caller" : by);
  }

  /** How long the function may still run. */
  Supplier<Duration> remaining() {
    return remaining;
  }

  /** Lambda's id of the invocation: what it does is known by it. */
  String id() {
    return id;
  }

  /** The service that is meant. */
  Optional<ServiceSelector> service() {
    return valid("service", ServiceSelector::parse);
  }

  /** The name of the environment that is meant. */
  Optional<String> environment() {
    return text("environment");
  }

  /** The services that are meant: one, or all of an environment. */
  Scope scope() {
    needOneOf("service", "environment");
    return service()
        .<Scope>map(Scope.OfService::new)
        .or(() -> environment().map(Scope.OfEnvironment::new))
        .orElseThrow();
  }

  /** A text that is not blank. */
  Optional<String> text(String name) {
    return member(name).map(value -> textOf(name, value));
  }

  /** A text that must be there. */
  String needText(String name, String what) {
    return need(name, what, text(name));
  }

  /** What must be there, once it is read. */
  <T> T need(String name, String what, Optional<T> read) {
    return read.orElseThrow(
        () -> new MalformedRequest("%s: missing; it is %s".formatted(name, what)));
  }

  /**
   * A text that stands for a value.
   *
   * @param value makes it, or throws an IllegalArgumentException that says what is allowed
   */
  <T> Optional<T> valid(String name, Function<String, T> value) {
    return text(name)
        .map(text -> {
          try {
            return value.apply(text);
          } catch (IllegalArgumentException e) {
            throw new MalformedRequest(
                name + ": " + OutsideText.line(String.valueOf(e.getMessage()), 500));
          }
        });
  }

  /** One of some words. */
  Optional<String> word(String name, List<String> allowed) {
    return text(name)
        .map(text -> {
          if (!allowed.contains(text)) {
            throw new MalformedRequest(
                "%s: expected one of %s, but it is \"%s\"%s"
                    .formatted(
                        name,
                        String.join(", ", allowed),
                        OutsideText.cut(text, 100),
                        text.length() > 100 ? "" : Suggestion.of(text, allowed)));
          }
          return text;
        });
  }

  /** True or false; false if it is not there. */
  boolean flag(String name) {
    return member(name)
        .map(value -> {
          if (!value.isBoolean()) {
            throw unexpected(name, "true or false", value);
          }
          return value.booleanValue();
        })
        .orElse(false);
  }

  /** A whole number of at least {@code least} and at most {@code most}. */
  OptionalInt number(String name, int least, int most) {
    Optional<JsonNode> member = member(name);
    if (member.isEmpty()) {
      return OptionalInt.empty();
    }
    JsonNode value = member.get();
    if (!value.isIntegralNumber()
        || !value.canConvertToInt()
        || value.intValue() < least
        || value.intValue() > most) {
      throw unexpected(name, "a whole number from %d to %d".formatted(least, most), value);
    }
    return OptionalInt.of(value.intValue());
  }

  /** A moment, as ISO 8601 has it in UTC or with an offset. */
  Optional<Instant> instant(String name) {
    return valid(name, Event::instant);
  }

  /** A list of at least one text. */
  Optional<List<String>> texts(String name) {
    return texts(name, "a list of at least one text", 1);
  }

  /** A list of texts, which may be empty. */
  Optional<List<String>> list(String name) {
    return texts(name, "a list of texts", 0);
  }

  private Optional<List<String>> texts(String name, String expected, int least) {
    return member(name)
        .map(value -> {
          if (!value.isArray() || value.size() < least) {
            throw unexpected(name, expected, value);
          }
          List<String> texts = new ArrayList<>();
          value.forEach(item -> texts.add(textOf("%s[%d]".formatted(name, texts.size()), item)));
          return List.copyOf(texts);
        });
  }

  /** Refuses a request that has none of some members, or more than one. */
  void needOneOf(String... names) {
    long there = List.of(names).stream().filter(name -> member(name).isPresent()).count();
    if (there != 1) {
      throw new MalformedRequest(
          "exactly one of %s must be there, but %s"
              .formatted(String.join(", ", names), there == 0 ? "none is" : there + " are"));
    }
  }

  /** Refuses a request that has more than one of some members. */
  void needAtMostOneOf(String... names) {
    if (List.of(names).stream().filter(name -> member(name).isPresent()).count() > 1) {
      throw new MalformedRequest(
          "at most one of %s may be there".formatted(String.join(", ", names)));
    }
  }

  private Optional<JsonNode> member(String name) {
    if (!known.contains(name)) {
      throw new IllegalArgumentException("no request has a member " + name + ": " + known);
    }
    return Optional.ofNullable(members.get(name));
  }

  private static String textOf(String name, JsonNode value) {
    if (value.isTextual() && value.asText().isBlank()) {
      throw new MalformedRequest("%s: is empty; it takes a text".formatted(name));
    }
    if (!value.isTextual() || value.asText().length() > MAX_TEXT) {
      throw unexpected(name, "a text of up to %d characters".formatted(MAX_TEXT), value);
    }
    String text = value.asText();
    if (!OutsideText.visible(text).equals(text)) {
      throw unexpected(name, "a text on one line without control characters", value);
    }
    return text;
  }

  private static MalformedRequest unexpected(String name, String expected, JsonNode value) {
    return new MalformedRequest(
        "%s: expected %s, but it is %s".formatted(name, expected, shown(value)));
  }

  private static String shown(JsonNode value) {
    return OutsideText.line(Json.text(value), 100);
  }
}
