package dev.slipway.rollout;

import dev.slipway.announce.RolloutResult;
import dev.slipway.deploy.Announced;
import dev.slipway.record.DeploymentRecord.Announcement;
import java.util.Set;

/** Announces to people and machines how a deployment ended. */
public interface RolloutAnnouncer {
  /**
   * Announces; one channel that fails keeps no other from being tried.
   *
   * @param due what has not been announced yet
   */
  Announced<Announcement> announce(RolloutResult result, Set<Announcement> due);
}
