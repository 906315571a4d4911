package dev.slipway.simulator.dynamodb;

import dev.slipway.simulator.dynamodb.AttributeValue.Text;
import dev.slipway.simulator.world.AwsError;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Reads one expression of a request, by recursive descent.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html">Expressions</a>
 */
final class ExpressionParser {
  /** What a parenthesis may hold: a condition, or an operand of one. */
  sealed interface Node permits Condition, Operand {}

  private static final int MAX_BYTES = 4096;
  private static final Set<String> KEYWORDS =
      Set.of("AND", "OR", "NOT", "BETWEEN", "IN", "SET", "REMOVE", "ADD", "DELETE");

  /** How many operands each function takes. */
  private static final Map<String, Integer> FUNCTIONS =
      Map.of(
          "attribute_exists", 1,
          "attribute_not_exists", 1,
          "attribute_type", 2,
          "begins_with", 2,
          "contains", 2,
          "size", 1,
          "if_not_exists", 2,
          "list_append", 2);

  private static final Map<String, String> TYPE_WORDS =
      Map.of(
          "S", "STRING",
          "N", "NUMBER",
          "B", "BINARY",
          "BOOL", "BOOLEAN",
          "NULL", "NULL",
          "M", "MAP",
          "L", "LIST",
          "SS", "STRING_SET",
          "NS", "NUMBER_SET",
          "BS", "BINARY_SET");

  private final String expression;
  private final String parameter;
  private final Placeholders placeholders;
  private final List<Token> tokens;
  private int at;

  /**
   * Of one expression.
   *
   * @param parameter that holds it, such as {@code FilterExpression}: errors name it
   */
  ExpressionParser(String expression, String parameter, Placeholders placeholders) {
    this.expression = expression;
    this.parameter = parameter;
    this.placeholders = placeholders;
    if (expression.isBlank()) {
      throw invalid("The expression can not be empty;");
    }
    if (AttributeValue.utf8(expression).length > MAX_BYTES) {
      throw invalid("Expression size has exceeded the maximum allowed size;");
    }
    this.tokens = Token.of(expression, parameter);
  }

  /** A ConditionExpression, FilterExpression or KeyConditionExpression. */
  Condition condition() {
    Condition condition = asCondition(or());
    end();
    return condition;
  }

  /** A ProjectionExpression. */
  List<DocumentPath> projection() {
    List<DocumentPath> paths = new ArrayList<>();
    do {
      paths.add(path());
    } while (takeSign(","));
    end();
    checkOverlaps(paths);
    return paths;
  }

  /** An UpdateExpression. */
  UpdateExpression update() {
    List<UpdateExpression.Action> actions = new ArrayList<>();
    Set<String> sections = new HashSet<>();
    while (peek().kind() != Token.Kind.END) {
      Token section = take();
      String name = section.text().toUpperCase(Locale.ROOT);
      if (section.kind() != Token.Kind.WORD
          || !List.of("SET", "REMOVE", "ADD", "DELETE").contains(name)) {
        throw syntaxError(at - 1);
      }
      if (!sections.add(name)) {
        throw invalid(
            "The \"" + name + "\" section can only be used once in an update expression;");
      }
      do {
        actions.add(
            switch (name) {
              case "SET" -> set();
              case "REMOVE" -> new UpdateExpression.Remove(path());
              case "ADD" -> new UpdateExpression.Add(path(), typed("ADD", "N", "SS", "NS", "BS"));
              default -> new UpdateExpression.Delete(path(), typed("DELETE", "SS", "NS", "BS"));
            });
      } while (takeSign(","));
    }
    List<DocumentPath> paths = actions.stream().map(UpdateExpression.Action::path).toList();
    checkOverlaps(paths);
    return new UpdateExpression(actions);
  }

  // --- conditions

  private Node or() {
    Node first = and();
    if (!peek().isWord("OR")) {
      return first;
    }
    List<Condition> parts = new ArrayList<>(List.of(asCondition(first)));
    while (takeWord("OR")) {
      parts.add(asCondition(and()));
    }
    return new Condition.Or(parts);
  }

