package dev.slipway.simulator.faults;

import dev.slipway.simulator.world.AwsError;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What goes wrong with one call.
 *
 * @param latency simulated time that passes before the call is looked at
 * @param error answered instead of carrying the call out
 * @param connection whether the client gets an answer at all
 */
public record Effect(Duration latency, @Nullable AwsError error, Connection connection) {
  /** Nothing goes wrong. */
  public static final Effect NONE = new Effect(Duration.ZERO, null, Connection.KEPT);

  /** What becomes of the connection. */
  public enum Connection {
    /** The answer is sent. */
    KEPT,
    /** It breaks before the call has been carried out. */
    DROPPED_BEFORE,
    /** The call is carried out, but its answer is lost. */
    DROPPED_AFTER
  }
}
