package dev.slipway.deploy;

import dev.slipway.gate.CalendarState;
import java.util.HashMap;
import java.util.Map;

/** What the core asks AWS Systems Manager: whether changes may be made now. */
public interface ChangeCalendars {
  /** The state of a calendar of this account and Region, by its name. */
  CalendarState state(String calendar);

  /** Ones that ask for each calendar once; for one thread. */
  default ChangeCalendars atOneMoment() {
    Map<String, CalendarState> known = new HashMap<>();
    return calendar -> known.computeIfAbsent(calendar, this::state);
  }
}