  private Node and() {
    Node first = not();
    if (!peek().isWord("AND")) {
      return first;
    }
    List<Condition> parts = new ArrayList<>(List.of(asCondition(first)));
    while (takeWord("AND")) {
      parts.add(asCondition(not()));
    }
    return new Condition.And(parts);
  }

  private Node not() {
    return takeWord("NOT") ? new Condition.Not(asCondition(not())) : comparison();
  }

  private Node comparison() {
    Node first = primary();
    if (!(first instanceof Operand left)) {
      return first;
    }
    Optional<Condition.Comparator> comparator = Condition.Comparator.of(peek());
    if (comparator.isPresent()) {
      at++;
      return comparison(comparator.get(), left, operand());
    }
    if (takeWord("BETWEEN")) {
      Operand lower = operand();
      if (!takeWord("AND")) {
        throw syntaxError(at);
      }
      return between(left, lower, operand());
    }
    if (takeWord("IN")) {
      return new Condition.In(left, operands());
    }
    return left;
  }

  private Condition comparison(Condition.Comparator comparator, Operand left, Operand right) {
    if (comparator.isOrder()) {
      ordered(comparator.sign(), left);
      ordered(comparator.sign(), right);
    }
    distinct(comparator.sign(), left, right);
    return new Condition.Comparison(comparator, left, right);
  }

  private Condition between(Operand operand, Operand lower, Operand upper) {
    ordered("BETWEEN", operand);
    ordered("BETWEEN", lower);
    ordered("BETWEEN", upper);
    if (lower instanceof Operand.OfValue(AttributeValue from)
        && upper instanceof Operand.OfValue(AttributeValue to)) {
      OptionalInt order = AttributeValue.compare(from, to);
      if (order.isEmpty()) {
        throw invalid(
            "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: %s, upper bound operand: %s"
                .formatted(AttributeJson.shown(from), AttributeJson.shown(to)));
      }
      if (order.getAsInt() > 0) {
        throw invalid(
            "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: %s, upper bound operand: %s"
                .formatted(AttributeJson.shown(from), AttributeJson.shown(to)));
      }
    }
    return new Condition.Between(operand, lower, upper);
  }

  private Node primary() {
    if (takeSign("(")) {
      Node inner = or();
      expectSign(")");
      return inner;
    }
    if (isFunction()) {
      return function();
    }
    if (peek().kind() == Token.Kind.VALUE) {
      return new Operand.OfValue(placeholders.value(take().text(), parameter));
    }
    return new Operand.OfPath(path());
  }

  private boolean isFunction() {
    return peek().kind() == Token.Kind.WORD && tokens.get(at + 1).isSign("(");
  }

  private Node function() {
    String name = functionName();
    List<Operand> operands = operands();
    checkCount(name, operands.size());
    Operand first = operands.getFirst();
    return switch (name) {
      case "attribute_exists" -> new Condition.Exists(pathOf(name, first));
      case "attribute_not_exists" -> new Condition.NotExists(pathOf(name, first));
      case "attribute_type" -> new Condition.HasType(pathOf(name, first), typeOf(operands.get(1)));
      case "begins_with" -> {
        typed(name, first, "S", "B");
        typed(name, operands.get(1), "S", "B");
        distinct(name, first, operands.get(1));
        yield new Condition.BeginsWith(first, operands.get(1));
      }
      case "contains" -> {
        distinct(name, first, operands.get(1));
        yield new Condition.Contains(first, operands.get(1));
      }
      case "size" -> {
        typed(name, first, "S", "B", "SS", "NS", "BS", "L", "M");
        yield new Operand.SizeOf(first);
      }
      default -> throw notAllowedHere(name);
    };
  }

  private String functionName() {
    String name = take().text();
    if (!FUNCTIONS.containsKey(name)) {
      throw invalid("Invalid function name; function: " + name);
    }
    return name;
  }

