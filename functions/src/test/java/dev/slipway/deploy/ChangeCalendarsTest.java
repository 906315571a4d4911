package dev.slipway.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class ChangeCalendarsTest {
  /**
   * docs/gates.md: a sweep, or an operator's command, asks once for all its services. While Systems
   * Manager does not answer, a call takes 25 seconds: the third service is past the timeout.
   */
  @Test
  void a_calendar_that_does_not_answer_is_asked_once_at_one_moment() {
    AtomicInteger asked = new AtomicInteger();
    ChangeCalendars calendars =
        _ -> {
          asked.incrementAndGet();
          throw new NoAnswer("Systems Manager does not answer", new IllegalStateException());
        };
    ChangeCalendars moment = calendars.atOneMoment();

    for (int service = 0; service < 60; service++) {
      assertThatThrownBy(() -> moment.state("release")).hasMessageContaining("does not answer");
    }

    assertThat(asked).hasValue(1);
  }
}
