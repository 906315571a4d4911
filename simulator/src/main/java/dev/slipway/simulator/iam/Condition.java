package dev.slipway.simulator.iam;

import java.util.List;
import java.util.Locale;

/**
 * One line of a statement's Condition.
 *
 * @param set how the values of a key that has several count
 * @param ifExists whether a key that the request does not have makes it true
 * @param values of which one must match; of a negated operator none may
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html">Condition
 *     operators</a>
 */
record Condition(Set set, Operator operator, boolean ifExists, String key, List<String> values) {
  /** How several values of one key count. */
  enum Set {
    /** The key has one value. */
    SINGLE,
    /** All of the request's values must match; true if it has none. */
    FOR_ALL_VALUES,
    /** One of the request's values must match. */
    FOR_ANY_VALUE
  }

  /** The operators that are simulated. */
  enum Operator {
    STRING_EQUALS("StringEquals", false),
    STRING_NOT_EQUALS("StringNotEquals", true),
    STRING_EQUALS_IGNORE_CASE("StringEqualsIgnoreCase", false),
    STRING_LIKE("StringLike", false),
    STRING_NOT_LIKE("StringNotLike", true),
    ARN_EQUALS("ArnEquals", false),
    ARN_LIKE("ArnLike", false),
    ARN_NOT_EQUALS("ArnNotEquals", true),
    ARN_NOT_LIKE("ArnNotLike", true),
    BOOL("Bool", false),
    NULL("Null", false);

    private final String word;
    private final boolean negated;

    Operator(String word, boolean negated) {
      this.word = word;
      this.negated = negated;
    }

    /** Whether the value is as wanted, negation apart. */
    boolean matches(String wanted, String value) {
      return switch (this) {
        case STRING_EQUALS, STRING_NOT_EQUALS -> wanted.equals(value);
        case STRING_EQUALS_IGNORE_CASE, BOOL -> wanted.equalsIgnoreCase(value);
        case STRING_LIKE, STRING_NOT_LIKE -> new Wildcard(wanted).matches(value);
        // AWS defines the two alike
        case ARN_EQUALS, ARN_LIKE, ARN_NOT_EQUALS, ARN_NOT_LIKE ->
            new Wildcard(wanted).matchesArn(value);
        case NULL -> throw new IllegalStateException("Null asks for presence, not for a value");
      };
    }
  }

  /**
   * Reads an operator as a policy writes it, such as {@code ForAnyValue:StringLikeIfExists}.
   *
   * @throws IllegalArgumentException naming an operator that is not simulated
   */
  static Condition parse(String written, String key, List<String> values) {
    Set set = Set.SINGLE;
    String word = written;
    if (word.startsWith("ForAllValues:")) {
      set = Set.FOR_ALL_VALUES;
      word = word.substring("ForAllValues:".length());
    } else if (word.startsWith("ForAnyValue:")) {
      set = Set.FOR_ANY_VALUE;
      word = word.substring("ForAnyValue:".length());
    }
    boolean ifExists = word.endsWith("IfExists");
    String name = ifExists ? word.substring(0, word.length() - "IfExists".length()) : word;
    for (Operator operator : Operator.values()) {
      if (operator.word.equalsIgnoreCase(name)) {
        return new Condition(set, operator, ifExists, key, values);
      }
    }
    throw new IllegalArgumentException("the condition operator " + written + " is not simulated");
  }

  boolean holds(RequestContext context) {
    List<String> present = context.values(key);
    if (operator == Operator.NULL) {
      return values.stream().anyMatch(v -> Boolean.parseBoolean(lower(v)) == present.isEmpty());
    }
    return switch (set) {
      case FOR_ALL_VALUES -> present.stream().allMatch(this::matches);
      case FOR_ANY_VALUE -> present.isEmpty() ? ifExists : present.stream().anyMatch(this::matches);
      case SINGLE ->
          present.isEmpty()
              ? ifExists || operator.negated
              : present.stream().allMatch(this::matches);
    };
  }

  /** Whether it asks for values, of which each allows something of its own. */
  boolean asksForValues() {
    return operator != Operator.NULL && !operator.negated;
  }

  /** The same for each of its values alone. */
  List<Condition> ofEachValue() {
    return values.stream()
        .map(value -> new Condition(set, operator, ifExists, key, List.of(value)))
        .toList();
  }

  /** Whether the request has such a value: it does not hold only because there is none. */
  boolean isMetBy(RequestContext context) {
    return context.values(key).stream().anyMatch(this::matches);
  }

  private boolean matches(String value) {
    return values.stream().anyMatch(wanted -> operator.matches(wanted, value)) != operator.negated;
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