  private void checkCount(String function, int operands) {
    if (operands != FUNCTIONS.getOrDefault(function, 0)) {
      throw invalid(
          "Incorrect number of operands for operator or function; operator or function: "
              + function
              + ", number of operands: "
              + operands);
    }
  }

  private AwsError notAllowedHere(String function) {
    return invalid(
        "The function is not allowed to be used this way in an expression; function: " + function);
  }

  private String typeOf(Operand operand) {
    if (operand instanceof Operand.OfValue(Text(String type)) && TYPE_WORDS.containsKey(type)) {
      return type;
    }
    throw invalid(
        "Invalid attribute type name found; type: "
            + (operand instanceof Operand.OfValue(Text(String type)) ? type : "")
            + ", valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}");
  }

  private Operand operand() {
    Node node = primary();
    if (node instanceof Operand operand) {
      return operand;
    }
    throw syntaxError(at - 1);
  }

  /** Operands in parentheses. */
  private List<Operand> operands() {
    expectSign("(");
    List<Operand> operands = new ArrayList<>();
    do {
      Node node = or();
      if (!(node instanceof Operand operand)) {
        throw syntaxError(at - 1);
      }
      operands.add(operand);
    } while (takeSign(","));
    expectSign(")");
    return operands;
  }

  private Operand pathOf(String function, Operand operand) {
    if (operand instanceof Operand.OfPath) {
      return operand;
    }
    throw invalid(
        "Operator or function requires a document path; operator or function: " + function);
  }

  private void ordered(String operator, Operand operand) {
    typed(operator, operand, "S", "N", "B");
  }

  private void typed(String operator, Operand operand, String... types) {
    if (operand instanceof Operand.OfValue(AttributeValue value)
        && !List.of(types).contains(value.type())) {
      throw invalid(
          "Incorrect operand type for operator or function; operator or function: "
              + operator
              + ", operand type: "
              + value.type());
    }
  }

  private void distinct(String operator, Operand left, Operand right) {
    if (left instanceof Operand.OfPath(DocumentPath path) && left.equals(right)) {
      throw invalid(
          "The first operand must be distinct from the remaining operands for this operator or"
              + " function; operator: "
              + operator
              + ", first operand: "
              + path);
    }
  }

  private Condition asCondition(Node node) {
    if (node instanceof Condition condition) {
      return condition;
    }
    if (node instanceof Operand.SizeOf) {
      throw notAllowedHere("size");
    }
    throw syntaxError(at);
  }

  // --- updates

  private UpdateExpression.Action set() {
    DocumentPath path = path();
    expectSign("=");
    UpdateExpression.Source first = source();
    if (takeSign("+")) {
      return new UpdateExpression.SetTo(
          path, new UpdateExpression.Plus(number("+", first), number("+", source())));
    }
    if (takeSign("-")) {
      return new UpdateExpression.SetTo(
          path, new UpdateExpression.Minus(number("-", first), number("-", source())));
    }
    return new UpdateExpression.SetTo(path, first);
  }

  private UpdateExpression.Source source() {
    if (takeSign("(")) {
      UpdateExpression.Source inner = source();
      expectSign(")");
      return inner;
    }
    if (!isFunction()) {
      return peek().kind() == Token.Kind.VALUE
          ? new UpdateExpression.Value(placeholders.value(take().text(), parameter))
          : new UpdateExpression.Path(path());
    }
    String name = functionName();
    if (!name.equals("if_not_exists") && !name.equals("list_append")) {
      throw notAllowedHere(name);
    }
    expectSign("(");
    List<UpdateExpression.Source> operands = new ArrayList<>();
    do {
      operands.add(source());
    } while (takeSign(","));
    expectSign(")");
    checkCount(name, operands.size());
    if (name.equals("list_append")) {
      operands.forEach(it -> checkType(name, it, "L"));
      return new UpdateExpression.ListAppend(operands.get(0), operands.get(1));
    }
    if (operands.getFirst() instanceof UpdateExpression.Path(DocumentPath path)) {
      return new UpdateExpression.IfNotExists(path, operands.get(1));
    }
    throw invalid("Operator or function requires a document path; operator or function: " + name);
  }

