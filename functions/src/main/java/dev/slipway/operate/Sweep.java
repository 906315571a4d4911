package dev.slipway.operate;

import dev.slipway.decide.Environment;
import dev.slipway.deploy.Ecs;
import dev.slipway.deploy.Hint;
import dev.slipway.deploy.HintQueue;
import dev.slipway.deploy.RolloutChecks;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.record.RecordStore;
import dev.slipway.record.Trigger;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Plans sweeps: it walks over all services in pages, and finds each that has not what it should
 * have, or is not what its record says: whatever events were lost. {@link Executor} sends the
 * hints. A sweep deploys nothing itself: whoever handles the hint evaluates the service again.
 *
 * <p>A service that is as its record says costs a hundredth of a ListServices call, a tenth of a
 * DescribeServices call and a hundredth of a read of the record. A sweep that runs out of time
 * keeps its position in the record, with what it has counted: the next one goes on there. Counts
 * are reported only once a round is complete, so that they are always those of all services.
 */
public final class Sweep {
  /**
   * A sweep of all services ends with the page in which it has found so many to send a hint for;
   * the next one goes on there. ECS takes one new revision a second, and a sweep may come every
   * five minutes.
   */
  static final int MAX_HINTS = 300;

  private static final SweepWalk.Extent IN_PIECES =
      new SweepWalk.Extent(Integer.MAX_VALUE, MAX_HINTS, false);
  private static final SweepWalk.Extent WHOLE =
      new SweepWalk.Extent(Integer.MAX_VALUE, Integer.MAX_VALUE, false);

  private final ServiceDirectory directory;
  private final Ecs ecs;
  private final ServiceEvaluator evaluator;
  private final RecordStore records;

  /** What it reads. */
  public Sweep(
      ServiceDirectory directory, Ecs ecs, ServiceEvaluator evaluator, RecordStore records) {
    this.directory = directory;
    this.ecs = ecs;
    this.evaluator = evaluator;
    this.records = records;
  }

  /** Which services are swept. */
  public sealed interface Target {
    /** All that follow an environment. */
    record All() implements Target {}

    /** Those that follow one environment. */
    record OfEnvironment(String name) implements Target {}

    /** One service, whether it follows an environment or not. */
    record OfService(ServiceSelector selector) implements Target {}
  }

  /**
   * Plans a sweep: of all services, or as many as there is time for, from where the last sweep
   * stopped; or of all of those that are named.
   *
   * @param remaining until the function's timeout
   * @throws RejectedRequest if there is no environment, or not one service, of that name
   */
  public SweepPlan plan(Target target, Trigger.Sweep trigger, Supplier<Duration> remaining) {
    return switch (target) {
      case Target.All _ -> {
        SweepWalk.Position from =
            records.sweepPosition().map(SweepWalk.Position::parse).orElse(SweepWalk.Position.START);
        SweepWalk walk = walk(trigger, remaining, IN_PIECES);
        SweepWalk.Position stopped =
            walk.over(directory.clusters(), from, directory::environmentOf);
        if (from.ecs().isEmpty()) {
          walk.addGone(stopped);
        }
        yield walk.plan(stopped);
      }
      case Target.OfEnvironment _, Target.OfService _ ->
          fromStart(target, walk(trigger, remaining, WHOLE));
    };
  }

  /**
   * What a sweep would find and do, with a decision for each service.
   *
   * @param limit so many services are evaluated at most
   * @throws RejectedRequest as for a plan
   */
  public SweepPlan preview(
      Target target, Trigger.Sweep trigger, Supplier<Duration> remaining, int limit) {
    return fromStart(
        target, walk(trigger, remaining, new SweepWalk.Extent(limit, Integer.MAX_VALUE, true)));
  }

  private SweepPlan fromStart(Target target, SweepWalk walk) {
    SweepWalk.Position start = SweepWalk.Position.START;
    return walk.plan(
        switch (target) {
          case Target.All _ -> walk.over(directory.clusters(), start, directory::environmentOf);
          case Target.OfEnvironment(String name) -> {
            Environment environment = directory.environment(name);
            yield walk.over(
                environment.clusters(),
                start,
                service -> Optional.of(environment).filter(e -> e.isFollowedBy(service)));
          }
          case Target.OfService(ServiceSelector selector) -> {
            walk.reach(List.of(directory.service(selector)), _ -> true);
            yield start;
          }
        });
  }

  private SweepWalk walk(
      Trigger.Sweep trigger, Supplier<Duration> remaining, SweepWalk.Extent extent) {
    return new SweepWalk(
        directory, ecs, evaluator.atOneMoment(), records, trigger, remaining, extent);
  }

  /**
   * Carries plans out.
   *
   * @param queue where differences become hints
   * @param rollouts where deployments that have been open for long are looked at
   */
  public record Executor(HintQueue queue, RolloutChecks rollouts, RecordStore records) {
    /**
     * Sends hints and checks, and keeps the position of a sweep of all services.
     *
     * @param trigger of the plan
     */
    public void apply(SweepPlan plan, Target target, Trigger.Sweep trigger) {
      if (!plan.checks().isEmpty()) {
        rollouts.request(plan.checks());
      }
      if (!plan.hints().isEmpty()) {
        // all of them together: the queue spreads over time what it is sent in one call
        queue.send(plan.hints().stream().map(arn -> new Hint.CheckService(arn, trigger)).toList());
      }
      if (target instanceof Target.All) {
        records.sweepPosition(plan.position());
      }
    }
  }
}
