package dev.slipway.operate;

import dev.slipway.decide.Environment;
import dev.slipway.decide.ObservedState;
import dev.slipway.deploy.ChangeCalendars;
import dev.slipway.deploy.Ecs;
import dev.slipway.deploy.ImageRegistry;
import dev.slipway.deploy.ServiceDeployments;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.ecs.PassableRoles;
import dev.slipway.ecs.Service;
import dev.slipway.image.RepositoryPattern;
import dev.slipway.record.RecordStore;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Says what it would mean that a service follows an environment, or none any more: by the code that
 * evaluates the service once it does. It changes nothing; no function may tag a service.
 */
public final class Follow {
  private final RepositoryPattern followed;
  private final ServiceDirectory directory;
  private final ServiceReader reader;
  private final ServiceEvaluator evaluator;

  /**
   * @param environments of slipway.yaml; no two of the same name
   * @param followed the repositories that may be read
   */
  public Follow(
      List<Environment> environments,
      RepositoryPattern followed,
      Ecs ecs,
      ServiceDeployments deployments,
      ImageRegistry registry,
      ChangeCalendars calendars,
      RecordStore records) {
    this.followed = followed;
    this.directory = new ServiceDirectory(environments, ecs);
    this.reader = new ServiceReader(ecs, deployments, new ReadOnlyRecordStore(records));
    this.evaluator =
        new ServiceEvaluator(
            environments, followed, ecs, deployments, registry, calendars, records);
  }

  /**
   * What would follow from the tag.
   *
   * @param passable the roles that a revision may have which is registered for it
   * @throws RejectedRequest if there is no such environment or service, or the service cannot
   *     follow it
   */
  public FollowPlan plan(
      ServiceSelector selector, String name, PassableRoles passable, Instant now) {
    Environment environment = directory.environment(name);
    ServiceReader.Read read = reader.withHistory(reader.read(directory.service(selector).arn()));
    Service service = read.service();
    require(FollowRules.refusal(service, environment));
    ServiceEvaluator.Evaluation evaluation =
        evaluator.evaluate(service.following(name), read.recorded(), now);
    ObservedState state =
        evaluation
            .state()
            .orElseThrow(() ->
                new RejectedRequest(
                    "nothing could be deployed to %s: %s"
                        .formatted(service, evaluation.decision().reason())));
    List<FollowPlan.Container> containers =
        FollowRules.containers(service, state.taskDefinition(), environment, followed);
    require(FollowRules.nothingToFollow(service, containers));
    require(FollowRules.notPassable(service, state.taskDefinition(), passable));
    return new FollowPlan(
        service,
        environment,
        environment.isFollowedBy(service),
        Explanation.of(evaluation),
        containers,
        FollowRules.pushes(environment.images(), containers, state.selections()),
        FollowRules.keeps(read.recorded().service()),
        FollowRules.stack(service),
        FollowRules.terraformIgnores(environment));
  }

  /**
   * What would follow from taking the tag away.
   *
   * @throws RejectedRequest if there is no such service
   */
  public UnfollowPlan withoutTag(ServiceSelector selector) {
    ServiceReader.Read read = reader.read(directory.service(selector).arn());
    Service service = read.service();
    return new UnfollowPlan(
        service,
        directory.environmentOf(service),
        FollowRules.goesOn(service, read.recorded()),
        FollowRules.keeps(read.recorded().service()),
        FollowRules.stack(service));
  }

  private static void require(Optional<String> refusal) {
    refusal.ifPresent(sentence -> {
      throw new RejectedRequest(sentence);
    });
  }
}
