package dev.slipway.simulator.logs;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A log stream, guarded by the world's lock. */
final class LogStream {
  private static final int REMEMBERED = 10_000;

  final String name;
  final Instant created;
  private final List<LogEvent> events = new ArrayList<>();

  /** How many events were forgotten, so that positions go on meaning the same events. */
  private int forgotten;

  LogStream(String name, Instant created) {
    this.name = name;
    this.created = created;
  }

  /** Adds an event after all that did not happen later. */
  void add(LogEvent event) {
    int at = events.size();
    while (at > 0 && events.get(at - 1).timestamp().isAfter(event.timestamp())) {
      at--;
    }
    events.add(at, event);
    if (events.size() > REMEMBERED) {
      events.removeFirst();
      forgotten++;
    }
  }

  /** By time, oldest first. */
  List<LogEvent> events() {
    return Collections.unmodifiableList(events);
  }

  /** The position of the first event that is still there. */
  int first() {
    return forgotten;
  }

  /** The position after the newest event. */
  int end() {
    return forgotten + events.size();
  }

  LogEvent at(int position) {
    return events.get(position - forgotten);
  }
}
