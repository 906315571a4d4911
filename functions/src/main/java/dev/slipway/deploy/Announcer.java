package dev.slipway.deploy;

import dev.slipway.decide.Decision;
import dev.slipway.record.AnnouncedHold.Announcement;
import dev.slipway.record.Trigger;
import java.util.Set;

/** Announces what was decided and started. Never throws. */
public interface Announcer {
  /** ECS took a deployment; how it ends is not known yet. */
  void started(StartedDeployment deployment);

  /**
   * A decision was reached that starts no deployment; never a {@link Decision.Deploy}, which is
   * announced as {@link #started} once it is carried out.
   */
  void decided(Decision decision, Trigger trigger);

  /**
   * Tells people and machines that a deployment is held, or cannot be made.
   *
   * @param trigger that brought what is held
   * @param due what has not been announced yet
   */
  Announced<Announcement> held(Decision decision, Trigger trigger, Set<Announcement> due);
}
