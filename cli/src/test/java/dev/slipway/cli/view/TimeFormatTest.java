package dev.slipway.cli.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimeFormatTest {
  private final TimeFormat moments =
      new TimeFormat(() -> Instant.parse("2026-11-21T23:30:00Z"), ZoneId.of("Europe/Berlin"));

  @ParameterizedTest
  @CsvSource({
    "2026-11-21T23:29:58Z, 00:29:58, just now",
    "2026-11-21T23:28:01Z, 00:28:01, 119 s ago",
    "2026-11-21T22:58:00Z, 21 Nov 23:58, 32 min ago",
    "2026-01-01T00:00:00Z, 1 Jan 01:00, 324 d ago",
    "2025-12-31T00:00:00Z, 2025-12-31 01:00, 325 d ago",
    "2026-11-21T23:30:20Z, 00:30:20, just now",
    "2026-11-22T00:30:00Z, 01:30:00, 01:30:00",
  })
  void shows_times_on_the_readers_clock(Instant time, String at, String ago) {
    assertThat(moments.at(time)).isEqualTo(at);
    assertThat(moments.ago(time)).isEqualTo(ago);
  }

  @ParameterizedTest
  @CsvSource({
    "PT0S, 0 s",
    "PT119S, 119 s",
    "PT2M, 2 min",
    "PT119M, 119 min",
    "PT2H, 2 h",
    "PT47H, 47 h",
    "PT48H, 2 d"
  })
  void shows_lengths(Duration duration, String length) {
    assertThat(TimeFormat.length(duration)).isEqualTo(length);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-21T10:00:00Z, 2026-11-21T10:00:00Z",
    "2026-11-21T10:00:00+02:00, 2026-11-21T08:00:00Z",
    "2026-11-21T10:00, 2026-11-21T09:00:00Z",
    "90m, 2026-11-21T22:00:00Z",
    "0m, 2026-11-21T23:30:00Z",
    "2h, 2026-11-21T21:30:00Z",
    "1d, 2026-11-20T23:30:00Z",
    "45s, 2026-11-21T23:29:15Z",
  })
  void reads_what_people_write(String text, Instant time) {
    assertThat(moments.parse(text)).contains(time);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yesterday", "2h30m", "-2h", "2026-11-21", "2026-13-01T00:00"})
  void reads_nothing_else(String text) {
    assertThat(moments.parse(text)).isEmpty();
  }
}
