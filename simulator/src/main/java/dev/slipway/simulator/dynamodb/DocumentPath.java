package dev.slipway.simulator.dynamodb;

import dev.slipway.simulator.dynamodb.AttributeValue.Document;
import dev.slipway.simulator.dynamodb.AttributeValue.Elements;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Where in an item a value is, such as {@code tags.names[2]}.
 *
 * @param steps the first is the name of an attribute
 */
record DocumentPath(List<Step> steps) {
  /** A member of a map, or an element of a list. */
  sealed interface Step {}

  /** A member of the item or of a map. */
  record Member(String name) implements Step {
    @Override
    public String toString() {
      return name;
    }
  }

  /** An element of a list. */
  record Index(int index) implements Step {
    @Override
    public String toString() {
      return "[" + index + "]";
    }
  }

  DocumentPath {
    steps = List.copyOf(steps);
    if (!(steps.getFirst() instanceof Member)) {
      throw new IllegalArgumentException("a path begins with an attribute: " + steps);
    }
  }

  /** The attribute in which it begins. */
  String attribute() {
    return ((Member) steps.getFirst()).name();
  }

  /** Whether it names an attribute and nothing in it. */
  boolean isAttribute() {
    return steps.size() == 1;
  }

  /** The value there, if there is one. */
  Optional<AttributeValue> in(Map<String, AttributeValue> item) {
    AttributeValue value = item.get(attribute());
    for (Step step : steps.subList(1, steps.size())) {
      value = step(value, step);
    }
    return Optional.ofNullable(value);
  }

  private static @Nullable AttributeValue step(@Nullable AttributeValue value, Step step) {
    return switch (step) {
      case Member(String name) -> value instanceof Document map ? map.members().get(name) : null;
      case Index(int index) ->
          value instanceof Elements list && index < list.values().size()
              ? list.values().get(index)
              : null;
    };
  }

  /** Whether one is the other, or lies within it. */
  boolean overlaps(DocumentPath other) {
    int common = Math.min(steps.size(), other.steps.size());
    return steps.subList(0, common).equals(other.steps.subList(0, common));
  }

  /** Whether one goes through a map where the other goes through a list. */
  boolean conflicts(DocumentPath other) {
    int common = Math.min(steps.size(), other.steps.size());
    for (int i = 0; i < common; i++) {
      Step mine = steps.get(i);
      Step others = other.steps.get(i);
      if (!mine.equals(others)) {
        return mine.getClass() != others.getClass();
      }
    }
    return false;
  }

  /** As error messages show it. */
  @Override
  public String toString() {
    return steps.stream().map(Object::toString).collect(Collectors.joining(", ", "[", "]"));
  }
}
