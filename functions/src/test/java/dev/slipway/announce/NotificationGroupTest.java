package dev.slipway.announce;

import static dev.slipway.record.SampleDeployments.NOON;
import static dev.slipway.record.SampleDeployments.PUSH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.announce.NotificationGroup.Step;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.record.Trigger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NotificationGroupTest {
  private static ServiceArn service(String name) {
    return new ServiceArn("arn:aws:ecs:us-east-1:123456789012:service/main/" + name);
  }

  private static NotificationGroup group(Trigger trigger, String name, String cause) {
    return NotificationGroup.of(
            trigger,
            "Failed",
            new Headline(
                "main/" + name,
                Optional.of("web:staging 000000000002"),
                "failed, rolling back",
                Optional.of(cause)),
            "staging",
            service(name))
        .orElseThrow();
  }

  private static NotificationGroup group() {
    return group(PUSH, "a", "it exited with 1");
  }

  @Test
  void the_first_is_sent_and_sent_again_after_a_crash() {
    assertThat(group().join(service("a"), NOON).step()).isEqualTo(Step.SEND);
    NotificationGroup later = group().join(service("b"), NOON).after();
    assertThat(later.join(service("a"), NOON).step()).isEqualTo(Step.SEND);
    assertThat(later.join(service("a"), NOON).after()).isEqualTo(later);
  }

  @Test
  void the_first_that_waits_sets_a_reminder_and_the_others_wait_with_it() {
    NotificationGroup.Joined second = group().join(service("b"), NOON);
    NotificationGroup.Joined third = second.after().join(service("c"), NOON.plusSeconds(59));

    assertThat(second.step()).isEqualTo(Step.REMIND_AND_WAIT);
    assertThat(second.after().remindAt()).contains(NOON.plusSeconds(60));
    assertThat(third.step()).isEqualTo(Step.WAIT);
    assertThat(third.after().waiting()).containsExactly(service("b"), service("c"));
    assertThat(third.after().remindAt()).contains(NOON.plusSeconds(60));
  }

  /** Its message came again: whoever had handled it before may have ended before reminding. */
  @Test
  void who_waits_and_comes_again_sets_another_reminder() {
    NotificationGroup group = group().join(service("b"), NOON).after();
    NotificationGroup.Joined again = group.join(service("b"), NOON.plusSeconds(5));

    assertThat(again.step()).isEqualTo(Step.REMIND_AND_WAIT);
    assertThat(again.after().waiting()).containsExactly(service("b"));
    assertThat(again.after().remindAt()).contains(NOON.plusSeconds(65));
  }

  @Test
  void a_reminder_that_is_late_is_lost_and_the_next_service_sets_another() {
    NotificationGroup group = group().join(service("b"), NOON).after();
    Instant due = NOON.plus(NotificationGroup.WAIT);

    assertThat(group.join(service("c"), due.plusSeconds(59)).step()).isEqualTo(Step.WAIT);
    NotificationGroup.Joined late = group.join(service("c"), due.plusSeconds(60));
    assertThat(late.step()).isEqualTo(Step.REMIND_AND_WAIT);
    assertThat(late.after().waiting()).containsExactly(service("b"), service("c"));
    assertThat(late.after().join(service("d"), due.plusSeconds(61)).step()).isEqualTo(Step.WAIT);
  }

  @Test
  void who_came_while_it_was_sent_goes_on_waiting() {
    NotificationGroup sent = group().join(service("b"), NOON).after().claimed(NOON.plusSeconds(90));
    NotificationGroup now = sent.join(service("c"), NOON.plusSeconds(61)).after();
    NotificationGroup left = now.sent(sent.waiting(), NOON.plusSeconds(62));
    NotificationGroup none = sent.sent(sent.waiting(), NOON.plusSeconds(62));

    assertThat(now.isBeingSent(NOON.plusSeconds(89))).isTrue();
    assertThat(now.isBeingSent(NOON.plusSeconds(90))).isFalse();
    assertThat(left.waiting()).containsExactly(service("c"));
    assertThat(left.remindAt()).contains(NOON.plusSeconds(122));
    assertThat(left.isBeingSent(NOON.plusSeconds(62))).isFalse();
    assertThat(none.remindAt()).isEmpty();
    assertThat(none.join(service("d"), NOON.plusSeconds(63)).step())
        .isEqualTo(Step.REMIND_AND_WAIT);
  }

  @ParameterizedTest
  @CsvSource({
    "container web exited with 1 four times, container web exited with 1 twice, true",
    "is unhealthy (3 tasks), is unhealthy (1 task), true",
    "no capacity: (service a) was unable to place, no capacity: (service b) was unable to place,"
        + " true",
    "ecs:UpdateService on main/a: no, ecs:UpdateService on main/b: no, true",
    "container web exited with 1, container web exited with 137, false",
    "container web exited with 1, container api exited with 1, false",
  })
  void causes_are_alike_that_differ_in_the_service_and_in_numbers_of_tasks(
      String of, String other, boolean alike) {
    assertThat(group(PUSH, "a", of).key().equals(group(PUSH, "b", other).key())).isEqualTo(alike);
  }

  @Test
  void what_another_trigger_led_to_is_another_group() {
    assertThat(group(new Trigger.Operator("r-1", "ann"), "a", "x").key())
        .isNotEqualTo(group(new Trigger.Operator("r-2", "ann"), "a", "x").key());
  }

  @Test
  void a_change_of_one_service_makes_no_group() {
    assertThat(
            NotificationGroup.of(
                new Trigger.ServiceChanged("e-1", "changed"),
                "Failed",
                new Headline("main/a", Optional.empty(), "failed", Optional.empty()),
                "staging",
                service("a")))
        .isEmpty();
  }

  @Test
  void a_secret_in_a_cause_is_kept_nowhere() {
    NotificationGroup group = group(PUSH, "a", "last log lines: password=hunter2");

    assertThat(group.toString()).doesNotContain("hunter2").contains("****");
  }

  @Test
  void the_notification_is_about_those_that_wait() {
    Notification notification =
        group().join(service("b"), NOON).after().join(service("c"), NOON).after().notification();

    assertThat(notification.headline().line())
        .isEqualTo(
            "2 more services: web:staging 000000000002 failed, rolling back: it exited with 1");
    assertThat(notification.services()).containsExactly("main/b", "main/c");
    assertThat(notification.resources())
        .isEqualTo(List.of(service("b").value(), service("c").value()));
    assertThat(notification.thread()).isEqualTo(PUSH.eventId());
    assertThat(notification.group()).isEmpty();
  }

  @Test
  void nobody_waits_nothing_is_said() {
    assertThatThrownBy(() -> group().notification()).isInstanceOf(IllegalArgumentException.class);
  }
}
