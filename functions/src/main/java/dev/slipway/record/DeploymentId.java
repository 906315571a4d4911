package dev.slipway.record;

import dev.slipway.text.OutsideText;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The id of a deployment that Slipway starts. The revision that is registered for it carries the id
 * in its tag {@code slipway:deployment}. Ids of one service sort by the time of the decision.
 *
 * @param value such as {@code 20261128-024756-123-7f3a9c1e}: UTC to the millisecond, and eight
 *     hexadecimal digits of chance
 */
public record DeploymentId(String value) implements Comparable<DeploymentId> {
  private static final Pattern FORM = Pattern.compile("[0-9]{8}-[0-9]{6}-[0-9]{3}-[0-9a-f]{8}");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** Refuses anything else. */
  public DeploymentId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "not the id of a deployment: "
              + OutsideText.quoted(value)
              + " (expected such as 20261128-024756-123-7f3a9c1e)");
    }
  }

  /**
   * A new id.
   *
   * @param chance tells ids of one millisecond apart
   */
  public static DeploymentId of(Instant decidedAt, int chance) {
    return new DeploymentId(TIME.format(decidedAt) + "-%08x".formatted(chance));
  }

  /** The id that a text is; empty where it is none. */
  public static Optional<DeploymentId> tryParse(String text) {
    return FORM.matcher(text).matches() ? Optional.of(new DeploymentId(text)) : Optional.empty();
  }

  /** When the deployment was decided, to the millisecond. */
  public Instant decidedAt() {
    return TIME.parse(value.substring(0, value.lastIndexOf('-')), Instant::from);
  }

  @Override
  public int compareTo(DeploymentId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
