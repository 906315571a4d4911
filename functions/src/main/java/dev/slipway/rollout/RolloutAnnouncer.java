package dev.slipway.rollout;

/** Tells people and machines how a deployment ended. */
public interface RolloutAnnouncer {
  /**
   * Tells everybody, or throws: then it is tried again, and those who have heard hear it again. It
   * is better said twice than not at all.
   */
  void ended(EndedRollout rollout);
}
