package dev.slipway.gate;

import dev.slipway.image.ImageDigest;
import dev.slipway.image.Repository;
import java.util.Optional;

/**
 * What one gate says of one image.
 *
 * @param override why an operator passes it all the same; empty where nobody does, or the gate
 *     cannot be overridden
 */
public record GateVerdict(
    Gate gate,
    Repository repository,
    ImageDigest image,
    Verdict verdict,
    Optional<String> override) {
  /** Whether the gate keeps the image back. */
  public boolean isClosed() {
    return !(verdict instanceof Verdict.Passes) && override.isEmpty();
  }

  /** Whether the image gets through only because an operator says so. */
  public boolean isOverridden() {
    return !(verdict instanceof Verdict.Passes) && override.isPresent();
  }
}
