package dev.slipway.gate;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.TextStyle;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Hours of some days of the week, in local time.
 *
 * @param days on which it opens; at least one
 * @param from when it opens
 * @param length until it closes by the clock on the wall: up to 24 hours, so it may close on the
 *     next day
 */
public record Window(Set<DayOfWeek> days, LocalTime from, Duration length) {
  private static final Duration DAY = Duration.ofDays(1);

  /** The sweep, which finds out that a window is open, comes every five minutes by default. */
  private static final Duration SHORTEST = Duration.ofMinutes(15);

  private static final Pattern SYNTAX =
      Pattern.compile(
          "(?<days>[A-Za-z]+(-[A-Za-z]+)?(,[A-Za-z]+(-[A-Za-z]+)?)*)"
              + " (?<from>\\d\\d:\\d\\d)-(?<to>\\d\\d:\\d\\d)");

  /** Refuses what is never open, or longer than a day. */
  public Window {
    if (days.isEmpty()) {
      throw new IllegalArgumentException("a window without days");
    }
    if (!length.isPositive() || length.compareTo(DAY) > 0) {
      throw new IllegalArgumentException("a window of " + length);
    }
    days = Set.copyOf(EnumSet.copyOf(days));
  }

  /**
   * Parses such as {@code Mon-Thu 08:00-16:00}, {@code Sat,Sun 22:00-02:00} or {@code Mon-Sun
   * 00:00-24:00}. What closes before it opens closes on the next day.
   *
   * @throws IllegalArgumentException if it is something else, with what is wrong
   */
  public static Window parse(String text) {
    Matcher parts = SYNTAX.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException("it needs days, and hours from and to");
    }
    Duration from = time(parts.group("from"));
    Duration to = time(parts.group("to"));
    if (from.equals(DAY)) {
      throw new IllegalArgumentException("it begins at 24:00: that is 00:00 of the next day");
    }
    if (from.equals(to)) {
      throw new IllegalArgumentException("it begins and ends at the same time");
    }
    Duration length = to.compareTo(from) > 0 ? to.minus(from) : to.plus(DAY).minus(from);
    if (length.compareTo(SHORTEST) < 0) {
      throw new IllegalArgumentException(
          "it is open for %d minutes, and what waits is looked at every few minutes: give it %d or more"
              .formatted(length.toMinutes(), SHORTEST.toMinutes()));
    }
    return new Window(days(parts.group("days")), LocalTime.MIDNIGHT.plus(from), length);
  }

  private static Duration time(String text) {
    int hours = Integer.parseInt(text.substring(0, 2));
    int minutes = Integer.parseInt(text.substring(3));
    Duration time = Duration.ofHours(hours).plusMinutes(minutes);
    if (minutes > 59 || time.compareTo(DAY) > 0) {
      throw new IllegalArgumentException(text + " is no time of day");
    }
    return time;
  }

  private static Set<DayOfWeek> days(String text) {
    Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
    for (String range : text.split(",", -1)) {
      String[] ends = range.split("-", -1);
      DayOfWeek last = day(ends[ends.length - 1]);
      for (DayOfWeek day = day(ends[0]); ; day = day.plus(1)) {
        days.add(day);
        if (day == last) {
          break;
        }
      }
    }
    return days;
  }

  private static DayOfWeek day(String text) {
    return Stream.of(DayOfWeek.values())
        .filter(day -> day.getDisplayName(TextStyle.SHORT, Locale.ENGLISH).equals(text))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                text + " is no day: days are Mon, Tue, Wed, Thu, Fri, Sat, Sun"));
  }

  /** The time between its opening and its closing on a day; empty where it does not open then. */
  Optional<Span> on(LocalDate day, ZoneId zone) {
    if (!days.contains(day.getDayOfWeek())) {
      return Optional.empty();
    }
    Span span =
        new Span(
            LocalMoments.of(day.atTime(from), zone),
            LocalMoments.of(day.atTime(from).plus(length), zone));
    return Optional.of(span).filter(s -> !s.isEmpty());
  }
}
