package dev.slipway.image;

import dev.slipway.text.OutsideText;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A tag of an image, such as {@code staging}.
 *
 * @param value one to 128 characters, as the OCI distribution specification allows
 */
public record ImageTag(String value) {
  private static final Pattern ALLOWED = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");

  private static final Pattern REFERRERS = Pattern.compile("sha256-[0-9a-f]{64}(\\.[a-z]+)?");

  /** Refuses what no registry would take. */
  public ImageTag {
    if (!ALLOWED.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "not a valid image tag: "
              + OutsideText.quoted(value)
              + " (allowed: up to 128 letters, digits, _ . and -, beginning with none of . -)");
    }
  }

  /** The tag that a text is; empty where it cannot be one. */
  public static Optional<ImageTag> find(String text) {
    return ALLOWED.matcher(text).matches() ? Optional.of(new ImageTag(text)) : Optional.empty();
  }

  /**
   * Whether it is made from the digest of another image, to find what belongs to that: signatures,
   * attestations and SBOMs, as cosign names them and as the OCI distribution specification names
   * lists of referrers.
   */
  public boolean isOfReferrers() {
    return REFERRERS.matcher(value).matches();
  }

  @Override
  public String toString() {
    return value;
  }
}
