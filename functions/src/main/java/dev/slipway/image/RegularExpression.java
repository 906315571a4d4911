package dev.slipway.image;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/**
 * A regular expression for whole tags, in <a href="https://github.com/google/re2/wiki/Syntax">RE2's
 * syntax</a>. It takes time in proportion to the length of the tag, whatever it is.
 */
public record RegularExpression(Pattern compiled) implements TagPattern {
  /** What stands around it in slipway.yaml. */
  public static final String DELIMITER = "/";

  /**
   * Reads an expression.
   *
   * @param expression without slashes around it
   * @throws IllegalArgumentException if it is none; the message is the library's reason
   */
  public static RegularExpression parse(String expression) {
    try {
      return new RegularExpression(Pattern.compile(expression));
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          e.getPattern().isEmpty()
              ? e.getDescription()
              : "%s: `%s`".formatted(e.getDescription(), e.getPattern()),
          e);
    }
  }

  /** Whether the whole of a text fits, as of a tag. */
  boolean fits(CharSequence text) {
    return compiled.matcher(text).matches();
  }

  @Override
  public boolean matches(String tag) {
    return fits(tag);
  }

  @Override
  public boolean isOneTag() {
    return compiled
        .pattern()
        .replaceFirst("^\\^", "")
        .replaceFirst("\\$$", "")
        .replaceAll("\\\\[._-]", "")
        .chars()
        .noneMatch(c -> "\\.+*?()|[]{}^$".indexOf(c) >= 0);
  }

  @Override
  public String toString() {
    return DELIMITER + compiled.pattern() + DELIMITER;
  }
}
