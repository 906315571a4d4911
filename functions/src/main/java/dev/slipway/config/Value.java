package dev.slipway.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.text.Suggestion;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A value of a YAML file, with its place and the keys that lead to it. Asked for what it should be,
 * it is that, or it is a problem that has been noted and the answer is empty.
 */
final class Value {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final Pattern DURATION = Pattern.compile("([1-9][0-9]{0,5})([mhd])");
  private static final Pattern NO_TIME = Pattern.compile("0+[mhd]?");
  private static final Pattern NO_UNIT = Pattern.compile("[1-9][0-9]{0,5}");

  private final Node node;
  private final String path;
  private final Problems problems;

  Value(Node node, String path, Problems problems) {
    this.node = node;
    this.path = path;
    this.problems = problems;
  }

  /** The keys that lead here, divided by dots. */
  String path() {
    return path;
  }

  Optional<Mark> mark() {
    return node.getStartMark();
  }

  /** Notes that it is wrong. */
  <T> Optional<T> problem(String message) {
    problems.add(mark(), path, message);
    return Optional.empty();
  }

  private <T> Optional<T> expected(String what) {
    return problem("expected %s, but this is %s".formatted(what, description()));
  }

  private String description() {
    if (node instanceof MappingNode) {
      return "a mapping of keys to values";
    }
    if (node instanceof SequenceNode) {
      return "a list";
    }
    String text = ((ScalarNode) node).getValue();
    if (is(Tag.NULL)) {
      return "empty";
    }
    if (is(Tag.STR)) {
      return "the text \"%s\"".formatted(text);
    }
    return is(Tag.BOOL) ? text : "the number " + text;
  }

  private boolean is(Tag tag) {
    return node.getTag().equals(tag);
  }

  /** Mapping of any keys; keys that are there twice are noted. */
  Optional<Mapping> mapping(String what) {
    if (!(node instanceof MappingNode mapping)) {
      return expected(what);
    }
    return Optional.of(new Mapping(mapping, this, problems));
  }

  /** Text that is not empty. */
  Optional<String> text(String what) {
    if (!(node instanceof ScalarNode scalar) || is(Tag.NULL)) {
      return expected(what);
    }
    if (!is(Tag.STR)) {
      return problem(
          "expected %s, but YAML reads this as %s: write it in quotes, \"%s\""
              .formatted(what, is(Tag.BOOL) ? "true or false" : "a number", scalar.getValue()));
    }
    return scalar.getValue().isBlank() ? expected(what) : Optional.of(scalar.getValue());
  }

  /** One of some words. */
  Optional<String> word(List<String> allowed) {
    String what = "one of " + String.join(", ", allowed);
    return text(what)
        .flatMap(text ->
            allowed.contains(text)
                ? Optional.of(text)
                : problem(
                    "expected %s, but this is %s%s"
                        .formatted(what, description(), Suggestion.of(text, allowed))));
  }

  /** A whole number of at least {@code least} and at most {@code most}. */
  Optional<Integer> number(int least, int most) {
    String what =
        most == Integer.MAX_VALUE
            ? "a whole number of at least " + least
            : "a whole number from %d to %d".formatted(least, most);
    if (!(node instanceof ScalarNode scalar) || !(is(Tag.INT) || is(Tag.FLOAT))) {
      return expected(what);
    }
    return decimal(scalar)
        .filter(number -> number.stripTrailingZeros().scale() <= 0)
        .filter(number -> number.compareTo(BigDecimal.valueOf(least)) >= 0)
        .filter(number -> number.compareTo(BigDecimal.valueOf(most)) <= 0)
        .map(BigDecimal::intValue)
        .or(() -> expected(what));
  }

