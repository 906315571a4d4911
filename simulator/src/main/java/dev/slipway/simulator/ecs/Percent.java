package dev.slipway.simulator.ecs;

/** Percentages of task counts, rounded as ECS rounds them. */
final class Percent {
  private Percent() {}

  /** Rounded up: minimum healthy percent, thresholds. */
  static int ceil(int percent, int of) {
    return Math.toIntExact(Math.ceilDiv((long) percent * of, 100L));
  }

  /** Rounded down: maximum percent. */
  static int floor(int percent, int of) {
    return Math.toIntExact((long) percent * of / 100L);
  }
}
