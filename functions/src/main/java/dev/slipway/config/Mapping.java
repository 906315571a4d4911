package dev.slipway.config;

import static java.util.stream.Collectors.partitioningBy;

import dev.slipway.text.Suggestion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** A mapping of a YAML file: its values by their keys, in the order of the file. */
final class Mapping {
  private final Map<String, Value> values = new LinkedHashMap<>();
  private final Map<String, Optional<Mark>> keyMarks = new LinkedHashMap<>();
  private final Value self;
  private final Problems problems;

  Mapping(MappingNode node, Value self, Problems problems) {
    this.self = self;
    this.problems = problems;
    for (NodeTuple tuple : node.getValue()) {
      Optional<Mark> mark = tuple.getKeyNode().getStartMark();
      if (!(tuple.getKeyNode() instanceof ScalarNode scalar)) {
        problems.add(mark, self.path(), "a key must be a word, not a list or a mapping");
        continue;
      }
      String key = scalar.getValue();
      if (values.containsKey(key)) {
        problems.add(
            mark,
            pathOf(key),
            "this key is there already, in line %d: leave one of them"
                .formatted(markOf(key).map(m -> m.getLine() + 1).orElse(0)));
      } else {
        values.put(key, new Value(tuple.getValueNode(), pathOf(key), problems));
        keyMarks.put(key, mark);
      }
    }
  }

  private Optional<Mark> markOf(String key) {
    return keyMarks.getOrDefault(key, self.mark());
  }

  private String pathOf(String key) {
    return self.path().isEmpty() ? key : self.path() + "." + key;
  }

  /** Notes every key that is not one of these. */
  Mapping only(List<String> allowed) {
    return only(allowed, List.of());
  }

  private void unknown(String key, List<String> allowed) {
    mistakeAtKey(
        key,
        "unknown key; allowed %s %s%s"
            .formatted(
                allowed.size() == 1 ? "is" : "are",
                String.join(", ", allowed),
                Suggestion.of(key, allowed)));
  }

  /**
   * Notes every key that is not one of these.
   *
   * @param beside keys that may stand beside this mapping: of such a one it is said where it
   *     belongs
   */
  Mapping only(List<String> allowed, List<String> beside) {
    int dot = self.path().lastIndexOf('.') + 1;
    Map<Boolean, List<String>> misplaced =
        values.keySet().stream()
            .filter(key -> !allowed.contains(key))
            .collect(partitioningBy(beside::contains));
    misplaced
        .getOrDefault(true, List.of())
        .forEach(key ->
            mistakeAtKey(
                key,
                "%s stands beside %s, not in it: %s%s"
                    .formatted(
                        key, self.path().substring(dot), self.path().substring(0, dot), key)));
    misplaced.getOrDefault(false, List.of()).forEach(key -> unknown(key, allowed));
    return this;
  }

  boolean isEmpty() {
    return values.isEmpty();
  }

  Set<String> keys() {
    return values.keySet();
  }

  Optional<Value> get(String key) {
    return Optional.ofNullable(values.get(key));
  }

  /**
   * What the one key of these says that must be there.
   *
   * @param choices what each key makes of its value and of this mapping; it notes its own problems
   * @param beside the other keys that may be there
   * @param none what is wrong where none of the choices is there
   */
  <T> Optional<T> exactlyOne(
      Map<String, BiFunction<Value, Mapping, Optional<T>>> choices,
      List<String> beside,
      String none) {
    only(Stream.concat(choices.keySet().stream().sorted(), beside.stream()).toList());
    List<String> keys = values.keySet().stream().filter(choices::containsKey).toList();
    if (keys.size() > 1) {
      return self.problem(
          "%s exclude each other: leave one of them".formatted(String.join(" and ", keys)));
    }
    if (keys.isEmpty() && beside.containsAll(values.keySet())) {
      return self.problem(none);
    }
    return keys.stream()
        .findFirst()
        .flatMap(key ->
            Optional.ofNullable(choices.get(key))
                .flatMap(choice -> get(key).flatMap(value -> choice.apply(value, this))));
  }

  /** A value that must be there. */
  Optional<Value> need(String key, String why) {
    return get(key).or(() -> self.problem("the key %s is missing: %s".formatted(key, why)));
  }

  void forEach(BiConsumer<String, Value> action) {
    values.forEach(action);
  }

  /** Notes that a key is wrong, rather than its value. */
  void mistakeAtKey(String key, String message) {
    problems.add(markOf(key), pathOf(key), message);
  }

  /** Notes that it is wrong as a whole. */
  <T> Optional<T> problem(String message) {
    return self.problem(message);
  }
}
