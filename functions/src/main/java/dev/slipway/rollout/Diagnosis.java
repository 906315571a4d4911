package dev.slipway.rollout;

import java.util.List;
import java.util.Optional;

/**
 * Why a deployment failed.
 *
 * @param sentence one that a person can act on
 * @param details the evidence, a line each: stopped tasks, messages of ECS, the end of the log, and
 *     what could not be read
 */
public record Diagnosis(String sentence, List<String> details) {
  /** Copies the list. */
  public Diagnosis {
    details = List.copyOf(details);
  }

  /**
   * What the evidence says of a deployment that is still under way, or of tasks that stopped after
   * it: empty where no task and no message tells of a fault.
   */
  public static Optional<Diagnosis> soFar(Evidence evidence) {
    return new DiagnosisRules(evidence).soFar();
  }

  /**
   * Whether ECS gives a lifecycle hook that failed, or a load balancer that does not fit, as the
   * reason: it says so in words alone.
   */
  public static boolean isOfHookOrLoadBalancer(String reason) {
    return DiagnosisRules.isOfHookOrLoadBalancer(reason);
  }

  /** What the evidence says. Texts from outside are on one line each, cut, with secrets masked. */
  public static Diagnosis of(Evidence evidence) {
    return new DiagnosisRules(evidence).diagnosis();
  }
}
