package dev.slipway.ecs;

import java.util.regex.Pattern;

/**
 * The values that ECS allows a tag.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html">Tag</a>
 */
public final class TagValue {
  /** The most characters of a value. */
  public static final int MAX_LENGTH = 256;

  private static final Pattern ALLOWED =
      Pattern.compile("[A-Za-z0-9 _.:/=+@-]{1," + MAX_LENGTH + "}");
  private static final Pattern NOT_ALLOWED = Pattern.compile("[^A-Za-z0-9 _.:/=+@-]");

  private TagValue() {}

  /** Whether a tag can have it as its value; an empty one says nothing and is none. */
  public static boolean isValid(String text) {
    return ALLOWED.matcher(text).matches();
  }

  /**
   * A text for people as a tag's value: what is not allowed becomes {@code -}, and what is too long
   * is cut. A blank text stays one.
   */
  public static String cleaned(String text) {
    String cleaned = NOT_ALLOWED.matcher(text).replaceAll("-").strip();
    return cleaned.substring(0, Math.min(cleaned.length(), MAX_LENGTH)).strip();
  }
}
