package dev.slipway.cli.view;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times as people read them: on their own clock, and how long ago that is. */
public final class TimeFormat {
  private static final DateTimeFormatter TODAY = format("HH:mm:ss");
  private static final DateTimeFormatter THIS_YEAR = format("d MMM HH:mm");
  private static final DateTimeFormatter LONG_AGO = format("yyyy-MM-dd HH:mm");

  private static final Pattern AGO = Pattern.compile("(\\d{1,9})([smhd])");

  private final InstantSource clock;
  private final ZoneId zone;

  /** On the clock of a time zone. */
  public TimeFormat(InstantSource clock, ZoneId zone) {
    this.clock = clock;
    this.zone = zone;
  }

  private static DateTimeFormatter format(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT);
  }

  /** Now. */
  public Instant now() {
    return clock.instant();
  }

  /**
   * A time as people write it: {@code 2026-11-21T10:00:00Z}, {@code 2026-11-21T10:00} on their own
   * clock, or as long ago as {@code 90m}, {@code 2h}, {@code 1d}. Empty for anything else.
   */
  public Optional<Instant> parse(String text) {
    Matcher ago = AGO.matcher(text);
    try {
      if (ago.matches()) {
        long number = Long.parseLong(ago.group(1));
        return Optional.of(
            now()
                .minus(
                    switch (ago.group(2)) {
                      case "s" -> Duration.ofSeconds(number);
                      case "m" -> Duration.ofMinutes(number);
                      case "h" -> Duration.ofHours(number);
                      default -> Duration.ofDays(number);
                    }));
      }
      return Optional.of(
          switch (DateTimeFormatter.ISO_DATE_TIME.parseBest(
              text, OffsetDateTime::from, LocalDateTime::from)) {
            case OffsetDateTime time -> time.toInstant();
            case TemporalAccessor local -> LocalDateTime.from(local).atZone(zone).toInstant();
          });
    } catch (DateTimeException | ArithmeticException | NumberFormatException _) {
      return Optional.empty();
    }
  }

  /** {@code 14:03:20}, {@code 7 Nov 14:03} or {@code 2025-11-07 14:03}. */
  public String at(Instant time) {
    ZonedDateTime then = time.atZone(zone);
    ZonedDateTime now = now().atZone(zone);
    if (then.toLocalDate().equals(now.toLocalDate())) {
      return TODAY.format(then);
    }
    return (then.getYear() == now.getYear() ? THIS_YEAR : LONG_AGO).format(then);
  }

  /** {@code 3 min}; nothing for a time to come, as clocks differ. */
  String since(Instant time) {
    return time.isAfter(now()) ? "-" : length(Duration.between(time, now()));
  }

  /** {@code 3 min ago}; for a time to come, as clocks differ, what {@link #at} says. */
  public String ago(Instant time) {
    Duration since = Duration.between(time, now());
    if (since.compareTo(Duration.ofMinutes(-1)) < 0) {
      return at(time);
    }
    return since.toSeconds() < 10 ? "just now" : length(since) + " ago";
  }

  /** {@code 14:03:20 (3 min ago)}. */
  public String full(Instant time) {
    return time.isAfter(now()) ? at(time) : at(time) + " (" + ago(time) + ")";
  }

  /** {@code 95 s}, {@code 12 min}, {@code 30 h}, {@code 3 d}: never less exact than one in two. */
  public static String length(Duration duration) {
    if (duration.toSeconds() < 120) {
      return Math.max(0, duration.toSeconds()) + " s";
    }
    if (duration.toMinutes() < 120) {
      return duration.toMinutes() + " min";
    }
    return duration.toHours() < 48 ? duration.toHours() + " h" : duration.toDays() + " d";
  }
}
