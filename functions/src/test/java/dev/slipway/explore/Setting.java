package dev.slipway.explore;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.slipway.decide.Environment;
import dev.slipway.decide.Environments;
import dev.slipway.deploy.FakeEcs;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.gate.ApprovalGate;
import dev.slipway.image.FromPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Which services there are, and what they follow. All run image 1 at first, and 11 beside it. */
enum Setting {
  /** One service that follows a tag. */
  ONE,
  /** Two services that follow the same tag of the same repository. */
  PAIR,
  /** A service with a container from each of two repositories. */
  SIDECAR,
  /** A service whose images an operator has to approve. */
  GATED,
  /** Two environments that follow a tag each: what is good in one is promoted to the other. */
  PROMOTED,
  /** Two environments, of which one takes what the other has completed. */
  FROM;

  /**
   * A service.
   *
   * @param sidecar whether it has a second container, from a second repository
   */
  record Placed(String name, String environment, boolean sidecar) {
    ServiceArn arn() {
      return FakeEcs.arn("c1", name);
    }
  }

  /** The environments of slipway.yaml. */
  List<Environment> environments() {
    Environment staging = Environments.following("staging");
    return switch (this) {
      case ONE, PAIR, SIDECAR -> List.of(staging);
      case GATED ->
          List.of(
              new Environment(
                  staging.name(),
                  staging.images(),
                  staging.deployment(),
                  staging.clusters(),
                  staging.drift(),
                  List.of(new ApprovalGate(Duration.ofDays(30)))));
      case PROMOTED -> List.of(staging, Environments.following("production"));
      case FROM ->
          List.of(
              staging,
              new Environment(
                  "production",
                  new FromPolicy("staging", Duration.ZERO),
                  JsonNodeFactory.instance.objectNode(),
                  Set.of(),
                  Environment.Drift.HOLD,
                  List.of()));
    };
  }

  /** The services. */
  List<Placed> services() {
    Placed web = new Placed("web", "staging", this == SIDECAR);
    return switch (this) {
      case ONE, SIDECAR, GATED -> List.of(web);
      case PAIR -> List.of(web, new Placed("api", "staging", false));
      case PROMOTED, FROM -> List.of(web, new Placed("shop", "production", false));
    };
  }

  /** Whether a service takes what another environment has completed: only sweeps look for that. */
  boolean isFedBySweeps(Placed service) {
    return this == FROM && service.environment().equals("production");
  }

  Placed placed(ServiceArn arn) {
    return services().stream().filter(s -> s.arn().equals(arn)).findFirst().orElseThrow();
  }
}
