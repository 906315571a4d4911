package dev.slipway.rollout;

import dev.slipway.announce.RolloutResult;
import dev.slipway.record.DeploymentRecord.Announcement;
import java.util.List;
import java.util.Set;

/** Announces to people and machines how a deployment ended. */
public interface RolloutAnnouncer {
  /**
   * Announces; one channel that fails keeps no other from being tried.
   *
   * @param due what has not been announced yet
   */
  Announced announce(RolloutResult result, Set<Announcement> due);

  /**
   * What was reached.
   *
   * @param done of what was due
   * @param failures why the rest was not
   */
  record Announced(Set<Announcement> done, List<RuntimeException> failures) {
    /** Copies the collections. */
    public Announced {
      done = Set.copyOf(done);
      failures = List.copyOf(failures);
    }
  }
}
