package dev.slipway.operate;

import dev.slipway.decide.Decision;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a sweep found, and what is to be done about it.
 *
 * @param decisions one for each service that was evaluated; a service without a record is not, but
 *     has a hint
 * @param failures why others could not be evaluated, by service
 * @param warnings for people, about services and clusters that are in reach and not followed
 * @param hints services that DeployFunction is to evaluate
 * @param checks services whose open deployments RolloutFunction is to look at
 * @param position where the next sweep goes on; empty to begin a new round
 * @param finished whether all services were reached
 * @param round the counts of the whole round, once it is complete: of a sweep that went on where
 *     another one stopped, with that one's
 */
public record SweepPlan(
    List<Decision> decisions,
    Map<Service, RuntimeException> failures,
    List<String> warnings,
    List<ServiceArn> hints,
    List<ServiceArn> checks,
    Optional<String> position,
    boolean finished,
    Optional<Round> round) {
  /** Copies the collections. */
  public SweepPlan {
    decisions = List.copyOf(decisions);
    failures = new LinkedHashMap<>(failures);
    warnings = List.copyOf(warnings);
    hints = List.copyOf(hints);
    checks = List.copyOf(checks);
  }

  /** The services that have not what they should have, and may be given it. */
  public List<Decision.Deploy> differences() {
    return decisions.stream()
        .filter(Decision.Deploy.class::isInstance)
        .map(Decision.Deploy.class::cast)
        .toList();
  }

  /**
   * Counts of a round over all services.
   *
   * @param swept how many services that follow an environment were reached
   * @param differences how many of them have not what they should have
   */
  public record Round(int swept, int differences) {
    static final Round NOTHING = new Round(0, 0);

    Round plus(Round more) {
      return new Round(swept + more.swept, differences + more.differences);
    }
  }
}
