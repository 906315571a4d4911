package dev.slipway.simulator.events;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.AwsError;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An archive of the default bus.
 *
 * @param description for people; perhaps empty
 * @param pattern which events are kept; null for all
 * @param retentionDays how long; 0 for ever
 */
public record Archive(
    String name, String description, @Nullable ObjectNode pattern, int retentionDays) {
  private static final Pattern NAME = Pattern.compile("[\\w.-]{1,48}");

  /** Refuses what EventBridge would not take. */
  public Archive {
    if (!NAME.matcher(name).matches()) {
      throw AwsError.client(
          "ValidationException",
          "An archive's name has up to 48 letters, digits and . - _, unlike " + name);
    }
    if (retentionDays < 0) {
      throw AwsError.client("ValidationException", "RetentionDays must not be negative.");
    }
  }
}
