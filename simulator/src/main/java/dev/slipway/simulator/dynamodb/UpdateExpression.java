package dev.slipway.simulator.dynamodb;

import dev.slipway.simulator.dynamodb.AttributeValue.Decimal;
import dev.slipway.simulator.dynamodb.AttributeValue.Document;
import dev.slipway.simulator.dynamodb.AttributeValue.Elements;
import dev.slipway.simulator.dynamodb.AttributeValue.SetOf;
import dev.slipway.simulator.dynamodb.DocumentPath.Index;
import dev.slipway.simulator.dynamodb.DocumentPath.Member;
import dev.slipway.simulator.dynamodb.DocumentPath.Step;
import dev.slipway.simulator.world.AwsError;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How an item is to change.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html">Update
 *     expressions</a>
 */
record UpdateExpression(List<Action> actions) {
  /** One change. */
  sealed interface Action {
    /** What it changes. */
    DocumentPath path();
  }

  /** {@code SET path = source}. */
  record SetTo(DocumentPath path, Source source) implements Action {}

  /** {@code REMOVE path}. */
  record Remove(DocumentPath path) implements Action {}

  /** {@code ADD path :value}: a number is added, a set united. */
  record Add(DocumentPath path, AttributeValue value) implements Action {}

  /** {@code DELETE path :value}: the values are taken out of a set. */
  record Delete(DocumentPath path, AttributeValue value) implements Action {}

  /** Where a value comes from. All sources are of the item as it was before the update. */
  sealed interface Source {
    /** The value; empty if the item has none there. */
    Optional<AttributeValue> of(Map<String, AttributeValue> item);
  }

  /** A value of the request. */
  record Value(AttributeValue value) implements Source {
    @Override
    public Optional<AttributeValue> of(Map<String, AttributeValue> item) {
      return Optional.of(value);
    }
  }

  /** A path in the item. */
  record Path(DocumentPath path) implements Source {
    @Override
    public Optional<AttributeValue> of(Map<String, AttributeValue> item) {
      return path.in(item);
    }
  }

  /** {@code if_not_exists(path, otherwise)}. */
  record IfNotExists(DocumentPath path, Source otherwise) implements Source {
    @Override
    public Optional<AttributeValue> of(Map<String, AttributeValue> item) {
      return path.in(item).or(() -> otherwise.of(item));
    }
  }

  /** {@code list_append(first, second)}. */
  record ListAppend(Source first, Source second) implements Source {
    @Override
    public Optional<AttributeValue> of(Map<String, AttributeValue> item) {
      if (present(first, item) instanceof Elements(List<AttributeValue> head)
          && present(second, item) instanceof Elements(List<AttributeValue> tail)) {
        List<AttributeValue> all = new ArrayList<>(head);
        all.addAll(tail);
        return Optional.of(new Elements(all));
      }
      throw incorrectType();
    }
  }

  /** {@code left + right}. */
  record Plus(Source left, Source right) implements Source {
    @Override
    public Optional<AttributeValue> of(Map<String, AttributeValue> item) {
      return Optional.of(sum(number(left, item), number(right, item)));
    }
  }

  /** {@code left - right}. */
  record Minus(Source left, Source right) implements Source {
    @Override
    public Optional<AttributeValue> of(Map<String, AttributeValue> item) {
      return Optional.of(sum(number(left, item), number(right, item).negate()));
    }
  }

  private static AttributeValue present(Source source, Map<String, AttributeValue> item) {
    return source
        .of(item)
        .orElseThrow(() ->
            Errors.validation(
                "The provided expression refers to an attribute that does not exist in the item"));
  }

  private static BigDecimal number(Source source, Map<String, AttributeValue> item) {
    if (present(source, item) instanceof Decimal(BigDecimal number)) {
      return number;
    }
    throw incorrectType();
  }

  private static Decimal sum(BigDecimal one, BigDecimal other) {
    return new Decimal(Numbers.checked(one.add(other)));
  }

  private static AwsError incorrectType() {
    return Errors.validation("An operand in the update expression has an incorrect data type");
  }

  private static AwsError invalidPath() {
    return Errors.validation(
        "The document path provided in the update expression is invalid for update");
  }

