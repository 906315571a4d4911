package dev.slipway.gate;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.zone.ZoneOffsetTransition;
import java.util.Locale;

/** Local times as moments, where clocks are put forward and back. */
final class LocalMoments {
  private static final DateTimeFormatter WITH_DAY =
      DateTimeFormatter.ofPattern("EEE yyyy-MM-dd HH:mm", Locale.ENGLISH);

  private LocalMoments() {}

  /**
   * The moment of a local time. One that the clock skips is the moment at which it is put forward;
   * of one that comes twice it is the first.
   */
  static Instant of(LocalDateTime local, ZoneId zone) {
    ZoneOffsetTransition change = zone.getRules().getTransition(local);
    return change != null && change.isGap()
        ? change.getInstant()
        : ZonedDateTime.of(local, zone).toInstant();
  }

  /** Such as {@code Mon 2026-11-30 08:00 Europe/Berlin}. */
  static String words(Instant moment, ZoneId zone) {
    return WITH_DAY.format(moment.atZone(zone)) + " " + zone;
  }
}
