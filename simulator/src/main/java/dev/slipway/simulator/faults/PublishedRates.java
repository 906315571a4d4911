package dev.slipway.simulator.faults;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The token buckets of the APIs whose rates AWS publishes, for one account and Region.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html">Request
 *     throttling for the Amazon ECS API</a>
 */
final class PublishedRates {
  /** Operations that share a bucket, what it holds, and how many tokens a second refill it. */
  private record Bucket(String service, Set<String> operations, int capacity, int perSecond) {
    boolean holds(ApiCall call) {
      return service.equals(call.service()) && operations.contains(call.operation());
    }
  }

  private record Level(double tokens, Instant at) {}

  private static final List<Bucket> BUCKETS =
      List.of(
          new Bucket("ecs", Set.of("RegisterTaskDefinition", "DeregisterTaskDefinition"), 20, 1),
          new Bucket(
              "ecs",
              Set.of("DescribeTaskDefinition", "ListTaskDefinitions", "ListTaskDefinitionFamilies"),
              50,
              20),
          new Bucket("ecs", Set.of("CreateService", "UpdateService", "DeleteService"), 50, 5),
          new Bucket("ecs", Set.of("DescribeServices", "ListServices"), 100, 20),
          new Bucket("ecs", Set.of("DescribeServiceDeployments", "ListServiceDeployments"), 50, 20),
          new Bucket("ecs", Set.of("DescribeClusters", "ListClusters"), 50, 20));

  private final Map<Bucket, Level> levels = new HashMap<>();

  PublishedRates(Instant start) {
    BUCKETS.forEach(bucket -> levels.put(bucket, new Level(bucket.capacity(), start)));
  }

  /** Takes a token for the call; false when the bucket is empty. */
  boolean take(ApiCall call, Instant now) {
    for (Map.Entry<Bucket, Level> entry : levels.entrySet()) {
      Bucket bucket = entry.getKey();
      if (bucket.holds(call)) {
        double refilled = seconds(entry.getValue().at(), now) * bucket.perSecond();
        double tokens = Math.min(bucket.capacity(), entry.getValue().tokens() + refilled);
        boolean enough = tokens >= 1;
        entry.setValue(new Level(enough ? tokens - 1 : tokens, now));
        return enough;
      }
    }
    return true;
  }

  private static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toNanos() / 1e9;
  }
}
