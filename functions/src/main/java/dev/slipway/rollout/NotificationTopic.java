package dev.slipway.rollout;

import dev.slipway.announce.Notification;

/** Where people subscribe. */
public interface NotificationTopic {
  /** Sends a notification to all who subscribed, or throws. */
  void publish(Notification notification);
}
