package dev.slipway.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Windows and freezes of any shape, on weeks in which clocks are changed in odd ways, against a
 * reference that watches a clock on the wall, minute by minute. It goes by the latest time that the
 * clock has shown so far: a time that is skipped has come when the clock is put forward, and when
 * one comes a second time it is over already.
 */
class WindowPropertiesTest {
  private static final int SEEDS = 15;

  private static final int DAYS = 40;

  /** Asked about are moments of the first days, so that the reference sees what comes after. */
  private static final int DAYS_ASKED = 20;

  private static final DateTimeFormatter WORDS =
      DateTimeFormatter.ofPattern("EEE yyyy-MM-dd HH:mm", Locale.ENGLISH);

  /** What a clock on a wall shows: an entry for each minute. */
  record Wall(ZoneId zone, Instant start, List<LocalDateTime> latest) {
    static Wall of(ZoneId zone, Instant start) {
      List<LocalDateTime> latest = new ArrayList<>();
      LocalDateTime max = LocalDateTime.MIN;
      for (int minute = 0; minute < DAYS * 24 * 60; minute++) {
        LocalDateTime shown = LocalDateTime.ofInstant(start.plus(minute, ChronoUnit.MINUTES), zone);
        max = shown.isAfter(max) ? shown : max;
        latest.add(max);
      }
      return new Wall(zone, start, latest);
    }

    boolean[] minutes(Predicate<LocalDateTime> is) {
      boolean[] minutes = new boolean[latest.size()];
      for (int i = 0; i < minutes.length; i++) {
        minutes[i] = is.test(latest.get(i));
      }
      return minutes;
    }

    /** The first minute from one on that is like this. */
    Instant next(boolean[] minutes, int from, boolean like) {
      int minute = from;
      while (minutes[minute] != like) {
        minute++;
      }
      return at(minute);
    }

    Instant at(int minute) {
      return start.plus(minute, ChronoUnit.MINUTES);
    }

    String words(Instant moment) {
      return WORDS.format(moment.atZone(zone)) + " " + zone;
    }

    @Override
    public String toString() {
      return zone + " from " + start;
    }
  }

  private record Shape(Set<DayOfWeek> days, int from, int length) {
    static Shape random(Random random) {
      Set<DayOfWeek> days = EnumSet.noneOf(DayOfWeek.class);
      int number = 1 + random.nextInt(4);
      while (days.size() < number) {
        days.add(DayOfWeek.of(1 + random.nextInt(7)));
      }
      // clocks are changed in the first hours of the day
      int from = random.nextBoolean() ? 15 * random.nextInt(17) : random.nextInt(24 * 60);
      int length =
          switch (random.nextInt(4)) {
            case 0 -> 15 * (1 + random.nextInt(6));
            case 1 -> 60 * (1 + random.nextInt(23));
            case 2 -> 24 * 60 - from;
            default -> 1 + random.nextInt(24 * 60 - 1);
          };
      return new Shape(days, from, length);
    }

    /** As it is written in slipway.yaml. */
    String text() {
      int end = from + length;
      String to = end == 24 * 60 ? "24:00" : "%02d:%02d".formatted(end / 60 % 24, end % 60);
      return "%s %02d:%02d-%s"
          .formatted(
              String.join(
                  ",",
                  days.stream()
                      .map(day -> day.getDisplayName(TextStyle.SHORT, Locale.ENGLISH))
                      .toList()),
              from / 60,
              from % 60,
              to);
    }

    boolean isOpen(LocalDateTime shown) {
      // one that began yesterday may still be open
      for (LocalDate day : List.of(shown.toLocalDate().minusDays(1), shown.toLocalDate())) {
        LocalDateTime opens = day.atStartOfDay().plusMinutes(from);
        if (days.contains(day.getDayOfWeek())
            && !shown.isBefore(opens)
            && shown.isBefore(opens.plusMinutes(length))) {
          return true;
        }
      }
      return false;
    }
  }

  /** A change of the clock is in the second week. */
  private static List<Wall> walls() {
    return Stream.of(
            "UTC 2026-06-01",
            "Europe/Berlin 2027-03-28",
            "Europe/Berlin 2026-10-25",
            "America/New_York 2027-03-14",
            "America/New_York 2026-11-01",
            // by half an hour
            "Australia/Lord_Howe 2026-10-04",
            "Australia/Lord_Howe 2027-04-04",
            // by two
            "Antarctica/Troll 2027-03-28",
            "Antarctica/Troll 2026-10-25",
            // for Ramadan: back, and forward five weeks later
            "Africa/Casablanca 2026-02-15",
            "Africa/Casablanca 2026-03-22",
            // the clock was put forward by a day: there was no 30th
            "Pacific/Apia 2011-12-30",
            // at midnight
            "America/Havana 2027-03-14",
            "America/Havana 2026-11-01")
        .map(text -> text.split(" ", 2))
        .map(parts ->
            Wall.of(
                ZoneId.of(parts[0]),
                LocalDate.parse(parts[1]).minusDays(9).atStartOfDay(ZoneId.of("UTC")).toInstant()))
        .toList();
  }

  static Stream<Arguments> cases() {
    return walls().stream()
        .flatMap(wall -> IntStream.range(0, SEEDS).mapToObj(seed -> Arguments.of(wall, seed)));
  }

