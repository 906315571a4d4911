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
   * The shortest time that the binding bucket allows: that of the calls that were made, and no
   * shorter than one call for each service after the last push.
   */
  Duration bound() {
    BucketUse bucket = binding();
    Duration made = bucket.shortest(bucket.taken());
    Duration needed = clairvoyant();
    return made.compareTo(needed) > 0 ? made : needed;
  }

  /** The same for somebody who knows which push is the last, and does nothing before. */
  Duration clairvoyant() {
    return lastPush.plus(binding().shortest(load.services()));
  }

  double ratio() {
    return (double) accepted().toMillis() / bound().toMillis();
  }

  int throttled() {
    return buckets.stream().mapToInt(BucketUse::throttled).sum();
  }
}
