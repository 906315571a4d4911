package dev.slipway.gate;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Optional;

/**
 * A change calendar of AWS Systems Manager is open.
 *
 * @param calendar its name
 */
public record CalendarGate(String calendar) implements Gate {
  @Override
  public String name() {
    return "calendar";
  }

  @Override
  public String awaited() {
    return "the change calendar";
  }

  @Override
  public boolean isPassedByOverride() {
    return true;
  }

  @Override
  public Verdict judge(Subject subject) {
    CalendarState state =
        subject
            .calendar()
            .orElseThrow(
                () -> new IllegalStateException("the calendar " + calendar + " was not read"));
    return switch (state) {
      case CalendarState.Open(var until) ->
          new Verdict.Passes("%s is open%s".formatted(calendar, words(until)));
      case CalendarState.Closed(var until) ->
          new Verdict.Waits("%s is closed%s".formatted(calendar, words(until)), until);
      case CalendarState.Unreadable(String why) ->
          new Verdict.Holds(
              "%s cannot be read: %s".formatted(calendar, why),
              "create the calendar in AWS Systems Manager, or name another one in slipway.yaml");
    };
  }

  private static String words(Optional<Instant> until) {
    return until.map(moment -> " until " + LocalMoments.words(moment, ZoneId.of("UTC"))).orElse("");
  }
}
