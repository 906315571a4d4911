package dev.slipway.record;

import dev.slipway.image.ImageDigest;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * An operator's command to deploy, once: it passes a pause and drift, and with a reason the gates
 * that people set. The next deployment that is started for the service, or the finding that there
 * is nothing to deploy, ends it.
 *
 * @param eventId of the request
 * @param force also where the service has the images already: its tasks are replaced
 * @param override which gates it passes; empty to respect them
 */
public record DeployRequest(
    String eventId, String by, Instant at, boolean force, Optional<GateOverride> override) {
  /**
   * That images pass the gates that people set.
   *
   * @param why in the operator's words
   * @param images that were selected when the operator asked: one that is pushed later waits
   */
  public record GateOverride(String why, Set<ImageDigest> images) {
    /** Copies the set. */
    public GateOverride {
      images = Set.copyOf(images);
    }
  }
}
