package dev.slipway.record;

import dev.slipway.image.ImageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * An operator's consent to deploy one image to one service.
 *
 * @param digest of the image, as ECR names it by its tag
 * @param by the caller's ARN
 * @param note why, in the operator's words
 */
public record Approval(ImageDigest digest, String by, Instant at, Optional<String> note) {
  @Override
  public String toString() {
    return "by %s at %s%s"
        .formatted(by, at.truncatedTo(ChronoUnit.SECONDS), note.map(": "::concat).orElse(""));
  }
}
