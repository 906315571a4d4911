package dev.slipway.scenario;

/**
 * What a large account has to cope with.
 *
 * @param id names its picture
 * @param name for the table
 * @param services that follow the environment staging
 * @param repositories among which the services are divided
 * @param pushes within a minute, each repository in its turn; none if only the sweep tells of one
 *     image that all services miss
 * @param share of each token bucket that other callers leave
 */
record ScaleLoad(String id, String name, int services, int repositories, int pushes, double share) {
  boolean isSwept() {
    return pushes == 0;
  }
}
