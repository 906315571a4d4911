package dev.slipway.scenario;

import dev.slipway.simulator.faults.BucketUse;
import dev.slipway.simulator.sqs.Queue;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * What became of a load. Times are simulated, from the first push, or from the first sweep.
 *
 * @param lastPush when nothing more was pushed
 * @param bucketsThen what was asked of them until then
 * @param curve how many services had what their tag names, at each second
 * @param buckets what was asked of them until ECS had accepted the last UpdateService
 * @param calls of AWS by operation, until nothing was left to happen
 * @param queues by name
 * @param invocations by function
 * @param announcements by detail type
 * @param liveBytes after a garbage collection at the end: functions and simulator together
 */
record ScaleResult(
    ScaleLoad load,
    Duration lastPush,
    List<BucketUse> bucketsThen,
    List<Moment> curve,
    List<BucketUse> buckets,
    Map<String, Integer> calls,
    Map<String, Queue.Traffic> queues,
    int deadLetters,
    Map<String, Integer> invocations,
    Map<String, Integer> announcements,
    long liveBytes) {
  /**
   * A point of the curve.
   *
   * @param accepted services whose newest deployment is of what the tag names
   * @param completed services where ECS has completed it
   */
  record Moment(Duration at, int accepted, int completed) {}

  /** Until ECS had accepted the last UpdateService. */
  Duration accepted() {
    return curve.stream()
        .filter(moment -> moment.accepted() == load.services())
        .findFirst()
        .orElseThrow()
        .at();
  }

  /** Until ECS had completed the last deployment. */
  Duration completed() {
    return curve.getLast().at();
  }

  /** The bucket that takes the longest for the calls that it was asked for. */
  BucketUse binding() {
    return buckets.stream()
        .max(Comparator.comparing(bucket -> bucket.shortest(bucket.taken())))
        .orElseThrow();
  }

  /**
   * The shortest time that the binding bucket allows to whoever deploys each push as it comes, and
   * so has spent tokens on images that later pushes replaced: when nothing more was pushed, each
   * service that had not the last image yet needs one call.
   */
  Duration bound() {
    BucketUse then =
        bucketsThen.stream()
            .filter(bucket -> bucket.name().equals(binding().name()))
            .findFirst()
            .orElseThrow();
    return lastPush.plus(then.shortestFromNow(load.services() - acceptedAtLastPush()));
  }

  /** The same where the last push is known beforehand, and all others are left out. */
  Duration boundOfLastAlone() {
    return lastPush.plus(binding().shortest(load.services()));
  }

  private int acceptedAtLastPush() {
    return curve.stream()
        .filter(moment -> moment.at().compareTo(lastPush) <= 0)
        .mapToInt(Moment::accepted)
        .reduce(0, (_, later) -> later);
  }

  double ratio() {
    return (double) accepted().toMillis() / bound().toMillis();
  }

  int throttled() {
    return buckets.stream().mapToInt(BucketUse::throttled).sum();
  }
}
