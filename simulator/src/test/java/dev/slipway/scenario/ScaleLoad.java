package dev.slipway.scenario;

/**
 * What a large account has to cope with.
 *
 * @param name for the table
 * @param services that follow the environment staging
 * @param repositories among which the services are divided
 * @param pushes within a minute, each repository in its turn; none if only the sweep tells of one
 *     image that all services miss
 * @param share of each token bucket that other callers leave
 */
record ScaleLoad(String name, int services, int repositories, int pushes, double share) {
  boolean isSwept() {
    return pushes == 0;
  }

  /** The same with so many times less of everything but the share. */
  ScaleLoad dividedBy(int divisor) {
    return new ScaleLoad(
        name,
        services / divisor,
        Math.max(1, repositories / divisor),
        pushes <= 1 ? pushes : pushes / divisor,
        share);
  }
}
