package dev.slipway.gate;

import java.time.Instant;
import java.util.Optional;

/** What AWS Systems Manager says of a change calendar. */
public sealed interface CalendarState {
  /**
   * Changes may be made.
   *
   * @param until when it closes; empty where that is not known
   */
  record Open(Optional<Instant> until) implements CalendarState {}

  /**
   * No changes.
   *
   * @param until when it opens; empty where that is not known
   */
  record Closed(Optional<Instant> until) implements CalendarState {}

  /**
   * There is no such calendar, or it is none.
   *
   * @param why in AWS's words
   */
  record Unreadable(String why) implements CalendarState {}
}
