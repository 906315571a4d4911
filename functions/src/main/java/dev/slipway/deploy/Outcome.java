package dev.slipway.deploy;

import dev.slipway.decide.Decision;
import dev.slipway.ecs.ServiceArn;
import java.util.List;

/** What became of a hint. */
public sealed interface Outcome {
  /** One sentence for people. */
  String reason();

  /** There was nothing to evaluate: no service follows this, or the event means nothing here. */
  record Ignored(String reason) implements Outcome {}

  /** It concerned too many services for one invocation: each has a hint of its own now. */
  record FannedOut(List<ServiceArn> services, String reason) implements Outcome {
    /** Copies the list. */
    public FannedOut {
      services = List.copyOf(services);
    }
  }

  /**
   * Every service that it concerned was evaluated.
   *
   * @param started the deployments that were started, in their order
   * @param decisions the others, which started none; a service may have both
   * @param postponed services that other work takes care of, or whose last deployment's outcome
   *     comes first
   */
  record Decided(
      List<StartedDeployment> started,
      List<Decision> decisions,
      List<ServiceArn> postponed,
      String reason)
      implements Outcome {
    /** Copies the lists. */
    public Decided {
      started = List.copyOf(started);
      decisions = List.copyOf(decisions);
      postponed = List.copyOf(postponed);
    }
  }
}
