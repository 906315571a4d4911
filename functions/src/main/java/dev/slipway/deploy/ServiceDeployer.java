package dev.slipway.deploy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Brings one service up to date: observe, decide, act, observe again, until there is nothing left
 * to do. So it ends in the same place when the tag moves meanwhile, or when somebody slower
 * overwrites what was done here.
 */
final class ServiceDeployer {
  /** When this is not enough, somebody else deploys the same service all the time. */
  static final int MOST_ROUNDS = 5;

  private final Observer observer;
  private final Ecs ecs;
  private final RevisionRegister revisions;
  private final Announcer announcer;

  ServiceDeployer(Observer observer, Ecs ecs, Announcer announcer) {
    this.observer = observer;
    this.ecs = ecs;
    this.revisions = new RevisionRegister(ecs);
    this.announcer = announcer;
  }

  /**
   * What was done for a service.
   *
   * @param decision that ended it, unless that only confirmed what was started
   */
  record Result(List<Deployment> started, Optional<Decision> decision) {
    Result {
      started = List.copyOf(started);
    }
  }

  Result bringUpToDate(ServiceArn service, Cause cause) {
    List<Deployment> started = new ArrayList<>();
    for (int round = 0; round < MOST_ROUNDS; round++) {
      Decision decision = observer.look(service, cause).decision();
      if (decision instanceof Decision.Deploy deploy) {
        try {
          Deployment deployment = carryOut(deploy, started);
          // a look that came too early, and did not see it, leads to the same one once more
          if (started.stream().noneMatch(d -> d.revision().equals(deployment.revision()))) {
            started.add(deployment);
            announcer.started(deployment, cause);
          }
          continue;
        } catch (EcsRefusal refusal) {
          decision = Observer.refused(service, decision.environmentName(), refusal);
        }
      }
      if (confirms(decision, started)) {
        return new Result(started, Optional.empty());
      }
      announcer.decided(decision, cause);
      return new Result(started, Optional.of(decision));
    }
    throw new NotSettled(
        "%s still runs something else after %d deployments: somebody else must be deploying to it"
            .formatted(service.shortName(), MOST_ROUNDS));
  }

  /** Whether it says no more than that what was started last is what the service is to have. */
  private static boolean confirms(Decision decision, List<Deployment> started) {
    if (started.isEmpty()) {
      return false;
    }
    return switch (decision) {
      case Decision.Current _ -> true;
      case Decision.Held held ->
          held.hold() == Decision.Hold.CHOSEN
              && started.getLast().decision().target() instanceof Decision.Target.Existing;
      default -> false;
    };
  }

  private Deployment carryOut(Decision.Deploy decision, List<Deployment> started) {
    TaskDefinitionArn revision =
        switch (decision.target()) {
          case Decision.Target.Existing existing -> existing.revision().arn();
          case Decision.Target.Register register ->
              started.stream()
                  .filter(before -> before.decision().target().equals(register))
                  .map(Deployment::revision)
                  .findFirst()
                  .orElseGet(() -> revisions.registered(decision.from(), register));
        };
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request.put("cluster", decision.service().cluster());
    request.put("service", decision.service().name());
    request.put("taskDefinition", revision.value());
    ObjectNode configuration = decision.deploymentConfiguration();
    if (!configuration.isEmpty()) {
      request.set("deploymentConfiguration", configuration);
    }
    return new Deployment(decision, revision, ecs.updateService(request).primaryDeployment());
  }
}
