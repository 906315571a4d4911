package dev.slipway.simulator.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorldTest {
  static final Instant START = Instant.parse("2026-11-21T10:00:00Z");
  final World world = new World(START, 0);
  final List<String> happened = new ArrayList<>();

  @AfterEach
  void end() {
    world.close();
  }

  void after(int seconds, String what) {
    world.after(Duration.ofSeconds(seconds), () -> happened.add(what));
  }

  @Test
  void goesStraightToWhatIsDueNext() {
    after(3600, "later");
    after(60, "sooner");
    assertThat(world.runUntil(() -> happened.contains("later"), Duration.ofHours(2))).isTrue();
    assertThat(happened).containsExactly("sooner", "later");
    assertThat(world.now()).isEqualTo(START.plusSeconds(3600));
  }

  @Test
  void keepsTheOrderOfWhatIsDueAtTheSameTime() {
    after(5, "first");
    after(5, "second");
    world.runUntilQuiet(Duration.ofMinutes(1));
    assertThat(happened).containsExactly("first", "second");
  }

  @Test
  void spendsItsLimitAndGoesOnFromThere() {
    after(5, "due");
    for (int i = 0; i < 4; i++) {
      assertThat(world.runUntil(() -> !happened.isEmpty(), Duration.ofSeconds(1))).isFalse();
    }
    assertThat(world.runUntil(() -> !happened.isEmpty(), Duration.ofSeconds(1))).isTrue();
  }

  @Test
  void endsAtOnceWhenNothingCanHappen() {
    assertThat(world.runUntil(() -> false, Duration.ofDays(1))).isFalse();
  }

  @Test
  void forgetsWhatIsCancelled() {
    World.Entry entry = world.after(Duration.ofSeconds(1), () -> happened.add("no"));
    after(2, "yes");
    entry.cancel();
    entry.cancel();
    world.runUntilQuiet(Duration.ofMinutes(1));
    assertThat(happened).containsExactly("yes");
  }

  @Test
  void bringsAgainWhatComesEverySoOften() {
    world.every(Duration.ofSeconds(1), Duration.ofMinutes(5), () -> happened.add("again"));
    assertThat(world.runUntil(() -> false, Duration.ofMinutes(11))).isFalse();
    assertThat(happened).containsExactly("again", "again", "again");
    assertThat(world.now()).isEqualTo(START.plus(Duration.ofMinutes(11)));
  }

  @Test
  void isQuietWhenOnlyThatIsLeft() {
    world.every(
        Duration.ofMinutes(5),
        Duration.ofMinutes(5),
        () -> world.after(Duration.ofSeconds(10), () -> happened.add("consequence")));
    world.runUntilQuiet(Duration.ofDays(1));
    assertThat(world.now()).isEqualTo(START);

    after(301, "awaited");
    world.runUntilQuiet(Duration.ofDays(1));
    assertThat(happened).containsExactly("awaited", "consequence");
    assertThat(world.now()).isEqualTo(START.plusSeconds(310));
  }

  @Test
  void endsWhatComesAgainFromWithin() {
    World.Entry[] entry = new World.Entry[1];
    // under the lock, or it may happen before it is known by its entry
    world.run(() ->
        entry[0] =
            world.every(
                Duration.ZERO,
                Duration.ofMinutes(1),
                () -> {
                  happened.add("once");
                  entry[0].cancel();
                }));
    world.runUntil(() -> false, Duration.ofHours(1));
    assertThat(happened).containsExactly("once");
  }

  @Test
  void doesNotJumpWhileWorkIsUnderWay() {
    try (World real = new World(START, 1000)) {
      real.workBegins();
      real.after(Duration.ofDays(365), () -> happened.add("next year"));
      assertThat(real.runUntil(() -> !happened.isEmpty(), Duration.ofSeconds(20))).isFalse();
      assertThat(happened).isEmpty();
      real.workEnds();
      assertThat(real.runUntil(() -> !happened.isEmpty(), Duration.ofDays(366))).isTrue();
    }
  }

  @Test
  void showsADefectOfWhatWasDue() {
    world.after(
        Duration.ofSeconds(1),
        () -> {
          throw new IllegalStateException("a defect");
        });
    assertThatThrownBy(() -> world.runUntilQuiet(Duration.ofMinutes(1))).hasMessage("a defect");
  }
}
