package dev.slipway.simulator.ssm;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.AwsError;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Change calendars that are open by default, and closed during their events. In AWS they are
 * documents in the format of iCalendar; here they are made by a call.
 */
public final class ChangeCalendars {
  /** An event of a calendar: from a moment until before another. */
  public record Event(Instant from, Instant until) {
    private boolean contains(Instant moment) {
      return !moment.isBefore(from) && moment.isBefore(until);
    }
  }

  private final Map<String, List<Event>> calendars = new TreeMap<>();

  ChangeCalendars() {}

  /** Creates a calendar, or replaces its events. */
  public void put(String name, List<Event> events) {
    calendars.put(name, List.copyOf(events));
  }

  /** What GetCalendarState answers at a moment. Events do not overlap. */
  ObjectNode state(String name, Instant now) {
    List<Event> events = calendars.get(name);
    if (events == null) {
      throw AwsError.client("InvalidDocument", "Document with name " + name + " does not exist.");
    }
    boolean closed = events.stream().anyMatch(event -> event.contains(now));
    Optional<Instant> next =
        events.stream()
            .flatMap(event -> Stream.of(event.from(), event.until()))
            .filter(now::isBefore)
            .min(Instant::compareTo);
    ObjectNode output =
        JsonNodeFactory.instance
            .objectNode()
            .put("State", closed ? "CLOSED" : "OPEN")
            .put("AtTime", now.truncatedTo(ChronoUnit.SECONDS).toString());
    next.ifPresent(moment -> output.put("NextTransitionTime", moment.toString()));
    return output;
  }
}
