package dev.slipway.record;

import java.util.Locale;

/** How a deployment that Slipway started ended. Each has exactly one. */
public enum DeploymentOutcome {
  /** ECS completed it: the service runs the new revision, and nothing else. */
  DEPLOYED(true),
  /** ECS gave it up. Where it is configured so, ECS then rolls back. */
  FAILED(true),
  /** A newer deployment replaced it before it had ended. */
  SUPERSEDED(true),
  /** ECS refused the request to start it: nothing was deployed. */
  REFUSED(true),
  /** It was intended and never started, since the function ended in between. */
  DROPPED(false),
  /** It ended, and ECS no longer has a record that says how. */
  UNKNOWN(true);

  private final boolean announced;

  DeploymentOutcome(boolean announced) {
    this.announced = announced;
  }

  /** Whether it is announced: all but what never happened. */
  public boolean isAnnounced() {
    return announced;
  }

  /** In lower case, such as {@code deployed}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
