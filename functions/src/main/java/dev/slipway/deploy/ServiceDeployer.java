package dev.slipway.deploy;

import static java.util.stream.Collectors.toCollection;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.image.Candidate;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.image.TagPolicy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Brings one service up to date: observe, decide, act, observe again, until there is nothing left
 * to do. So it ends in the same place when the tag moves meanwhile, or when somebody slower
 * overwrites what was done here.
 */
final class ServiceDeployer {
  /** When this is not enough, somebody else deploys the same service all the time. */
  static final int MOST_ROUNDS = 5;

  /** Of the revisions newer than the service's own, how many are compared with the one wanted. */
  static final int MOST_REVISIONS = 10;

  private final List<Environment> environments;
  private final Ecs ecs;
  private final ImageRegistry registry;
  private final Announcer announcer;

  ServiceDeployer(
      List<Environment> environments, Ecs ecs, ImageRegistry registry, Announcer announcer) {
    this.environments = environments;
    this.ecs = ecs;
    this.registry = registry;
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
      Decision decision;
      try {
        decision = look(service, cause);
        if (decision instanceof Decision.Deploy deploy) {
          Deployment deployment = carryOut(deploy, started);
          // a look that came too early, and did not see it, leads to the same one once more
          if (started.stream().noneMatch(d -> d.revision().equals(deployment.revision()))) {
            started.add(deployment);
            announcer.started(deployment, cause);
          }
          continue;
        }
      } catch (EcsRefusal refusal) {
        decision = new Decision.Refused(service, "ECS refuses: " + refusal.getMessage());
      }
      if (decision instanceof Decision.Current && !started.isEmpty()) {
        return new Result(started, Optional.empty());
      }
      announcer.decided(decision, cause);
      return new Result(started, Optional.of(decision));
    }
    throw new NotSettled(
        "%s still runs something else after %d deployments: somebody else must be deploying to it"
            .formatted(service.shortName(), MOST_ROUNDS));
  }

  private Decision look(ServiceArn arn, Cause cause) {
    Optional<Service> found = ecs.describe(List.of(arn)).stream().findFirst();
    if (found.isEmpty()) {
      return new Decision.NotFollowing(arn, "there is no such service any more");
    }
    Service service = found.get();
    Optional<Environment> environment =
        environments.stream().filter(e -> e.isFollowedBy(service)).findFirst();
    if (environment.isEmpty()) {
      return new Decision.NotFollowing(arn, followsNothing(service));
    }
    Optional<Decision.Refused> refusal = DecisionRules.refusal(service);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    TaskDefinition taskDefinition = ecs.taskDefinition(service.taskDefinition().orElseThrow());
    ImageTag tag =
        switch (environment.get().images()) {
          case TagPolicy.Exact exact -> exact.tag();
        };
    Map<Repository, Candidate> candidates = new HashMap<>();
    for (Repository repository : followableRepositories(service, taskDefinition)) {
      candidates.put(repository, registry.candidate(repository, tag));
    }
    return DecisionRules.decide(
        new Observation(service, environment.get(), taskDefinition, candidates), cause);
  }

  private static String followsNothing(Service service) {
    return service
        .environment()
        .map(name ->
            "its tag %s says \"%s\", and slipway.yaml has no such environment in cluster %s"
                .formatted(Service.ENVIRONMENT_TAG, name, service.arn().cluster()))
        .orElse("it has no tag " + Service.ENVIRONMENT_TAG);
  }

  /** Those of the service's own account and Region; Slipway hears of pushes to no others. */
  static Set<Repository> followableRepositories(Service service, TaskDefinition taskDefinition) {
    return taskDefinition.containers().stream()
        .flatMap(container -> container.image().repository().stream())
        .filter(repository -> repository.account().equals(service.arn().account()))
        .filter(repository -> repository.region().equals(service.arn().region()))
        .collect(toCollection(LinkedHashSet::new));
  }

  private Deployment carryOut(Decision.Deploy decision, List<Deployment> started) {
    TaskDefinitionArn revision =
        started.stream()
            .filter(before -> before.decision().register().equals(decision.register()))
            .map(Deployment::revision)
            .findFirst()
            .or(() -> registered(decision))
            .orElseGet(() -> ecs.register(decision.register()));
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

  /**
   * The revision wanted, where a crash between registering and updating left it behind, or another
   * service of the family has it already. Only a revision newer than the service's own can be that.
   */
  private Optional<TaskDefinitionArn> registered(Decision.Deploy decision) {
    ObjectNode wanted = decision.register();
    wanted.remove("tags");
    return ecs.newestRevisions(decision.from().family(), MOST_REVISIONS).stream()
        .filter(revision -> revision.revision() > decision.from().revision())
        .filter(revision -> ecs.taskDefinition(revision).definition().equals(wanted))
        .findFirst();
  }
}
