package dev.slipway.rollout;

import static dev.slipway.record.SampleDeployments.NOON;
import static dev.slipway.record.SampleDeployments.PUSH;
import static dev.slipway.record.SampleDeployments.image;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.announce.Notification;
import dev.slipway.announce.NotificationGroup;
import dev.slipway.decide.Decision;
import dev.slipway.decide.Decision.Hold;
import dev.slipway.deploy.TryAgainSoon;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.record.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NotificationsTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private final List<String> sent = new ArrayList<>();
  private final Groups groups = new Groups();
  private final Notifications notifications = new Notifications(this::publish, groups);
  private Instant now = NOON;
  private Runnable beforePublish = () -> {};

  private void publish(Notification notification) {
    Runnable before = beforePublish;
    beforePublish = () -> {};
    before.run();
    sent.add(notification.headline().service());
  }

  /** A table in memory, in which others may read and write in between, and which may fail. */
  private static final class Groups implements NotificationGroups {
    private final Map<NotificationGroup.Key, NotificationGroup> stored = new HashMap<>();
    private final List<NotificationGroup.Key> reminders = new ArrayList<>();
    private Runnable afterRead = () -> {};
    private Runnable beforeWrite = () -> {};
    private Runnable beforeRemind = () -> {};
    private boolean failing;

    @Override
    public Optional<NotificationGroup> read(NotificationGroup.Key key) {
      Optional<NotificationGroup> found = Optional.ofNullable(stored.get(key));
      Runnable after = afterRead;
      afterRead = () -> {};
      after.run();
      return found;
    }

    @Override
    public boolean write(NotificationGroup group) {
      Runnable before = beforeWrite;
      beforeWrite = () -> {};
      before.run();
      if (failing) {
        throw new IllegalStateException("no table");
      }
      NotificationGroup now = stored.get(group.key());
      if (group.version() != (now == null ? 0 : now.version())) {
        return false;
      }
      stored.put(group.key(), group.written());
      return true;
    }

    @Override
    public void remind(NotificationGroup.Key key) {
      Runnable before = beforeRemind;
      beforeRemind = () -> {};
      before.run();
      reminders.add(key);
    }
  }

  private static Notification paused(String service, Trigger trigger) {
    return Notification.of(
        new Decision.Held(
            new ServiceArn("arn:aws:ecs:us-east-1:123456789012:service/main/" + service),
            "staging",
            Hold.PAUSED,
            "k",
            List.of(image("web", 2)),
            "it is paused"),
        trigger);
  }

  private void send(String... services) {
    for (String service : services) {
      notifications.send(paused(service, PUSH), now);
    }
  }

  /** The next reminder comes, a minute later. */
  private int remind() {
    now = now.plus(NotificationGroup.WAIT);
    return remind(groups.reminders.removeFirst());
  }

  private int remind(NotificationGroup.Key key) {
    return notifications.remind(key, now, TIMEOUT);
  }

  private static Runnable fails(String why) {
    return () -> {
      throw new IllegalStateException(why);
    };
  }

  @Test
  void one_is_sent_at_once_and_the_others_in_one() {
    send("a", "b", "c", "d");

    assertThat(sent).containsExactly("main/a");
    assertThat(groups.reminders).hasSize(3);
    assertThat(remind()).isEqualTo(3);
    assertThat(remind()).isZero();
    assertThat(remind()).isZero();
    assertThat(sent).containsExactly("main/a", "3 more services");
  }

  @Test
  void what_comes_after_that_waits_again() {
    send("a", "b");
    remind();
    send("c");

    assertThat(sent).containsExactly("main/a", "main/b");
    assertThat(remind()).isEqualTo(1);
    assertThat(sent).containsExactly("main/a", "main/b", "main/c");
  }

  /** Of one that came while the minute of the next ones had begun. */
  @Test
  void a_reminder_that_is_early_for_those_who_wait_leaves_them_to_theirs() {
    send("a", "b");
    now = now.plusSeconds(30);
    send("c");
    now = NOON.plusSeconds(60);
    NotificationGroup.Key key = groups.reminders.removeFirst();
    assertThat(remind(key)).isEqualTo(2);
    now = now.plusSeconds(1);
    send("d");
    now = NOON.plusSeconds(90);

    assertThat(remind(key)).isZero();

    now = NOON.plusSeconds(121);
    assertThat(remind(key)).isEqualTo(1);
    assertThat(sent).containsExactly("main/a", "2 more services", "main/d");
  }

  @Test
  void a_reminder_that_comes_twice_sends_once() {
    send("a", "b");
    NotificationGroup.Key key = groups.reminders.getFirst();
    now = now.plus(NotificationGroup.WAIT);

    assertThat(remind(key)).isEqualTo(1);
    assertThat(remind(key)).isZero();
    assertThat(sent).containsExactly("main/a", "main/b");
  }

  @Test
  void of_reminders_that_read_the_same_one_sends() {
    send("a", "b");
    now = now.plus(NotificationGroup.WAIT);
    NotificationGroup.Key key = groups.reminders.getFirst();
    groups.afterRead = () -> assertThat(remind(key)).isEqualTo(1);

    assertThat(remind(key)).isZero();

    assertThat(sent).containsExactly("main/a", "main/b");
  }

  @Test
  void a_reminder_that_comes_while_another_sends_is_tried_again() {
    send("a", "b");
    now = now.plus(NotificationGroup.WAIT);
    NotificationGroup.Key key = groups.reminders.getFirst();
    beforePublish = () -> assertThatThrownBy(() -> remind(key)).isInstanceOf(TryAgainSoon.class);

    assertThat(remind(key)).isEqualTo(1);

    assertThat(sent).containsExactly("main/a", "main/b");
    assertThat(remind(key)).isZero();
  }

  @Test
  void what_a_reminder_did_not_send_is_sent_by_the_next_once_its_time_is_over() {
    send("a", "b");
    now = now.plus(NotificationGroup.WAIT);
    NotificationGroup.Key key = groups.reminders.getFirst();
    beforePublish = fails("killed");
    assertThatThrownBy(() -> remind(key)).hasMessage("killed");
    assertThatThrownBy(() -> remind(key)).isInstanceOf(TryAgainSoon.class);

    now = now.plus(TIMEOUT);

    assertThat(remind(key)).isEqualTo(1);
    assertThat(sent).containsExactly("main/a", "main/b");
  }

  @Test
  void of_several_that_find_nobody_waiting_each_sets_a_reminder_and_one_sends() {
    send("a");
    groups.afterRead = () -> send("b");

    send("c");

    assertThat(groups.reminders).hasSize(2);
    assertThat(remind()).isEqualTo(2);
    assertThat(remind()).isZero();
    assertThat(sent).containsExactly("main/a", "2 more services");
  }

  /** It is in the dead-letter queue, or was discarded. */
  @Test
  void a_reminder_that_is_lost_silences_nobody_who_comes_later() {
    send("a", "b");
    groups.reminders.clear();
    now = now.plus(Duration.ofMinutes(20));

    send("c", "d");

    assertThat(remind()).isEqualTo(3);
    assertThat(sent).containsExactly("main/a", "3 more services");
  }

  /**
   * Found by chaos: where ECS has gone back meanwhile, the message that comes again makes another
   * notification, which none of those who wait is in.
   */
  @Test
  void nobody_relies_on_the_reminder_of_another() {
    send("a");
    groups.beforeRemind = fails("no queue");
    assertThatThrownBy(() -> send("b")).hasMessage("no queue");

    send("c");

    assertThat(remind()).isEqualTo(2);
    assertThat(sent).containsExactly("main/a", "2 more services");
  }

  /** SQS failed, or the function ended: the message comes again. */
  @Test
  void who_was_written_without_a_reminder_sets_it_when_its_message_comes_again() {
    send("a");
    groups.beforeRemind = fails("no queue");
    assertThatThrownBy(() -> send("b")).hasMessage("no queue");
    assertThat(groups.reminders).isEmpty();

    send("b");

    assertThat(remind()).isEqualTo(1);
    assertThat(sent).containsExactly("main/a", "main/b");
  }

  @Test
  void a_message_that_is_handled_twice_is_told_once_while_it_waits() {
    send("a", "b", "c", "b", "c");
    while (!groups.reminders.isEmpty()) {
      remind();
    }

    assertThat(sent).containsExactly("main/a", "2 more services");
  }

  @Test
  void who_joins_while_it_is_sent_is_in_the_next_one() {
    send("a", "b");
    beforePublish = () -> send("c");

    assertThat(remind()).isEqualTo(1);
    assertThat(remind()).isEqualTo(1);
    assertThat(sent).containsExactly("main/a", "main/b", "main/c");
  }

  @Test
  void of_two_that_come_first_at_once_one_waits() {
    groups.beforeWrite = () -> send("b");
    send("a");

    assertThat(sent).containsExactly("main/b");
    assertThat(remind()).isEqualTo(1);
    assertThat(sent).containsExactly("main/b", "main/a");
  }

  @Test
  void nothing_is_lost_where_the_table_fails() {
    send("a");
    groups.failing = true;
    assertThatThrownBy(() -> send("b")).isInstanceOf(IllegalStateException.class);
    groups.failing = false;
    assertThat(groups.reminders).isEmpty();

    send("b");

    assertThat(remind()).isEqualTo(1);
    assertThat(sent).containsExactly("main/a", "main/b");
  }

  @Test
  void a_table_that_is_written_all_the_time_has_it_tried_again() {
    Notifications busy =
        new Notifications(
            n -> sent.add(n.headline().service()),
            new NotificationGroups() {
              @Override
              public Optional<NotificationGroup> read(NotificationGroup.Key key) {
                return Optional.empty();
              }

              @Override
              public boolean write(NotificationGroup group) {
                return false;
              }

              @Override
              public void remind(NotificationGroup.Key key) {}
            });

    assertThatThrownBy(() -> busy.send(paused("a", PUSH), NOON)).isInstanceOf(TryAgainSoon.class);
    assertThat(sent).isEmpty();
  }

  @Test
  void what_is_about_one_service_waits_for_nobody() {
    Trigger changed = new Trigger.ServiceChanged("e-1", "changed");
    notifications.send(paused("a", changed), NOON);
    notifications.send(paused("b", changed), NOON);

    assertThat(sent).containsExactly("main/a", "main/b");
    assertThat(groups.stored).isEmpty();
  }

  @Test
  void without_a_queue_for_reminders_nothing_waits() {
    Notifications alone = new Notifications(n -> sent.add(n.headline().service()));
    alone.send(paused("a", PUSH), NOON);
    alone.send(paused("b", PUSH), NOON);

    assertThat(sent).containsExactly("main/a", "main/b");
    assertThat(alone.remind(paused("a", PUSH).group().orElseThrow().key(), NOON, TIMEOUT)).isZero();
  }
}
