package dev.slipway.simulator.dynamodb;

import dev.slipway.simulator.dynamodb.AttributeValue.Binary;
import dev.slipway.simulator.dynamodb.AttributeValue.Elements;
import dev.slipway.simulator.dynamodb.AttributeValue.SetOf;
import dev.slipway.simulator.dynamodb.AttributeValue.Text;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * A condition on an item, of a ConditionExpression, FilterExpression or KeyConditionExpression.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html">Condition
 *     and filter expressions, operators, and functions</a>
 */
sealed interface Condition extends ExpressionParser.Node {
  /** Whether the item meets it; an item that does not exist has no attributes. */
  boolean test(Map<String, AttributeValue> item);

  /** The operands that it has itself, without those of the conditions it consists of. */
  default List<Operand> operands() {
    return List.of();
  }

  /** The conditions that it consists of. */
  default List<Condition> parts() {
    return List.of();
  }

  /** The paths that it reads, in all its parts. */
  default Stream<DocumentPath> paths() {
    return Stream.concat(
        operands().stream().flatMap(Condition::paths), parts().stream().flatMap(Condition::paths));
  }

  private static Stream<DocumentPath> paths(Operand operand) {
    return switch (operand) {
      case Operand.OfPath(DocumentPath path) -> Stream.of(path);
      case Operand.SizeOf(Operand of) -> paths(of);
      case Operand.OfValue _ -> Stream.of();
    };
  }

  /** All parts hold. */
  record And(List<Condition> parts) implements Condition {
    @Override
    public boolean test(Map<String, AttributeValue> item) {
      return parts.stream().allMatch(it -> it.test(item));
    }
  }

  /** A part holds. */
  record Or(List<Condition> parts) implements Condition {
    @Override
    public boolean test(Map<String, AttributeValue> item) {
      return parts.stream().anyMatch(it -> it.test(item));
    }
  }

  /** The negation. */
  record Not(Condition condition) implements Condition {
    @Override
    public boolean test(Map<String, AttributeValue> item) {
      return !condition.test(item);
    }

    @Override
    public List<Condition> parts() {
      return List.of(condition);
    }
  }

  /** The comparators. */
  enum Comparator {
    EQUAL("="),
    NOT_EQUAL("<>"),
    LESS("<"),
    LESS_OR_EQUAL("<="),
    GREATER(">"),
    GREATER_OR_EQUAL(">=");

    private final String sign;

    Comparator(String sign) {
      this.sign = sign;
    }

    static Optional<Comparator> of(Token token) {
      return Stream.of(values()).filter(it -> token.isSign(it.sign)).findFirst();
    }

    String sign() {
      return sign;
    }

    boolean isOrder() {
      return this != EQUAL && this != NOT_EQUAL;
    }

    boolean holds(AttributeValue left, AttributeValue right) {
      if (!isOrder()) {
        return left.equals(right) == (this == EQUAL);
      }
      OptionalInt order = AttributeValue.compare(left, right);
      if (order.isEmpty()) {
        return false;
      }
      int sign = order.getAsInt();
      return switch (this) {
        case LESS -> sign < 0;
        case LESS_OR_EQUAL -> sign <= 0;
        case GREATER -> sign > 0;
        case GREATER_OR_EQUAL -> sign >= 0;
        case EQUAL, NOT_EQUAL -> throw new IllegalStateException("no order");
      };
    }
  }

  /**
   * {@code left = right} and so on; an absent operand differs from everything, and has no order.
   */
  record Comparison(Comparator comparator, Operand left, Operand right) implements Condition {
    @Override
    public boolean test(Map<String, AttributeValue> item) {
      Optional<AttributeValue> one = left.of(item);
      Optional<AttributeValue> other = right.of(item);
      if (one.isEmpty() || other.isEmpty()) {
        return comparator == Comparator.NOT_EQUAL && one.isPresent() != other.isPresent();
      }
      return comparator.holds(one.get(), other.get());
    }

