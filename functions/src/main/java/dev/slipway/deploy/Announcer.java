package dev.slipway.deploy;

import dev.slipway.decide.Decision;
import dev.slipway.record.Trigger;

/**
 * Announces what was decided and started. Never throws: the record has it, whether the announcement
 * arrives or not.
 */
public interface Announcer {
  /** ECS took a deployment; how it ends is not known yet. */
  void started(StartedDeployment deployment);

  /**
   * A decision was reached that starts no deployment; never a {@link Decision.Deploy}, which is
   * announced as {@link #started} once it is carried out.
   *
   * @param news whether people are to be notified: a hold of a push, drift, a blocked image that
   *     runs, each once
   */
  void decided(Decision decision, Trigger trigger, boolean news);
}
