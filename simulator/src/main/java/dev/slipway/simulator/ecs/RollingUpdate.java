package dev.slipway.simulator.ecs;

/**
 * Decides which tasks a service starts and stops next. Knows counts only: no tasks, no clock.
 *
 * <p>The bounds are ECS's: tasks of all deployments that are on their way to RUNNING or RUNNING
 * never exceed the upper one; healthy tasks are never stopped below the lower one. ECS does not
 * publish the order within them. Here it is: stop what the lower bound does not need, starting with
 * tasks that are not healthy; keep up what the lower bound does need; then start what the primary
 * deployment lacks; and only where there is no room for that, stop one of its unhealthy tasks.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-type-ecs.html">Rolling
 *     update deployments</a>
 */
final class RollingUpdate {
  private RollingUpdate() {}

  /**
   * Tasks by what they count as.
   *
   * @param starting before RUNNING
   * @param settling RUNNING, and not counted healthy yet
   * @param healthy counted healthy
   * @param unhealthy RUNNING, and failed a health check
   */
  record Counts(int starting, int settling, int healthy, int unhealthy) {
    static final Counts NONE = new Counts(0, 0, 0, 0);

    int alive() {
      return starting + settling + healthy + unhealthy;
    }

    int coming() {
      return starting + settling;
    }

    /** Tasks that are healthy or may become so. */
    int promising() {
      return coming() + healthy;
    }

    Counts minus(Counts other) {
      return new Counts(
          starting - other.starting,
          settling - other.settling,
          healthy - other.healthy,
          unhealthy - other.unhealthy);
    }

    Counts plus(Counts other) {
      return new Counts(
          starting + other.starting,
          settling + other.settling,
          healthy + other.healthy,
          unhealthy + other.unhealthy);
    }

    /** The first tasks to go when {@code n} promising ones have to: those farthest from healthy. */
    private Counts firstToGo(int n) {
      int ofStarting = Math.min(n, starting);
      int ofSettling = Math.min(n - ofStarting, settling);
      int ofHealthy = Math.min(n - ofStarting - ofSettling, healthy);
      return new Counts(ofStarting, ofSettling, ofHealthy, 0);
    }
  }

  /**
   * What is, before the decision.
   *
   * @param desired the service's desired count
   * @param lower healthy tasks that have to stay
   * @param upper tasks that may be alive
   * @param primary tasks of the PRIMARY deployment
   * @param primaryFailed whether that deployment is FAILED: it starts nothing, and nothing makes
   *     way for it
   * @param source tasks of all other deployments
   * @param sourceMayStart whether one of them was COMPLETED, so that its tasks are replaced
   */
  record Situation(
      int desired,
      int lower,
      int upper,
      Counts primary,
      boolean primaryFailed,
      Counts source,
      boolean sourceMayStart) {}

  /**
   * What to do.
   *
   * @param startPrimary tasks to start of the PRIMARY deployment
   * @param startSource tasks to start of the newest COMPLETED one besides it
   * @param stalled whether the primary deployment lacks tasks, and neither a start nor a stop is
   *     allowed, nor anything under way that could change that
   */
  record Plan(
      int startPrimary, int startSource, Counts stopPrimary, Counts stopSource, boolean stalled) {}

  static Plan plan(Situation now) {
    int healthy = now.primary.healthy + now.source.healthy;
    Counts stopSource = stopSource(now, healthy);
    Counts source = now.source.minus(stopSource);
    Counts stopPrimary = stopPrimary(now);
    Counts primary = now.primary.minus(stopPrimary);
    // a lower desired count has lowered the upper bound: what is not healthy yet makes way
    int excess = primary.alive() + source.alive() - now.upper;
    Counts makeWay = primary.firstToGo(Math.clamp(excess, 0, primary.coming()));
    stopPrimary = stopPrimary.plus(makeWay);
    primary = primary.minus(makeWay);

    int room = Math.max(0, now.upper - primary.alive() - source.alive());
    int healthyLeft = primary.healthy + source.healthy;
    int lacking = Math.max(0, now.lower - healthyLeft - source.coming());
    int startSource = now.sourceMayStart ? Math.min(room, lacking) : 0;
    room -= startSource;

    int wanted = now.primaryFailed ? 0 : Math.max(0, now.desired - primary.promising());
    int startPrimary = Math.min(room, wanted);
    if (wanted > 0 && startPrimary == 0 && startSource == 0 && primary.unhealthy > 0) {
      // no room for the replacement: the unhealthy task goes first, one at a time
      Counts one = new Counts(0, 0, 0, 1);
      stopPrimary = stopPrimary.plus(one);
      primary = primary.minus(one);
      startPrimary = Math.min(1, Math.max(0, now.upper - primary.alive() - source.alive()));
    }
    boolean idle =
        startPrimary == 0
            && startSource == 0
            && stopPrimary.alive() == 0
            && stopSource.alive() == 0
            && primary.coming() == 0
            && source.coming() == 0;
    return new Plan(startPrimary, startSource, stopPrimary, stopSource, wanted > 0 && idle);
  }

  private static Counts stopSource(Situation now, int healthy) {
    if (now.primaryFailed) {
      // the source serves on; what is unhealthy is replaced
      return new Counts(0, 0, 0, now.sourceMayStart ? now.source.unhealthy : 0);
    }
    int needed = Math.max(0, now.lower - healthy);
    int notNeeded = Math.max(0, now.source.coming() - needed);
    Counts coming = now.source.firstToGo(notNeeded);
    int surplus = Math.clamp((long) healthy - now.lower, 0, now.source.healthy);
    return new Counts(coming.starting, coming.settling, surplus, now.source.unhealthy);
  }

  private static Counts stopPrimary(Situation now) {
    Counts primary = now.primary;
    Counts surplus = primary.firstToGo(Math.max(0, primary.promising() - now.desired));
    // an unhealthy task goes when a healthy one has taken its place
    int replaced = Math.max(0, primary.healthy - surplus.healthy + primary.unhealthy - now.desired);
    int unhealthy = Math.min(primary.unhealthy, replaced);
    return new Counts(surplus.starting, surplus.settling, surplus.healthy, unhealthy);
  }
}
