package dev.slipway.rollout;

import dev.slipway.announce.Notification;
import dev.slipway.announce.NotificationGroup;
import dev.slipway.deploy.TryAgainSoon;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Sends notifications: one that is like another of the same trigger waits for a notification about
 * all of them ({@link NotificationGroup}).
 *
 * <p>Whoever writes the group by compare-and-set does what comes of it: of several that come at
 * once one is the first, and one sends. What it does comes after the write, so a function may end
 * in between. Then its message comes again: the first is sent again, a service that waits already
 * sets another reminder, and a reminder sends once the one before it must have ended. After such an
 * end one notification may come twice.
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
  public void send(Notification notification, Instant now) {
    NotificationGroup.Step step =
        groups
            .flatMap(kept -> notification.group().map(own -> join(kept, own, now)))
            .orElse(NotificationGroup.Step.SEND);
    switch (step) {
      case SEND -> topic.publish(notification);
      case WAIT -> groups.orElseThrow().remind(notification.group().orElseThrow().key());
    }
  }

  private static NotificationGroup.Step join(
      NotificationGroups groups, NotificationGroup own, Instant now) {
    for (int round = 0; round < MAX_ROUNDS; round++) {
      NotificationGroup before = groups.read(own.key()).orElse(own);
      NotificationGroup.Joined joined = before.join(own.first(), now);
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
   * @param remaining until the function's timeout: so long nobody else sends it
   * @return how many services it is about; 0 where none waits, or a later reminder sends
   * @throws TryAgainSoon if another reminder is sending it, or the group is being written all the
   *     time
   */
  public int remind(NotificationGroup.Key key, Instant now, Duration remaining) {
    return groups.map(kept -> remind(kept, key, now, remaining)).orElse(0);
  }

  private int remind(
      NotificationGroups groups, NotificationGroup.Key key, Instant now, Duration remaining) {
    for (int round = 0; round < MAX_ROUNDS; round++) {
      Optional<NotificationGroup> group = groups.read(key).filter(found -> found.isDue(now));
      if (group.isEmpty()) {
        return 0;
      }
      if (group.get().isBeingSent(now)) {
        throw new TryAgainSoon(
            "the notification that %s led to is being sent, or was when a function ended"
                .formatted(key.trigger()));
      }
      NotificationGroup claimed = group.get().claimed(now.plus(remaining));
      if (groups.write(claimed)) {
        topic.publish(claimed.notification());
        end(groups, claimed.written(), now);
        return claimed.waiting().size();
      }
    }
    throw beingWritten(key);
  }

  /** Takes out who was in a notification. */
  private static void end(NotificationGroups groups, NotificationGroup sent, Instant now) {
    Optional<NotificationGroup> group = Optional.of(sent);
    for (int round = 0; round < MAX_ROUNDS && group.isPresent(); round++) {
      NotificationGroup after = group.get().sent(sent.waiting(), now);
      if (groups.write(after)) {
        return;
      }
      group = groups.read(sent.key());
    }
    throw beingWritten(sent.key());
  }

  private static TryAgainSoon beingWritten(NotificationGroup.Key key) {
    return new TryAgainSoon(
        "the notifications that %s led to are being written by others".formatted(key.trigger()));
  }
}
