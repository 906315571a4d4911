package dev.slipway.deploy;

import dev.slipway.decide.Decision;
import dev.slipway.ecs.ServiceArn;

import java.util.List;

/** What became of a hint. */
public sealed interface Outcome {
  /** One sentence for people. */
  String reason();

  /** There was nothing to look at: no service follows this, or the event means nothing here. */
  record Ignored(String reason) implements Outcome {}

  /**
   * It concerned too many services for one invocation, and was divided into hints of one service
   * each.
   */
  record Divided(List<ServiceArn> services, String reason) implements Outcome {
    /** Copies the list. */
    public Divided {
      services = List.copyOf(services);
    }
  }

  /**
   * Every service that it concerned was looked at.
   *
   * @param started the deployments that were started, in their order
   * @param decisions the others, which started none; a service may have both
   */
  record Decided(List<StartedDeployment> started, List<Decision> decisions, String reason)
      implements Outcome {
    /** Copies the lists. */
    public Decided {
      started = List.copyOf(started);
      decisions = List.copyOf(decisions);
    }
  }
}
