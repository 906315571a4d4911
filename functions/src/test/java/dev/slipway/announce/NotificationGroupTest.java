package dev.slipway.announce;

import static dev.slipway.record.SampleDeployments.NOON;
import static dev.slipway.record.SampleDeployments.PUSH;
import static dev.slipway.record.SampleDeployments.change;
import static dev.slipway.record.SampleDeployments.running;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.announce.NotificationGroup.Step;
import dev.slipway.ecs.PauseHook;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.record.Trigger;
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
  void they_wait_until_a_minute_after_the_first_of_them_came() {
    NotificationGroup.Joined second = group().join(service("b"), NOON);
    NotificationGroup.Joined third = second.after().join(service("c"), NOON.plusSeconds(59));

    assertThat(second.step()).isEqualTo(Step.WAIT);
    assertThat(second.after().remindAt()).contains(NOON.plusSeconds(60));
    assertThat(third.step()).isEqualTo(Step.WAIT);
    assertThat(third.after().waiting()).containsExactly(service("b"), service("c"));
    assertThat(third.after().remindAt()).contains(NOON.plusSeconds(60));
  }

  @ParameterizedTest
  @CsvSource({"49, false", "50, true", "60, true", "3600, true"})
  void a_reminder_sends_from_then_on_as_exactly_as_clocks_agree(int seconds, boolean due) {
    NotificationGroup group = group().join(service("b"), NOON).after();

    assertThat(group.isDue(NOON.plusSeconds(seconds))).isEqualTo(due);
    assertThat(group().isDue(NOON.plusSeconds(seconds))).isFalse();
  }

  /** Its message came again: whoever had handled it before may have ended before reminding. */
  @Test
  void who_waits_and_comes_again_sets_another_reminder() {
    NotificationGroup group = group().join(service("b"), NOON).after();
    NotificationGroup.Joined again = group.join(service("b"), NOON.plusSeconds(5));

    assertThat(again.step()).isEqualTo(Step.WAIT);
    assertThat(again.after()).isEqualTo(group);
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

  /** One is rolled back tomorrow, another goes live in ten minutes. */
  @Test
  void a_rollout_that_waits_at_a_hook_makes_no_group() {
    PauseHook hook =
        new PauseHook(
            "h",
            Optional.of("POST_SCALE_UP"),
            Optional.of(NOON.plusSeconds(600)),
            PauseHook.Action.CONTINUE);

    assertThat(
            Notification.of(new WaitingRollout(running(2, PUSH, change("web", 1, 2)), hook))
                .group())
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
