package dev.slipway.rollout;

import static dev.slipway.record.SampleDeployments.PUSH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.announce.Notification;
import dev.slipway.announce.NotificationGroup;
import dev.slipway.decide.Decision;
import dev.slipway.decide.Decision.Hold;
import dev.slipway.deploy.TryAgainSoon;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.record.Trigger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NotificationsTest {
  private final List<String> sent = new ArrayList<>();
  private final Groups groups = new Groups();
  private final Notifications notifications =
      new Notifications(n -> sent.add(n.headline().service()), groups);

  /** A table in memory, in which others may write in between, and which may fail. */
  private static final class Groups implements NotificationGroups {
    private final Map<NotificationGroup.Key, NotificationGroup> stored = new HashMap<>();
    private final List<NotificationGroup.Key> reminders = new ArrayList<>();
    private Runnable beforeWrite = () -> {};
    private boolean failing;

    @Override
    public Optional<NotificationGroup> read(NotificationGroup.Key key) {
      return Optional.ofNullable(stored.get(key));
    }

    @Override
    public boolean write(NotificationGroup group) {
      Runnable before = beforeWrite;
      beforeWrite = () -> {};
      before.run();
      if (failing) {
        throw new IllegalStateException("no table");
      }
      long now = read(group.key()).map(NotificationGroup::version).orElse(0L);
      if (now != group.version()) {
        return false;
      }
      stored.put(
          group.key(),
          new NotificationGroup(
              group.key(),
              group.event(),
              group.image(),
              group.outcome(),
              group.cause(),
              group.environment(),
              group.first(),
              group.waiting(),
              now + 1));
      return true;
    }

    @Override
    public void remind(NotificationGroup.Key key) {
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
            Set.of(PUSH.repository()),
            "it is paused"),
        trigger);
  }

  private void send(String... services) {
    for (String service : services) {
      notifications.send(paused(service, PUSH));
    }
  }

  private int remind() {
    return notifications.remind(groups.reminders.removeFirst());
  }

  @Test
  void one_is_sent_at_once_and_the_others_in_one() {
    send("a", "b", "c", "d");

    assertThat(sent).containsExactly("main/a");
    assertThat(groups.reminders).hasSize(1);
    assertThat(remind()).isEqualTo(3);
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

  @Test
  void a_reminder_that_comes_twice_sends_once() {
    send("a", "b");
    NotificationGroup.Key key = groups.reminders.getFirst();

    assertThat(notifications.remind(key)).isEqualTo(1);
    assertThat(notifications.remind(key)).isZero();
    assertThat(sent).containsExactly("main/a", "main/b");
  }

  @Test
  void a_message_that_is_handled_twice_is_told_once_while_it_waits() {
    send("a", "b", "c", "b", "c");
    remind();

    assertThat(sent).containsExactly("main/a", "2 more services");
  }

  @Test
  void who_joins_while_it_is_sent_is_in_the_next_one() {
    send("a", "b");
    groups.beforeWrite = () -> send("c");

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

  /** Crashed, or failed: the message comes again. */
  @Test
  void nothing_is_lost_where_the_table_fails_after_the_reminder_was_set() {
    send("a");
    groups.failing = true;
    assertThatThrownBy(() -> send("b")).isInstanceOf(IllegalStateException.class);
    groups.failing = false;
    assertThat(remind()).isZero();

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

    assertThatThrownBy(() -> busy.send(paused("a", PUSH))).isInstanceOf(TryAgainSoon.class);
    assertThat(sent).isEmpty();
  }

  @Test
  void what_is_about_one_service_waits_for_nobody() {
    Trigger changed = new Trigger.ServiceChanged("e-1", "changed");
    notifications.send(paused("a", changed));
    notifications.send(paused("b", changed));

    assertThat(sent).containsExactly("main/a", "main/b");
    assertThat(groups.stored).isEmpty();
  }

  @Test
  void without_a_queue_for_reminders_nothing_waits() {
    Notifications alone = new Notifications(n -> sent.add(n.headline().service()));
    alone.send(paused("a", PUSH));
    alone.send(paused("b", PUSH));

    assertThat(sent).containsExactly("main/a", "main/b");
    assertThat(alone.remind(paused("a", PUSH).group().orElseThrow().key())).isZero();
  }
}
