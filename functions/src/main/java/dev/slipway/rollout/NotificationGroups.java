package dev.slipway.rollout;

import dev.slipway.announce.NotificationGroup;
import java.util.Optional;

/** Keeps which notifications wait for one about all of them. */
public interface NotificationGroups {
  /** The group as it is now; strongly consistent. */
  Optional<NotificationGroup> read(NotificationGroup.Key key);

  /**
   * Writes a group.
   *
   * @param group with the version that it was read with; 0 where there was none
   * @return false, and nothing is written, if another writer came first
   */
  boolean write(NotificationGroup group);

  /**
   * Has {@link Notifications#remind} called with the key after {@link NotificationGroup#WAIT}.
   * Setting a reminder twice does no harm.
   */
  void remind(NotificationGroup.Key key);
}
