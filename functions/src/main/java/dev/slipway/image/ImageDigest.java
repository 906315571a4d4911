package dev.slipway.image;

import dev.slipway.text.OutsideText;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The SHA-256 of an image's manifest: what is really meant when a tag moves.
 *
 * @param value {@code sha256:} and 64 lower-case hexadecimal digits
 */
public record ImageDigest(String value) {
  private static final Pattern ALLOWED = Pattern.compile("sha256:[0-9a-f]{64}");

  /** Refuses anything else. */
  public ImageDigest {
    if (!ALLOWED.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "not a valid image digest: "
              + OutsideText.quoted(value)
              + " (expected sha256: and 64 hex digits)");
    }
  }

  /** The digest that a text is; empty where it is none. */
  public static Optional<ImageDigest> find(String text) {
    return ALLOWED.matcher(text).matches() ? Optional.of(new ImageDigest(text)) : Optional.empty();
  }

  /** The first twelve digits, as {@code docker} shows them to people. */
  public String abbreviated() {
    return value.substring("sha256:".length(), "sha256:".length() + 12);
  }

  @Override
  public String toString() {
    return value;
  }
}
