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
  void goes_straight_to_what_is_due_next() {
    after(3600, "later");
    after(60, "sooner");
    assertThat(world.runUntil(() -> happened.contains("later"), Duration.ofHours(2))).isTrue();
    assertThat(happened).containsExactly("sooner", "later");
    assertThat(world.now()).isEqualTo(START.plusSeconds(3600));
  }

  @Test
  void keeps_the_order_of_what_is_due_at_the_same_time() {
    after(5, "first");
    after(5, "second");
    world.runUntilQuiet(Duration.ofMinutes(1));
    assertThat(happened).containsExactly("first", "second");
  }

  @Test
  void spends_its_limit_and_goes_on_from_there() {
    after(5, "due");
    for (int i = 0; i < 4; i++) {
      assertThat(world.runUntil(() -> !happened.isEmpty(), Duration.ofSeconds(1))).isFalse();
    }
    assertThat(world.runUntil(() -> !happened.isEmpty(), Duration.ofSeconds(1))).isTrue();
  }

  @Test
  void ends_at_once_when_nothing_can_happen() {
    assertThat(world.runUntil(() -> false, Duration.ofDays(1))).isFalse();
  }

  @Test
  void forgets_what_is_cancelled() {
    World.Entry entry = world.after(Duration.ofSeconds(1), () -> happened.add("no"));
    after(2, "yes");
    entry.cancel();
    entry.cancel();
    world.runUntilQuiet(Duration.ofMinutes(1));
    assertThat(happened).containsExactly("yes");
  }

  @Test
  void brings_again_what_comes_every_so_often() {
    world.every(Duration.ofSeconds(1), Duration.ofMinutes(5), () -> happened.add("again"));
    assertThat(world.runUntil(() -> false, Duration.ofMinutes(11))).isFalse();
    assertThat(happened).containsExactly("again", "again", "again");
    assertThat(world.now()).isEqualTo(START.plus(Duration.ofMinutes(11)));
  }

  @Test
  void is_quiet_when_only_that_is_left() {
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
  void ends_what_comes_again_from_within() {
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
  void does_not_jump_while_work_is_under_way() {
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
  void shows_a_defect_of_what_was_due() {
    world.after(
        Duration.ofSeconds(1),
        () -> {
          throw new IllegalStateException("a defect");
        });
    assertThatThrownBy(() -> world.runUntilQuiet(Duration.ofMinutes(1))).hasMessage("a defect");
  }

  @Test
  void jumps_while_all_work_that_is_under_way_sleeps() throws InterruptedException {
    world.workBegins();
    Thread work =
        Thread.ofVirtual()
            .start(() -> {
              world.sleepAtWork(Duration.ofSeconds(3));
              world.run(() -> happened.add("awake at " + Duration.between(START, world.now())));
              world.workEnds();
            });

    assertThat(world.runUntil(() -> !happened.isEmpty(), Duration.ofMinutes(1))).isTrue();

    work.join();
    assertThat(happened).containsExactly("awake at PT3S");
  }
}