  /** Some minutes, most of them near a change of the verdict or of the clock; after two days. */
  private static List<Integer> moments(Wall wall, boolean[] verdicts, Random random) {
    List<Integer> changes = new ArrayList<>();
    for (int i = 2 * 24 * 60; i < DAYS_ASKED * 24 * 60; i++) {
      boolean jumps = !wall.latest().get(i).equals(wall.latest().get(i - 1).plusMinutes(1));
      if (jumps || verdicts[i] != verdicts[i - 1]) {
        changes.add(i);
      }
    }
    List<Integer> moments = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      moments.add(2 * 24 * 60 + random.nextInt((DAYS_ASKED - 2) * 24 * 60));
      if (!changes.isEmpty()) {
        moments.add(changes.get(random.nextInt(changes.size())) - random.nextInt(3) + 1);
      }
    }
    return moments;
  }

  private static Verdict judge(Gate gate, Wall wall, int minute, Random random) {
    return gate.judge(GatesTest.subject(wall.at(minute).plusMillis(random.nextInt(60_000)), false));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void windows_are_open_when_the_clock_on_the_wall_says_so(Wall wall, int seed) {
    Random random = new Random(seed);
    List<Shape> shapes =
        Stream.generate(() -> Shape.random(random)).limit(1 + random.nextInt(3)).toList();
    WindowsGate gate =
        new WindowsGate(wall.zone(), shapes.stream().map(s -> Window.parse(s.text())).toList());
    boolean[] open = wall.minutes(shown -> shapes.stream().anyMatch(s -> s.isOpen(shown)));

    for (int minute : moments(wall, open, random)) {
      String called = "%s at %s".formatted(gate.open(), wall.at(minute));
      Verdict verdict = judge(gate, wall, minute, random);
      if (!open[minute]) {
        Instant opens = wall.next(open, minute, true);
        assertThat(verdict)
            .as(called)
            .isEqualTo(new Verdict.Waits("closed until " + wall.words(opens), Optional.of(opens)));
      } else if (verdict.reason().equals("open")) {
        Instant closes = wall.next(open, minute, false);
        assertThat(closes).as(called).isAfter(wall.at(minute).plus(Duration.ofDays(7)));
      } else {
        Instant closes = wall.next(open, minute, false);
        assertThat(verdict)
            .as(called)
            .isEqualTo(new Verdict.Passes("open until " + wall.words(closes)));
      }
    }
  }

  /** They overlap, follow each other, and begin and end in hours that are skipped or come twice. */
  @ParameterizedTest
  @MethodSource("cases")
  void freezes_last_as_long_as_the_clock_on_the_wall_says(Wall wall, int seed) {
    Random random = new Random(seed);
    List<Freeze> freezes = new ArrayList<>();
    int number = 1 + random.nextInt(6);
    LocalDateTime last = LocalDateTime.MIN;
    for (int i = 0; i < number; i++) {
      int day = 2 + random.nextInt(DAYS_ASKED);
      LocalDateTime from =
          i > 0 && random.nextInt(3) == 0
              ? last
              : wall.latest()
                  .getFirst()
                  .toLocalDate()
                  .plusDays(day)
                  .atStartOfDay()
                  .plusMinutes(15L * random.nextInt(random.nextBoolean() ? 17 : 96));
      last = from.plusMinutes(1 + random.nextInt(random.nextBoolean() ? 120 : 5 * 24 * 60));
      freezes.add(new Freeze(from, last, wall.zone(), "freeze " + i));
    }
    Gate gate = new FreezesGate(freezes);
    boolean[] frozen =
        wall.minutes(shown ->
            freezes.stream()
                .anyMatch(freeze -> !shown.isBefore(freeze.from()) && shown.isBefore(freeze.to())));

    for (int minute : moments(wall, frozen, random)) {
      String called = "%s at %s".formatted(freezes, wall.at(minute));
      Verdict verdict = judge(gate, wall, minute, random);
      if (frozen[minute]) {
        Instant ends = wall.next(frozen, minute, false);
        assertThat(verdict)
            .as(called)
            .isInstanceOfSatisfying(
                Verdict.Waits.class,
                waits -> {
                  assertThat(waits.until()).contains(ends);
                  assertThat(waits.reason()).startsWith("frozen until " + wall.words(ends) + ": ");
                });
      } else {
        assertThat(verdict).as(called).isInstanceOf(Verdict.Passes.class);
        if (verdict.reason().contains("the next begins")) {
          assertThat(verdict.reason())
              .as(called)
              .contains("begins %s: ".formatted(wall.words(wall.next(frozen, minute, true))));
        }
      }
    }
  }

  /** The reference has the rows of docs/gates.md that are about changes of the clock. */
  @Test
  void the_reference_has_skipped_hours_and_those_that_come_twice() {
    ZoneId berlin = ZoneId.of("Europe/Berlin");
    Wall spring = Wall.of(berlin, Instant.parse("2027-03-27T00:00:00Z"));
    boolean[] skipped = spring.minutes(new Shape(Set.of(DayOfWeek.SUNDAY), 120, 60)::isOpen);
    assertThat(spring.next(skipped, 0, true)).isEqualTo(Instant.parse("2027-04-04T00:00:00Z"));

    Wall autumn = Wall.of(berlin, Instant.parse("2026-10-24T00:00:00Z"));
    boolean[] twice = autumn.minutes(new Shape(Set.of(DayOfWeek.SUNDAY), 120, 30)::isOpen);
    assertThat(autumn.next(twice, 0, true)).isEqualTo(Instant.parse("2026-10-25T00:00:00Z"));
    assertThat(autumn.next(twice, 25 * 60, true)).isEqualTo(Instant.parse("2026-11-01T01:00:00Z"));
  }
}
