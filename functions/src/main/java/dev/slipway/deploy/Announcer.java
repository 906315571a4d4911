package dev.slipway.deploy;

import dev.slipway.decide.Decision;
import dev.slipway.record.Trigger;

/**
 * Tells people and machines what was decided and done. Never throws: a deployment that nobody heard
 * of is better than one that is done twice.
 */
public interface Announcer {
  /** ECS took a deployment; how it ends is not known yet. */
  void started(StartedDeployment deployment, Trigger cause);

  /**
   * A decision was reached that starts no deployment; never a {@link Decision.Deploy}, which is
   * announced as {@link #started} once it is carried out.
   */
  void decided(Decision decision, Trigger cause);
}