  /** The item after the update. */
  SequencedMap<String, AttributeValue> apply(Map<String, AttributeValue> before) {
    AttributeValue after = new Document(before);
    List<DocumentPath> removed = new ArrayList<>();
    for (Action action : actions) {
      switch (action) {
        case SetTo(DocumentPath path, Source source) ->
            after = change(after, path.steps(), _ -> present(source, before));
        case Add(DocumentPath path, AttributeValue value) ->
            after = change(after, path.steps(), old -> added(old, value));
        case Delete(DocumentPath path, AttributeValue value) -> {
          Optional<AttributeValue> old = path.in(before);
          if (old.isPresent()) {
            AttributeValue rest = without(old.get(), value);
            if (rest == null) {
              removed.add(path);
            } else {
              after = change(after, path.steps(), _ -> rest);
            }
          }
        }
        case Remove(DocumentPath path) -> removed.add(path);
      }
    }
    // indexes are of the list as it was: the last goes first
    removed.sort(Comparator.comparingInt(UpdateExpression::lastIndex).reversed());
    for (DocumentPath path : removed) {
      after = removed(after, path.steps());
    }
    return new LinkedHashMap<>(((Document) after).members());
  }

  /** The attributes that it changes. */
  Set<String> attributes() {
    Set<String> attributes = new LinkedHashSet<>();
    actions.forEach(it -> attributes.add(it.path().attribute()));
    return attributes;
  }

  private static int lastIndex(DocumentPath path) {
    return path.steps().getLast() instanceof Index(int index) ? index : -1;
  }

  private static AttributeValue added(@Nullable AttributeValue old, AttributeValue value) {
    if (old == null) {
      return value;
    }
    if (old instanceof Decimal(BigDecimal one) && value instanceof Decimal(BigDecimal other)) {
      return sum(one, other);
    }
    if (old instanceof SetOf one
        && value instanceof SetOf other
        && one.type().equals(other.type())) {
      Set<AttributeValue> all = new LinkedHashSet<>(one.values());
      all.addAll(other.values());
      return new SetOf(one.elementType(), all);
    }
    throw incorrectType();
  }

  /** What is left of the set; null if nothing is. */
  private static @Nullable AttributeValue without(AttributeValue old, AttributeValue value) {
    if (old instanceof SetOf one
        && value instanceof SetOf other
        && one.type().equals(other.type())) {
      Set<AttributeValue> rest = new LinkedHashSet<>(one.values());
      rest.removeAll(other.values());
      return rest.isEmpty() ? null : new SetOf(one.elementType(), rest);
    }
    throw incorrectType();
  }

  /** A value with another one at the end of the steps. */
  private static AttributeValue change(
      @Nullable AttributeValue value, List<Step> steps, Change change) {
    if (steps.isEmpty()) {
      return change.of(value);
    }
    List<Step> rest = steps.subList(1, steps.size());
    if (value instanceof Document(Map<String, AttributeValue> old)
        && steps.getFirst() instanceof Member(String name)) {
      Map<String, AttributeValue> members = new LinkedHashMap<>(old);
      members.put(name, change(old.get(name), rest, change));
      return new Document(members);
    }
    if (value instanceof Elements(List<AttributeValue> old)
        && steps.getFirst() instanceof Index(int index)) {
      List<AttributeValue> elements = new ArrayList<>(old);
      if (index < old.size()) {
        elements.set(index, change(old.get(index), rest, change));
      } else {
        elements.add(change(null, rest, change));
      }
      return new Elements(elements);
    }
    throw invalidPath();
  }

  /** What becomes of a value, or of none. */
  @FunctionalInterface
  private interface Change {
    AttributeValue of(@Nullable AttributeValue old);
  }

  private static AttributeValue removed(AttributeValue value, List<Step> steps) {
    if (value instanceof Document(Map<String, AttributeValue> old)
        && steps.getFirst() instanceof Member(String name)) {
      return new Document(removed(old, name, steps.subList(1, steps.size())));
    }
    if (value instanceof Elements(List<AttributeValue> old)
        && steps.getFirst() instanceof Index(int index)) {
      List<AttributeValue> elements = new ArrayList<>(old);
      if (steps.size() == 1) {
        if (index < old.size()) {
          elements.remove(index);
        }
        return new Elements(elements);
      }
      if (index >= old.size()) {
        throw invalidPath();
      }
      elements.set(index, removed(old.get(index), steps.subList(1, steps.size())));
      return new Elements(elements);
    }
    throw invalidPath();
  }

  private static Map<String, AttributeValue> removed(
      Map<String, AttributeValue> old, String name, List<Step> rest) {
    Map<String, AttributeValue> members = new LinkedHashMap<>(old);
    if (rest.isEmpty()) {
      members.remove(name);
      return members;
    }
    AttributeValue member = old.get(name);
    if (member == null) {
      throw invalidPath();
    }
    members.put(name, removed(member, rest));
    return members;
  }
}
