package dev.slipway.simulator.ssm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.simulator.world.AwsError;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChangeCalendarsTest {
  private final ChangeCalendars calendars = new ChangeCalendars();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          2026-11-21T09:59:59Z | {"State":"OPEN","AtTime":"2026-11-21T09:59:59Z","NextTransitionTime":"2026-11-21T10:00:00Z"}
          2026-11-21T10:00:00Z | {"State":"CLOSED","AtTime":"2026-11-21T10:00:00Z","NextTransitionTime":"2026-11-22T10:00:00Z"}
          2026-11-22T10:00:00Z | {"State":"OPEN","AtTime":"2026-11-22T10:00:00Z"}
          """)
  void are_closed_during_their_events(Instant now, String state) {
    calendars.put(
        "release",
        List.of(
            new ChangeCalendars.Event(
                Instant.parse("2026-11-21T10:00:00Z"), Instant.parse("2026-11-22T10:00:00Z"))));

    assertThat(calendars.state("release", now)).hasToString(state);
  }

  @Test
  void that_do_not_exist_are_no_documents() {
    assertThatThrownBy(() -> calendars.state("release", Instant.EPOCH))
        .isInstanceOfSatisfying(
            AwsError.class, error -> assertThat(error.code()).isEqualTo("InvalidDocument"));
  }
}
