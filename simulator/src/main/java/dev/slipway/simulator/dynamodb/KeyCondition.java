package dev.slipway.simulator.dynamodb;

import dev.slipway.simulator.dynamodb.Condition.Comparator;
import dev.slipway.simulator.world.AwsError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A KeyConditionExpression: one partition, and perhaps a condition on the sort key.
 *
 * @param sort null for the whole partition
 * @see <a
 *     href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html">Key
 *     condition expressions for the Query operation</a>
 */
record KeyCondition(AttributeValue partition, @Nullable Condition sort) {
  private static final String PREFIX = "Invalid KeyConditionExpression: ";

  /** What the expression says of a table's key. */
  static KeyCondition of(Condition expression, KeySchema key) {
    List<Condition> parts =
        expression instanceof Condition.And(List<Condition> both) ? both : List.of(expression);
    Map<String, Condition> byAttribute = new LinkedHashMap<>();
    for (Condition part : parts) {
      if (byAttribute.put(attribute(part), part) != null) {
        throw Errors.validation(
            PREFIX + "KeyConditionExpressions must only contain one condition per key");
      }
    }
    Condition partition = byAttribute.remove(key.partition().name());
    if (partition == null) {
      throw missed(key.partition());
    }
    if (!(partition
            instanceof
            Condition.Comparison(
                Comparator comparator,
                Operand _,
                Operand.OfValue(AttributeValue value))
        && comparator == Comparator.EQUAL)) {
      throw Errors.validation("Query key condition not supported");
    }
    checkType(key.partition(), value);
    KeySchema.Attribute sortKey = key.sort();
    if (byAttribute.isEmpty()) {
      return new KeyCondition(value, null);
    }
    Condition sort = sortKey == null ? null : byAttribute.remove(sortKey.name());
    if (sortKey == null || !byAttribute.isEmpty()) {
      throw sortKey != null && sort == null
          ? missed(sortKey)
          : Errors.validation("Query key condition not supported");
    }
    for (Operand operand : sort == null ? List.<Operand>of() : sort.operands()) {
      if (operand instanceof Operand.OfValue(AttributeValue of)) {
        checkType(sortKey, of);
      }
    }
    return new KeyCondition(value, sort);
  }

  private static AwsError missed(KeySchema.Attribute attribute) {
    return Errors.validation("Query condition missed key schema element: " + attribute.name());
  }

  private static void checkType(KeySchema.Attribute attribute, AttributeValue value) {
    if (!value.type().equals(attribute.type())) {
      throw Errors.invalidParameter("Condition parameter type does not match schema type");
    }
    KeySchema.checkNotEmpty(attribute, value);
  }

  /** The attribute that a part is about; it is compared with values of the request. */
  private static String attribute(Condition part) {
    boolean allowed =
        switch (part) {
          case Condition.Comparison it -> {
            if (it.comparator() == Comparator.NOT_EQUAL) {
              throw invalidOperator("<>");
            }
            yield true;
          }
          case Condition.Between _, Condition.BeginsWith _ -> true;
          case Condition.Or _ -> throw invalidOperator("OR");
          case Condition.Not _ -> throw invalidOperator("NOT");
          case Condition.In _ -> throw invalidOperator("IN");
          case Condition.Exists _ -> throw invalidOperator("attribute_exists");
          case Condition.NotExists _ -> throw invalidOperator("attribute_not_exists");
          case Condition.HasType _ -> throw invalidOperator("attribute_type");
          case Condition.Contains _ -> throw invalidOperator("contains");
          case Condition.And _ -> false;
        };
    List<Operand> operands = part.operands();
    if (!allowed || operands.isEmpty()) {
      throw Errors.validation("Query key condition not supported");
    }
    if (!(operands.getFirst() instanceof Operand.OfPath(DocumentPath path))) {
      throw Errors.validation(
          PREFIX + "The left hand side of a condition in it is an attribute of the key");
    }
    if (!path.isAttribute()) {
      throw Errors.validation(
          PREFIX + "KeyConditionExpressions cannot have conditions on nested attributes");
    }
    for (Operand operand : operands.subList(1, operands.size())) {
      if (!(operand instanceof Operand.OfValue)) {
        throw Errors.validation("Query key condition not supported");
      }
    }
    return path.attribute();
  }

  private static AwsError invalidOperator(String operator) {
    return Errors.validation(
        PREFIX + "Invalid operator used in KeyConditionExpression: " + operator);
  }
}
