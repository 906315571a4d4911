package dev.slipway.announce;

import dev.slipway.text.OutsideText;
import java.util.Optional;

/**
 * The first line of a notification: which service, which image, what became of it, and why. What is
 * not known or does not matter is left out.
 *
 * @param service such as {@code website/web}, or {@code 12 services}
 * @param image such as {@code web:staging 38f416aef37a}; empty where no image matters
 * @param outcome such as {@code failed, rolling back}
 * @param cause in a sentence without its full stop; empty where there is none
 */
public record Headline(
    String service, Optional<String> image, String outcome, Optional<String> cause) {
  /**
   * SNS takes subjects of less than 100 characters.
   *
   * @see <a href="https://docs.aws.amazon.com/sns/latest/api/API_Publish.html">Publish</a>
   */
  static final int MAX_SUBJECT = 99;

  // ECS allows names of 255 characters, ECR of 256: outcome and digest must fit beside them
  private static final int MAX_SERVICE = 32;
  private static final int MAX_IMAGE = 34;

  private static final String ELLIPSIS = "...";

  /** The whole line. */
  public String line() {
    return line(service, image, cause);
  }

  /**
   * The line as the subject of an e-mail: printable ASCII on one line, of less than 100 characters.
   * The cause loses its end first, then names are shortened.
   */
  public String subject() {
    return beginning(plain(isLong() ? shorter() : this).line(), MAX_SUBJECT);
  }

  /**
   * What the subject has no room for, or cannot spell: nothing, the cause, or the whole line where
   * a name is shortened.
   */
  Optional<String> besideSubject() {
    if (subject().equals(line())) {
      return Optional.empty();
    }
    Headline named = plain(this);
    return !isLong() && named.service.equals(service) && named.image.equals(image)
        ? cause.map("Why: "::concat)
        : Optional.of(line());
  }

  /** Whether the names leave no room for the outcome. */
  private boolean isLong() {
    return line(service, image, Optional.empty()).length() > MAX_SUBJECT - ELLIPSIS.length();
  }

  private Headline shorter() {
    return new Headline(
        beginning(service, MAX_SERVICE), image.map(name -> end(name, MAX_IMAGE)), outcome, cause);
  }

  private static Headline plain(Headline headline) {
    return new Headline(
        plain(headline.service),
        headline.image.map(Headline::plain),
        plain(headline.outcome),
        headline.cause.map(Headline::plain));
  }

  private String line(String who, Optional<String> what, Optional<String> why) {
    return who
        + ": "
        + what.map(name -> name + " ").orElse("")
        + outcome
        + why.map(": "::concat).orElse("");
  }

  private static String plain(String text) {
    return OutsideText.line(text, Integer.MAX_VALUE).replaceAll("[^ -~]", "?");
  }

  /** Whole words, unless one is longer than the half. */
  private static String beginning(String text, int length) {
    if (text.length() <= length) {
      return text;
    }
    int end = length - ELLIPSIS.length();
    int word = text.lastIndexOf(' ', end);
    return text.substring(0, word > length / 2 ? word : end).replaceAll("[ ,:;]+$", "") + ELLIPSIS;
  }

  /** The digest is at the end. */
  private static String end(String text, int length) {
    return text.length() <= length
        ? text
        : ELLIPSIS + text.substring(text.length() - length + ELLIPSIS.length()).strip();
  }
}
