package dev.slipway.announce;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.decide.Decision;
import dev.slipway.record.DeploymentOutcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Slipway's metrics, each as members of a log line ({@link EmbeddedMetrics}). */
public final class Metrics {
  private Metrics() {}

  /** {@code Decisions}, by {@code Outcome}; by {@code Environment} too where there is one. */
  public static ObjectNode of(Decision decision, Instant at) {
    EmbeddedMetrics metrics = new EmbeddedMetrics(at).dimension("Outcome", decision.name());
    List<List<String>> by = new ArrayList<>(List.of(List.of("Outcome")));
    decision
        .environmentName()
        .ifPresent(environment -> {
          metrics.dimension("Environment", environment);
          by.add(List.of("Outcome", "Environment"));
        });
    return metrics.counts(Map.of("Decisions", 1), by).members();
  }

  /**
   * {@code Rollouts} by {@code Outcome}, and by {@code Outcome} and {@code Environment}; {@code
   * DurationSeconds} and {@code PushToDeployedSeconds} of what was deployed, by {@code Environment}
   * and over all.
   */
  public static ObjectNode of(RolloutResult result, Instant at) {
    EmbeddedMetrics metrics =
        new EmbeddedMetrics(at)
            .dimension("Outcome", Notification.event(result.outcome()).replace(" ", ""))
            .dimension("Environment", result.deployment().environment())
            .counts(
                Map.of("Rollouts", 1),
                List.of(List.of("Outcome"), List.of("Outcome", "Environment")));
    if (result.outcome() == DeploymentOutcome.DEPLOYED && result.end().tasks() > 0) {
      Map<String, Long> seconds = new LinkedHashMap<>();
      seconds.put("DurationSeconds", result.duration().toSeconds());
      result
          .pushToDeployed()
          .ifPresent(time -> seconds.put("PushToDeployedSeconds", time.toSeconds()));
      metrics.seconds(seconds, List.of(List.of(), List.of("Environment")));
    }
    return metrics.members();
  }

  /**
   * {@code Swept} and {@code Differences}, without a dimension.
   *
   * @param swept how many services that follow an environment were reached
   * @param differences how many of them have not what they should have
   */
  public static ObjectNode ofSweep(int swept, int differences, Instant at) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    counts.put("Swept", swept);
    counts.put("Differences", differences);
    return new EmbeddedMetrics(at).counts(counts, List.of(List.of())).members();
  }
}
