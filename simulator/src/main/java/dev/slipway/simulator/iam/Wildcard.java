package dev.slipway.simulator.iam;

import java.util.regex.Pattern;

/**
 * A pattern in which {@code *} stands for any text and {@code ?} for any one character.
 *
 * @param text as it is written in the policy
 */
record Wildcard(String text) {
  boolean matches(String value) {
    return regex(text).matcher(value).matches();
  }

  boolean matchesIgnoringCase(String value) {
    return Pattern.compile(regex(text).pattern(), Pattern.CASE_INSENSITIVE | Pattern.DOTALL)
        .matcher(value)
        .matches();
  }

  /** Matches an ARN: each of its six parts for itself, so that no wildcard reaches over a colon. */
  boolean matchesArn(String arn) {
    String[] pattern = text.split(":", 6);
    String[] parts = arn.split(":", 6);
    if (pattern.length != 6 || parts.length != 6) {
      return text.equals("*");
    }
    for (int i = 0; i < parts.length; i++) {
      if (!regex(pattern[i]).matcher(parts[i]).matches()) {
        return false;
      }
    }
    return true;
  }

  private static Pattern regex(String pattern) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }
}
