package dev.slipway.simulator.faults;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The token buckets of the APIs whose rates AWS publishes, for one account and Region. For ECR AWS
 * publishes a rate per second only, as for EventBridge and SNS; their buckets here hold one
 * second's calls, and so do DynamoDB's. SQS has no limit for a standard queue.
 * StopServiceDeployment is not on AWS's list, nor are ECR's other operations: they are never
 * throttled here.
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
    String name() {
      return service + ":" + operations.stream().sorted().collect(Collectors.joining(", "));
    }

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
          new Bucket("ecr", Set.of("PutImage"), 10, 10),
          // a new table on demand: units a second, of which each call is taken to need one
          new Bucket("dynamodb", Set.of("BatchGetItem", "GetItem", "Query"), 12_000, 12_000),
          new Bucket(
              "dynamodb",
              Set.of("DeleteItem", "PutItem", "TransactWriteItems", "UpdateItem"),
              4_000,
              4_000),
          new Bucket("events", Set.of("PutEvents"), 10_000, 10_000),
          new Bucket("sns", Set.of("Publish"), 30_000, 30_000));

  private final Map<Bucket, Level> levels = new LinkedHashMap<>();
  private final Map<Bucket, Integer> taken = new HashMap<>();
  private final Map<Bucket, Integer> throttled = new HashMap<>();
  private final double share;

  /**
   * @param share of each bucket, and of what refills it, that is left to this account's callers;
   *     others take the rest
   */
  PublishedRates(Instant start, double share) {
    this.share = share;
    BUCKETS.forEach(bucket -> levels.put(bucket, new Level(bucket.capacity() * share, start)));
  }

  /** Takes a token for the call; false when the bucket is empty. */
  boolean take(ApiCall call, Instant now) {
    for (Map.Entry<Bucket, Level> entry : levels.entrySet()) {
      Bucket bucket = entry.getKey();
      if (bucket.holds(call)) {
        double tokens = tokens(bucket, entry.getValue(), now);
        boolean enough = tokens >= 1;
        entry.setValue(new Level(enough ? tokens - 1 : tokens, now));
        (enough ? taken : throttled).merge(bucket, 1, Integer::sum);
        return enough;
      }
    }
    return true;
  }

  private double tokens(Bucket bucket, Level level, Instant now) {
    double refilled = seconds(level.at(), now) * bucket.perSecond() * share;
    return Math.min(bucket.capacity() * share, level.tokens() + refilled);
  }

  /** How many calls found an empty bucket. */
  int throttled() {
    return throttled.values().stream().mapToInt(Integer::intValue).sum();
  }

  /** What was asked of each bucket. */
  List<BucketUse> uses(Instant now) {
    List<BucketUse> uses = new ArrayList<>();
    levels.forEach((bucket, level) ->
        uses.add(
            new BucketUse(
                bucket.name(),
                bucket.capacity() * share,
                bucket.perSecond() * share,
                tokens(bucket, level, now),
                taken.getOrDefault(bucket, 0),
                throttled.getOrDefault(bucket, 0))));
    return uses;
  }

  private static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toNanos() / 1e9;
  }
}
