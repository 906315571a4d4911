package dev.slipway.simulator.dynamodb;

import dev.slipway.simulator.dynamodb.AttributeValue.Binary;
import dev.slipway.simulator.dynamodb.AttributeValue.Decimal;
import dev.slipway.simulator.dynamodb.AttributeValue.Document;
import dev.slipway.simulator.dynamodb.AttributeValue.Elements;
import dev.slipway.simulator.dynamodb.AttributeValue.SetOf;
import dev.slipway.simulator.dynamodb.AttributeValue.Text;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** What a condition compares. */
sealed interface Operand extends ExpressionParser.Node {
  /** Its value for an item; empty where the item does not have it. */
  Optional<AttributeValue> of(Map<String, AttributeValue> item);

  /** A path in the item. */
  record OfPath(DocumentPath path) implements Operand {
    @Override
    public Optional<AttributeValue> of(Map<String, AttributeValue> item) {
      return path.in(item);
    }
  }

  /** A value of the request. */
  record OfValue(AttributeValue value) implements Operand {
    @Override
    public Optional<AttributeValue> of(Map<String, AttributeValue> item) {
      return Optional.of(value);
    }
  }

  /** {@code size(path)}: characters, bytes or elements. */
  record SizeOf(Operand operand) implements Operand {
    @Override
    public Optional<AttributeValue> of(Map<String, AttributeValue> item) {
      OptionalInt size = operand.of(item).map(SizeOf::size).orElseGet(OptionalInt::empty);
      return size.isPresent()
          ? Optional.of(new Decimal(Numbers.checked(BigDecimal.valueOf(size.getAsInt()))))
          : Optional.empty();
    }

    private static OptionalInt size(AttributeValue value) {
      return switch (value) {
        case Text(String text) -> OptionalInt.of(text.length());
        case Binary(String bytes) -> OptionalInt.of(bytes.length());
        case SetOf set -> OptionalInt.of(set.values().size());
        case Elements list -> OptionalInt.of(list.values().size());
        case Document map -> OptionalInt.of(map.members().size());
        default -> OptionalInt.empty();
      };
    }
  }
}
