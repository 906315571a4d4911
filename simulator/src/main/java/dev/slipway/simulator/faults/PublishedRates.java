package dev.slipway.simulator.faults;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The token buckets of the APIs whose rates AWS publishes, for one account and Region. For ECR AWS
 * publishes a rate per second only; its bucket here holds one second's calls. StopServiceDeployment
 * is not on AWS's list, nor are ECR's other operations: they are never throttled here.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html">Request
 *     throttling for the Amazon ECS API</a>
 * @see <a href="https://docs.aws.amazon.com/AmazonECR/latest/userguide/service-quotas.html">Amazon
 *     ECR service quotas</a>
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
          new Bucket("ecs", Set.of("CreateCluster", "DeleteCluster"), 20, 1),
          new Bucket("ecs", Set.of("DescribeClusters", "ListClusters"), 50, 20),
          new Bucket("ecs", Set.of("RegisterTaskDefinition", "DeregisterTaskDefinition"), 20, 1),
          new Bucket(
              "ecs",
              Set.of("DescribeTaskDefinition", "ListTaskDefinitions", "ListTaskDefinitionFamilies"),
              50,
              20),
          new Bucket("ecs", Set.of("CreateService", "UpdateService", "DeleteService"), 50, 5),
          new Bucket("ecs", Set.of("DescribeServices", "ListServices"), 100, 20),
          new Bucket("ecs", Set.of("DescribeServiceDeployments", "ListServiceDeployments"), 50, 20),
          new Bucket("ecs", Set.of("DescribeServiceRevisions"), 50, 20),
          new Bucket("ecs", Set.of("ListTasks", "DescribeTasks"), 100, 20),
          new Bucket("ecs", Set.of("StopTask"), 100, 40),
          new Bucket("ecs", Set.of("TagResource", "UntagResource"), 20, 10),
          new Bucket("ecs", Set.of("ListTagsForResource"), 50, 20),
          new Bucket("ecr", Set.of("BatchGetImage"), 2_000, 2_000),
          new Bucket("ecr", Set.of("PutImage"), 10, 10));

  private final Map<Bucket, Level> levels = new HashMap<>();
  private int throttled;

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
        throttled += enough ? 0 : 1;
        return enough;
      }
    }
    return true;
  }

  /** How many calls found an empty bucket. */
  int throttled() {
    return throttled;
  }

  private static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toNanos() / 1e9;
  }
}
