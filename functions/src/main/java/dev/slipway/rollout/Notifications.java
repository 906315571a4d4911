package dev.slipway.rollout;

import dev.slipway.announce.Notification;
import dev.slipway.announce.NotificationGroup;
import dev.slipway.deploy.TryAgainSoon;
import java.util.Optional;

/**
 * Sends notifications: one that is like another of the same trigger waits for a notification about
 * all of them ({@link NotificationGroup}).
 *
 * <p>A reminder is a message in a queue. It is set first, then it is written who waits, and only
 * then the caller goes on. So whatever crashes or fails in between: a reminder for nobody does no
 * harm, and who waits is reminded of. After a crash between sending and writing one notification
 * comes twice.
 */
public final class Notifications {
  private static final int MAX_ROUNDS = 20;

  private final NotificationTopic topic;
  private final Optional<NotificationGroups> groups;

  /** Sends to a topic, and keeps groups. */
  public Notifications(NotificationTopic topic, NotificationGroups groups) {
    this.topic = topic;
    this.groups = Optional.of(groups);
  }

  /** Sends all to a topic as they are. */
  public Notifications(NotificationTopic topic) {
    this.topic = topic;
    this.groups = Optional.empty();
  }

  /**
   * Sends a notification now, or with others in a minute.
   *
   * @throws TryAgainSoon if the group is being written all the time
   */
  public void send(Notification notification) {
    if (step(notification) == NotificationGroup.Step.SEND) {
      topic.publish(notification);
    }
  }

  private NotificationGroup.Step step(Notification notification) {
    return groups
        .flatMap(kept -> notification.group().map(own -> join(kept, own)))
        .orElse(NotificationGroup.Step.SEND);
  }

  private static NotificationGroup.Step join(NotificationGroups groups, NotificationGroup own) {
    for (int round = 0; round < MAX_ROUNDS; round++) {
      NotificationGroup before = groups.read(own.key()).orElse(own);
      NotificationGroup.Joined joined = before.join(own.first());
      if (joined.step() == NotificationGroup.Step.REMIND_AND_WAIT) {
        groups.remind(own.key());
      }
      boolean known = before.version() > 0 && joined.after().equals(before);
      if (known || groups.write(joined.after())) {
        return joined.step();
      }
    }
    throw beingWritten(own.key());
  }

  /**
   * Sends the notification about all that wait.
   *
   * @return how many services it is about; 0 where none waits
   * @throws TryAgainSoon if the group is being written all the time
   */
  public int remind(NotificationGroup.Key key) {
    return groups.map(kept -> remind(kept, key)).orElse(0);
  }

  private int remind(NotificationGroups groups, NotificationGroup.Key key) {
    Optional<NotificationGroup> group =
        groups.read(key).filter(found -> !found.waiting().isEmpty());
    if (group.isEmpty()) {
      return 0;
    }
    NotificationGroup sent = group.get();
    topic.publish(sent.notification());
    Optional<NotificationGroup> now = Optional.of(sent);
    for (int round = 0; round < MAX_ROUNDS && now.isPresent(); round++) {
      NotificationGroup after = now.get().sent(sent.waiting());
      // those that came meanwhile found others waiting, and set no reminder
      if (!after.waiting().isEmpty()) {
        groups.remind(key);
      }
      if (groups.write(after)) {
        return sent.waiting().size();
      }
      now = groups.read(key);
    }
    throw beingWritten(key);
  }

  private static TryAgainSoon beingWritten(NotificationGroup.Key key) {
    return new TryAgainSoon(
        "the notifications that %s led to are being written by others".formatted(key.trigger()));
  }
}
