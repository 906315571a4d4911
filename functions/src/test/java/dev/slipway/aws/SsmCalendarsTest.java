package dev.slipway.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.gate.CalendarState;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SsmCalendarsTest {
  private static final Instant NEXT = Instant.parse("2026-11-30T07:00:00Z");

  private final LoopbackAws aws = new LoopbackAws();

  @AfterEach
  void end() {
    aws.close();
  }

  private CalendarState state() {
    return new SsmCalendars(aws.clients()).state("release");
  }

  private CalendarState answered(String body) {
    aws.answers("GetCalendarState", body);
    return state();
  }

  @Test
  void reads_whether_it_is_open_and_until_when() {
    assertThat(
            answered(
                """
                {"State": "OPEN", "AtTime": "2026-11-28T10:00:00Z",
                 "NextTransitionTime": "2026-11-30T07:00:00Z"}\
                """))
        .isEqualTo(new CalendarState.Open(Optional.of(NEXT)));
    assertThat(
            answered(
                "{\"State\": \"CLOSED\", \"NextTransitionTime\": \"2026-11-30T00:00:00-07:00\"}"))
        .isEqualTo(new CalendarState.Closed(Optional.of(NEXT)));
    assertThat(aws.received())
        .extracting(LoopbackAws.Received::body)
        .containsOnly("{\"CalendarNames\":[\"release\"]}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"State\": \"CLOSED\"}",
        "{\"State\": \"CLOSED\", \"NextTransitionTime\": \"soon\"}"
      })
  void need_not_know_until_when(String body) {
    assertThat(answered(body)).isEqualTo(new CalendarState.Closed(Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"InvalidDocument", "InvalidDocumentType", "UnsupportedCalendarException"})
  void knows_a_name_that_is_no_calendar_s(String code) {
    aws.fails("GetCalendarState", 400, code, "There is none.");

    assertThat(state()).isEqualTo(new CalendarState.Unreadable(code + ": There is none."));
  }

  @Test
  void takes_a_state_that_is_new_for_none() {
    assertThat(answered("{\"State\": \"AJAR\"}"))
        .isEqualTo(new CalendarState.Unreadable("its state is AJAR"));
  }

  @Test
  void does_not_take_another_failure_for_an_answer() {
    aws.fails("GetCalendarState", 400, "SomethingElse", "Try later.");
    assertThatThrownBy(this::state)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("ssm:GetCalendarState on document release: Try later. (SomethingElse)");

    aws.fails("GetCalendarState", 400, "AccessDeniedException", "not authorized");
    assertThatThrownBy(this::state)
        .isInstanceOf(AccessDenied.class)
        .hasMessageContaining("must allow ssm:GetCalendarState on document release");
  }
}
