package dev.slipway.simulator.logs;

import dev.slipway.simulator.world.AwsError;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A filter pattern of terms and quoted phrases, all of which a message must contain as they are
 * written.
 *
 * @param terms none for every message
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html">Filter
 *     pattern syntax</a>
 */
record FilterPattern(List<String> terms) {
  private static final Pattern TERM = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s\"]+)");

  /** What optional and excluded terms, regular expressions, JSON and fields begin with. */
  private static final String OTHER_SYNTAX = "?-%{[";

  /**
   * Reads a pattern.
   *
   * @throws AwsError for one that this does not match, AWS or not
   */
  static FilterPattern parse(String pattern) {
    List<String> terms = new ArrayList<>();
    Matcher matcher = TERM.matcher(pattern);
    int end = 0;
    while (matcher.find()) {
      String plain = matcher.group(2);
      if (!pattern.substring(end, matcher.start()).isBlank()
          || (plain != null && OTHER_SYNTAX.indexOf(plain.charAt(0)) >= 0)) {
        throw notSimulated(pattern);
      }
      terms.add(plain == null ? matcher.group(1).replaceAll("\\\\(.)", "$1") : plain);
      end = matcher.end();
    }
    if (!pattern.substring(end).isBlank()) {
      throw notSimulated(pattern);
    }
    return new FilterPattern(List.copyOf(terms));
  }

  boolean matches(String message) {
    return terms.stream().allMatch(message::contains);
  }

  private static AwsError notSimulated(String pattern) {
    return AwsError.client(
        "InvalidParameterException",
        "Invalid filter pattern: the simulator matches terms and quoted phrases alone, not "
            + pattern);
  }
}