  /** A time such as {@code 30m}, {@code 2h} or {@code 7d}. */
  Optional<Duration> duration(Duration most) {
    String what = "a time such as 30m, 2h or 7d";
    // a number is no mistake of quotes: it lacks its unit, quoted or not
    Optional<String> written =
        node instanceof ScalarNode scalar && (is(Tag.INT) || is(Tag.FLOAT))
            ? Optional.of(scalar.getValue())
            : text(what);
    return written.flatMap(text -> {
      if (NO_TIME.matcher(text).matches()) {
        return problem("must be longer than 0: write %s".formatted(what));
      }
      if (NO_UNIT.matcher(text).matches()) {
        return problem("%1$s has no unit: write it such as %1$sh".formatted(text));
      }
      Matcher parts = DURATION.matcher(text);
      if (!parts.matches()) {
        return problem("\"%s\" is not %s".formatted(text, what));
      }
      long number = Long.parseLong(parts.group(1));
      Duration duration =
          switch (parts.group(2)) {
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
          };
      return duration.compareTo(most) > 0
          ? problem("%s is more than %d days".formatted(text, most.toDays()))
          : Optional.of(duration);
    });
  }

  /** True or false. */
  Optional<Boolean> flag() {
    if (!(node instanceof ScalarNode scalar) || !is(Tag.BOOL)) {
      return expected("true or false");
    }
    return Optional.of(scalar.getValue().toLowerCase(Locale.ROOT).equals("true"));
  }

  /** A list of at least one element. */
  Optional<List<Value>> list(String what) {
    if (!(node instanceof SequenceNode sequence)) {
      return expected(what);
    }
    if (sequence.getValue().isEmpty()) {
      return problem("expected %s, but the list is empty".formatted(what));
    }
    List<Value> elements = new ArrayList<>();
    for (Node element : sequence.getValue()) {
      elements.add(new Value(element, "%s[%d]".formatted(path, elements.size()), problems));
    }
    return Optional.of(elements);
  }

  /** Anything, as JSON. */
  Optional<JsonNode> json() {
    return json(Collections.newSetFromMap(new IdentityHashMap<>()));
  }

  private Optional<JsonNode> json(Set<Node> around) {
    if (!around.add(node)) {
      return problem("this contains itself, by an alias");
    }
    Optional<JsonNode> json =
        switch (node) {
          case MappingNode mapping -> {
            ObjectNode object = JSON.objectNode();
            new Mapping(mapping, this, problems)
                .forEach((key, value) -> value.json(around).ifPresent(it -> object.set(key, it)));
            yield Optional.of(object);
          }
          case SequenceNode sequence -> {
            ArrayNode array = JSON.arrayNode();
            for (Node element : sequence.getValue()) {
              new Value(element, "%s[%d]".formatted(path, array.size()), problems)
                  .json(around)
                  .ifPresent(array::add);
            }
            yield Optional.of(array);
          }
          case ScalarNode scalar -> scalarJson(scalar);
          default -> expected("a value that JSON has");
        };
    around.remove(node);
    return json;
  }

  private Optional<JsonNode> scalarJson(ScalarNode scalar) {
    if (is(Tag.NULL)) {
      return Optional.of(JSON.nullNode());
    }
    if (is(Tag.BOOL)) {
      return flag().map(JSON::booleanNode);
    }
    if (is(Tag.STR)) {
      return Optional.of(JSON.textNode(scalar.getValue()));
    }
    return decimal(scalar)
        .<JsonNode>map(number ->
            number.scale() <= 0 ? whole(number.toBigIntegerExact()) : JSON.numberNode(number))
        .or(() -> expected("a value that JSON has"));
  }

  private static JsonNode whole(BigInteger number) {
    if (number.bitLength() < Integer.SIZE) {
      return JSON.numberNode(number.intValueExact());
    }
    return number.bitLength() < Long.SIZE
        ? JSON.numberNode(number.longValueExact())
        : JSON.numberNode(number);
  }

  /**
   * Empty for what YAML takes for a number and JSON does not, such as {@code .inf} or {@code 0x1}.
   */
  private static Optional<BigDecimal> decimal(ScalarNode scalar) {
    try {
      return Optional.of(new BigDecimal(scalar.getValue()));
    } catch (NumberFormatException _) {
      return Optional.empty();
    }
  }
}
