package dev.slipway.simulator.dynamodb;

import dev.slipway.simulator.world.AwsError;
import java.util.ArrayList;
import java.util.List;

/**
 * A word or a sign of an expression.
 *
 * @param start where in the expression it begins
 */
record Token(Kind kind, String text, int start) {
  /** What a token is. */
  enum Kind {
    /** A name, a keyword or the name of a function. */
    WORD,
    /** {@code #name}. */
    NAME,
    /** {@code :value}. */
    VALUE,
    /** An index of a list. */
    NUMBER,
    /** A comparator, a parenthesis and so on. */
    SIGN,
    /** The end of the expression. */
    END
  }

  boolean isWord(String keyword) {
    return kind == Kind.WORD && text.equalsIgnoreCase(keyword);
  }

  boolean isSign(String sign) {
    return kind == Kind.SIGN && text.equals(sign);
  }

  private int end() {
    return start + text.length();
  }

  /**
   * Takes an expression apart; the last token is the END.
   *
   * @param parameter that holds the expression, such as {@code FilterExpression}
   */
  static List<Token> of(String expression, String parameter) {
    List<Token> tokens = new ArrayList<>();
    int at = 0;
    while (at < expression.length()) {
      char c = expression.charAt(at);
      if (Character.isWhitespace(c)) {
        at++;
        continue;
      }
      Token token = next(expression, at);
      tokens.add(token);
      if (token.kind == Kind.END) {
        throw syntaxError(expression, parameter, tokens, tokens.size() - 1);
      }
      at = token.end();
    }
    tokens.add(new Token(Kind.END, "<EOF>", expression.length()));
    return tokens;
  }

  private static Token next(String expression, int at) {
    char c = expression.charAt(at);
    if (isLetter(c)) {
      return new Token(Kind.WORD, word(expression, at, at + 1), at);
    }
    if ((c == '#' || c == ':')
        && at + 1 < expression.length()
        && isPart(expression.charAt(at + 1))) {
      return new Token(c == '#' ? Kind.NAME : Kind.VALUE, word(expression, at, at + 1), at);
    }
    if (isDigit(c)) {
      int end = at;
      while (end < expression.length() && isDigit(expression.charAt(end))) {
        end++;
      }
      return new Token(Kind.NUMBER, expression.substring(at, end), at);
    }
    for (String sign :
        List.of("<>", "<=", ">=", "<", ">", "=", "(", ")", ",", ".", "[", "]", "+")) {
      if (expression.startsWith(sign, at)) {
        return new Token(Kind.SIGN, sign, at);
      }
    }
    if (c == '-') {
      return new Token(Kind.SIGN, "-", at);
    }
    // no token begins so: what is found here stands for the end
    return new Token(Kind.END, String.valueOf(c), at);
  }

  private static String word(String expression, int start, int from) {
    int end = from;
    while (end < expression.length() && isPart(expression.charAt(end))) {
      end++;
    }
    return expression.substring(start, end);
  }

  private static boolean isLetter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isPart(char c) {
    return isLetter(c) || isDigit(c);
  }

  /** The error at a token, which shows what is around it. */
  static AwsError syntaxError(String expression, String parameter, List<Token> tokens, int index) {
    Token token = tokens.get(index);
    int from = tokens.get(Math.max(0, index - 1)).start;
    int to =
        Math.min(expression.length(), tokens.get(Math.min(tokens.size() - 1, index + 1)).end());
    return Errors.validation(
        "Invalid %s: Syntax error; token: \"%s\", near: \"%s\""
            .formatted(parameter, token.text, expression.substring(Math.min(from, to), to)));
  }
}
