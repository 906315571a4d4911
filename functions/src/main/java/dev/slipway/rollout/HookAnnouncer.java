package dev.slipway.rollout;

import dev.slipway.announce.WaitingRollout;
import dev.slipway.deploy.Announced;
import dev.slipway.record.HookWait;
import java.util.Set;

/** Announces to people and machines that a deployment waits at one of ECS's pause hooks. */
public interface HookAnnouncer {
  /**
   * Announces; one channel that fails keeps no other from being tried.
   *
   * @param due what has not been announced yet
   */
  Announced<HookWait.Announcement> announce(WaitingRollout waiting, Set<HookWait.Announcement> due);
}
