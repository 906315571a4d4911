package dev.slipway.image;

import java.time.Duration;

/**
 * The image that another environment has completed, and run for a while. It needs no tag: what
 * Slipway's record holds of that environment's deployments is the evidence.
 *
 * @param environment its name
 * @param soak so long the image has to have run there since its deployment was completed
 */
public record FromPolicy(String environment, Duration soak) implements WholePolicy {
  @Override
  public boolean isConcernedBy(ImageTag pushed) {
    return false;
  }

  @Override
  public String toString() {
    return "policy from " + environment + (soak.isZero() ? "" : " after " + words(soak));
  }

  private static String words(Duration time) {
    if (time.toDays() > 0 && time.equals(Duration.ofDays(time.toDays()))) {
      return time.toDays() + "d";
    }
    return time.equals(Duration.ofHours(time.toHours()))
        ? time.toHours() + "h"
        : time.toMinutes() + "m";
  }
}
