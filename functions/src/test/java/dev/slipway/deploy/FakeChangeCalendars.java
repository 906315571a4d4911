package dev.slipway.deploy;

import dev.slipway.gate.CalendarState;
import java.util.HashMap;
import java.util.Map;

/** Change calendars in memory. */
public final class FakeChangeCalendars implements ChangeCalendars {
  private final Map<String, CalendarState> states = new HashMap<>();
  private int calls;

  /** Has a calendar in this state from now on. */
  public void has(String calendar, CalendarState state) {
    states.put(calendar, state);
  }

  /** How often this was asked. */
  public int calls() {
    return calls;
  }

  @Override
  public CalendarState state(String calendar) {
    calls++;
    return states.getOrDefault(calendar, new CalendarState.Unreadable("there is none"));
  }
}