    @Override
    public List<Operand> operands() {
      return List.of(left, right);
    }
  }

  /** {@code operand BETWEEN lower AND upper}, both included. */
  record Between(Operand operand, Operand lower, Operand upper) implements Condition {
    @Override
    public boolean test(Map<String, AttributeValue> item) {
      return new Comparison(Comparator.GREATER_OR_EQUAL, operand, lower).test(item)
          && new Comparison(Comparator.LESS_OR_EQUAL, operand, upper).test(item);
    }

    @Override
    public List<Operand> operands() {
      return List.of(operand, lower, upper);
    }
  }

  /** {@code operand IN (choices)}. */
  record In(Operand operand, List<Operand> choices) implements Condition {
    @Override
    public boolean test(Map<String, AttributeValue> item) {
      return choices.stream()
          .anyMatch(it -> new Comparison(Comparator.EQUAL, operand, it).test(item));
    }

    @Override
    public List<Operand> operands() {
      return Stream.concat(Stream.of(operand), choices.stream()).toList();
    }
  }

  /** {@code attribute_exists(path)}. */
  record Exists(Operand operand) implements Condition {
    @Override
    public boolean test(Map<String, AttributeValue> item) {
      return operand.of(item).isPresent();
    }

    @Override
    public List<Operand> operands() {
      return List.of(operand);
    }
  }

  /** {@code attribute_not_exists(path)}. */
  record NotExists(Operand operand) implements Condition {
    @Override
    public boolean test(Map<String, AttributeValue> item) {
      return operand.of(item).isEmpty();
    }

    @Override
    public List<Operand> operands() {
      return List.of(operand);
    }
  }

  /** {@code attribute_type(path, type)}. */
  record HasType(Operand operand, String type) implements Condition {
    @Override
    public boolean test(Map<String, AttributeValue> item) {
      return operand.of(item).filter(it -> it.type().equals(type)).isPresent();
    }

    @Override
    public List<Operand> operands() {
      return List.of(operand);
    }
  }

  /** {@code begins_with(operand, prefix)}, of texts and binaries. */
  record BeginsWith(Operand operand, Operand prefix) implements Condition {
    @Override
    public boolean test(Map<String, AttributeValue> item) {
      Optional<AttributeValue> whole = operand.of(item);
      Optional<AttributeValue> start = prefix.of(item);
      return whole.isPresent() && start.isPresent() && begins(whole.get(), start.get());
    }

    private static boolean begins(AttributeValue whole, AttributeValue start) {
      if (whole instanceof Text(String text) && start instanceof Text(String prefix)) {
        return text.startsWith(prefix);
      }
      return whole instanceof Binary(String bytes)
          && start instanceof Binary(String prefix)
          && bytes.startsWith(prefix);
    }

    @Override
    public List<Operand> operands() {
      return List.of(operand, prefix);
    }
  }

  /** {@code contains(operand, part)}: a part of a text or binary, an element of a set or list. */
  record Contains(Operand operand, Operand part) implements Condition {
    @Override
    public boolean test(Map<String, AttributeValue> item) {
      Optional<AttributeValue> whole = operand.of(item);
      Optional<AttributeValue> element = part.of(item);
      return whole.isPresent() && element.isPresent() && contains(whole.get(), element.get());
    }

    private static boolean contains(AttributeValue whole, AttributeValue element) {
      if (whole instanceof Text(String text) && element instanceof Text(String within)) {
        return text.contains(within);
      }
      if (whole instanceof Binary(String bytes) && element instanceof Binary(String within)) {
        return bytes.contains(within);
      }
      if (whole instanceof SetOf set) {
        return set.values().contains(element);
      }
      return whole instanceof Elements list && list.values().contains(element);
    }

    @Override
    public List<Operand> operands() {
      return List.of(operand, part);
    }
  }
}