  private UpdateExpression.Source number(String operator, UpdateExpression.Source source) {
    checkType(operator, source, "N");
    return source;
  }

  private void checkType(String operator, UpdateExpression.Source source, String type) {
    if (source instanceof UpdateExpression.Value(AttributeValue value)
        && !value.type().equals(type)) {
      throw invalid(
          "Incorrect operand type for operator or function; operator or function: "
              + operator
              + ", operand type: "
              + value.type());
    }
  }

  private AttributeValue typed(String section, String... types) {
    if (peek().kind() != Token.Kind.VALUE) {
      throw syntaxError(at);
    }
    AttributeValue value = placeholders.value(take().text(), parameter);
    if (!List.of(types).contains(value.type())) {
      throw invalid(
          "Incorrect operand type for operator or function; operator: %s, operand type: %s, typeSet: ALLOWED_FOR_%s_OPERAND"
              .formatted(section, TYPE_WORDS.get(value.type()), section));
    }
    return value;
  }

  private void checkOverlaps(List<DocumentPath> paths) {
    for (int i = 0; i < paths.size(); i++) {
      for (DocumentPath other : paths.subList(i + 1, paths.size())) {
        DocumentPath path = paths.get(i);
        if (path.overlaps(other)) {
          throw invalid(
              "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: %s, path two: %s"
                  .formatted(path, other));
        }
        if (path.conflicts(other)) {
          throw invalid(
              "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: %s, path two: %s"
                  .formatted(path, other));
        }
      }
    }
  }

  // --- paths and tokens

  private DocumentPath path() {
    List<DocumentPath.Step> steps = new ArrayList<>();
    steps.add(new DocumentPath.Member(name()));
    while (true) {
      if (takeSign(".")) {
        steps.add(new DocumentPath.Member(name()));
      } else if (takeSign("[")) {
        if (peek().kind() != Token.Kind.NUMBER) {
          throw syntaxError(at);
        }
        steps.add(new DocumentPath.Index(index(take().text())));
        expectSign("]");
      } else {
        return new DocumentPath(steps);
      }
    }
  }

  private int index(String digits) {
    try {
      return Integer.parseInt(digits);
    } catch (NumberFormatException _) {
      throw invalid("List index is not within the allowable range; index: [" + digits + "]");
    }
  }

  private String name() {
    Token token = peek();
    if (token.kind() == Token.Kind.NAME) {
      at++;
      return placeholders.name(token.text(), parameter);
    }
    if (token.kind() != Token.Kind.WORD
        || KEYWORDS.contains(token.text().toUpperCase(Locale.ROOT))) {
      throw syntaxError(at);
    }
    if (ReservedWords.contains(token.text())) {
      throw invalid("Attribute name is a reserved keyword; reserved keyword: " + token.text());
    }
    at++;
    return token.text();
  }

  private Token peek() {
    return tokens.get(at);
  }

  private Token take() {
    return tokens.get(at++);
  }

  private boolean takeWord(String keyword) {
    boolean found = peek().isWord(keyword);
    at += found ? 1 : 0;
    return found;
  }

  private boolean takeSign(String sign) {
    boolean found = peek().isSign(sign);
    at += found ? 1 : 0;
    return found;
  }

  private void expectSign(String sign) {
    if (!takeSign(sign)) {
      throw syntaxError(at);
    }
  }

  private void end() {
    if (peek().kind() != Token.Kind.END) {
      throw syntaxError(at);
    }
  }

  private AwsError syntaxError(int index) {
    return Token.syntaxError(expression, parameter, tokens, index);
  }

  private AwsError invalid(String what) {
    return Errors.validation("Invalid " + parameter + ": " + what);
  }
}
