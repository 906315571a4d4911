package dev.slipway.cli.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlansTest {
  private final AtomicInteger ids = new AtomicInteger();
  private Instant now = Instant.parse("2026-11-28T12:00:00Z");
  private final Plans plans = new Plans(() -> Integer.toString(ids.incrementAndGet()), () -> now);
  private final Plan plan = new FakeStack().plan("pause", Map.of(), "web");

  @Test
  void a_plan_is_taken_once() {
    String id = plans.show(plan);

    assertThat(plans.take(id)).contains(plan);
    assertThat(plans.take(id)).isEmpty();
    assertThat(plans.take("never shown")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"PT9M59S, true", "PT10M, false"})
  void a_plan_is_good_for_ten_minutes(Duration later, boolean good) {
    String id = plans.show(plan);

    now = now.plus(later);

    assertThat(plans.take(id).isPresent()).isEqualTo(good);
  }

  @Test
  void the_oldest_is_forgotten_when_there_are_many() {
    String first = plans.show(plan);
    String second = plans.show(plan);
    for (int i = 0; i < 19; i++) {
      plans.show(plan);
    }

    assertThat(plans.take(first)).isEmpty();
    assertThat(plans.take(second)).isPresent();
  }
}
