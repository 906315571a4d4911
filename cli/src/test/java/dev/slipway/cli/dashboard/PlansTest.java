package dev.slipway.cli.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PlansTest {
  private final AtomicInteger ids = new AtomicInteger();
  private final Plans plans = new Plans(() -> Integer.toString(ids.incrementAndGet()));
  private final Plan plan = new FakeStack().plan("pause", Map.of(), "web");

  @Test
  void a_plan_is_taken_once() {
    String id = plans.show(plan);

    assertThat(plans.take(id)).contains(plan);
    assertThat(plans.take(id)).isEmpty();
    assertThat(plans.take("never shown")).isEmpty();
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
