package dev.slipway.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.record.HousekeepingRecord;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HousekeepingRulesTest {
  private static final Instant NOW = Instant.parse("2026-11-28T12:00:00Z");

  /** HousekeeperTest has when it is due otherwise. */
  @ParameterizedTest
  @CsvSource({"1, PT5M", "2, PT10M", "3, PT20M", "7, PT5H20M", "8, PT5H20M", "500, PT5H20M"})
  void tries_again_after_twice_as_long_each_time(int tries, Duration after) {
    assertThat(HousekeepingRules.retryAt(new HousekeepingRecord.Failure("why", NOW, tries)))
        .isEqualTo(NOW.plus(after));
  }
}
