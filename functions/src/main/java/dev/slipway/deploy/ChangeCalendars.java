package dev.slipway.deploy;

import dev.slipway.gate.CalendarState;

/** What the core asks AWS Systems Manager: whether changes may be made now. */
public interface ChangeCalendars {
  /** The state of a calendar of this account and Region, by its name. */
  CalendarState state(String calendar);

  /** Ones that ask for each calendar once, answer or not; for one thread. */
  default ChangeCalendars atOneMoment() {
    Once<String, CalendarState> known = new Once<>();
    return calendar -> known.of(calendar, this::state);
  }
}
