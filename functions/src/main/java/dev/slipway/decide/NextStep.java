package dev.slipway.decide;

import dev.slipway.record.DeploymentRecord;
import java.util.List;

/** What comes first for a service: the record goes before a decision. */
public sealed interface NextStep {
  /**
   * Other work is starting a deployment: it is left a note, and evaluates again when it is done.
   */
  record Wait(DeploymentRecord intent) implements NextStep {}

  /** The work that was to start a deployment has ended in between: find out whether it did. */
  record Heal(DeploymentRecord intent) implements NextStep {}

  /** ECS does not show a deployment yet that was started just now: look again in a moment. */
  record Lagging(DeploymentRecord started) implements NextStep {}

  /**
   * What is to be deployed was deployed before, and how that ended is not recorded yet: its outcome
   * comes first, since the image may have to be blocked.
   */
  record Resolve(List<DeploymentRecord> running) implements NextStep {
    /** Copies the list. */
    public Resolve {
      running = List.copyOf(running);
    }
  }

  /** Nothing comes before the decision. */
  record Decide(Decision decision) implements NextStep {}
}
