package dev.slipway.rollout;

import dev.slipway.decide.Decision;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.record.Trigger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.decide.Decision.Hold;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NotificationTest {
  private static Notification titled(String title) {
    return new Notification(
        "Held", title, "", Map.of(), List.of(), List.of(), Map.of(), List.of(), "1");
  }

  @Test
  void a_title_is_what_a_subject_may_be() {
    assertThat(titled("web: naïve\nversion").title()).isEqualTo("web: na?ve version");
    assertThat(titled("x".repeat(300)).title()).hasSize(100).endsWith("...");
  }

  @ParameterizedTest
  @CsvSource({
    "PAUSED, ./slipway resume main/web",
    "BLOCKED, ./slipway deploy main/web --unblock",
    "CHOSEN, ./slipway deploy main/web --unblock",
    "UNREADABLE, Correct the service's tag"
  })
  void what_is_held_tells_how_to_let_it_go(Hold hold, String step) {
    Notification notification =
        Notification.of(
            new Decision.Held(
                new ServiceArn("arn:aws:ecs:us-east-1:123456789012:service/main/web"),
                "staging",
                hold,
                "somebody said so"),
            new Trigger.Push(
                "e1",
                new Repository("123456789012", "us-east-1", "web"),
                new ImageTag("staging"),
                Optional.empty()));

    assertThat(notification.title()).isEqualTo("main/web: held, web:staging is not deployed");
    assertThat(notification.sentence())
        .isEqualTo("main/web does not get web:staging: somebody said so");
    assertThat(notification.nextSteps().getFirst()).contains(step);
  }
}
