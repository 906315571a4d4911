package dev.slipway.record;

import java.time.Instant;
import java.util.Optional;

/**
 * A service to which nothing is deployed until an operator resumes it.
 *
 * @param note why, in the operator's words
 */
public record Pause(String by, Instant at, Optional<String> note) {
  @Override
  public String toString() {
    return "by %s at %s%s".formatted(by, at, note.map(": "::concat).orElse(""));
  }
}
