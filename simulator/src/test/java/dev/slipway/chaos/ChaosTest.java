package dev.slipway.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The short version of {@code make chaos}: the same selection each time. */
class ChaosTest {
  /** About a minute of one core. */
  private static final int TELLINGS = 110;

  @Test
  void every_operation_and_every_fault_once_and_nothing_is_lost_silent_or_untrue() {
    Map<Story, List<Point>> recorded = Chaos.recorded(".*");
    List<Plan.Entry> singles = Plan.singles(recorded);
    List<Plan.Entry> spread = Plan.spread(singles, TELLINGS);

    assertThat(rows(spread)).isEqualTo(rows(singles));
    assertThat(faults(spread)).isEqualTo(EnumSet.allOf(Fault.class));
    Matrix matrix = Chaos.tell(spread);

    assertThat(matrix.failures()).as(matrix.printed()).isEmpty();
    assertThat(matrix.tellings()).isEqualTo(TELLINGS);
    assertThat(matrix.missed()).as("in the order of calls stories differ little").isLessThan(12);
  }

  private static Set<String> rows(List<Plan.Entry> entries) {
    Set<String> rows = new TreeSet<>();
    entries.forEach(entry -> rows.add(entry.strikes().getFirst().point().row()));
    return rows;
  }

  private static Set<Fault> faults(List<Plan.Entry> entries) {
    Set<Fault> faults = EnumSet.noneOf(Fault.class);
    entries.forEach(entry -> faults.add(entry.strikes().getFirst().fault()));
    return faults;
  }
}
