package dev.slipway.operate;

import static java.util.stream.Collectors.joining;

import dev.slipway.decide.DecisionRules;
import dev.slipway.decide.Environment;
import dev.slipway.ecs.PassableRoles;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.image.FromPolicy;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImagePolicy;
import dev.slipway.image.ImageReference;
import dev.slipway.image.Repository;
import dev.slipway.image.RepositoryPattern;
import dev.slipway.image.Selection;
import dev.slipway.record.Block;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.RecordedService;
import dev.slipway.record.ServiceRecord;
import dev.slipway.text.OutsideText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Whether a service can follow an environment, and what there is to say about it. */
final class FollowRules {
  /** Where CloudFormation says that a resource is of a stack. */
  private static final String STACK_TAG = "aws:cloudformation:stack-name";

  /** So many blocked images are named. */
  private static final int MAX_BLOCKS = 5;

  /** So much of an image's name is shown; people choose it. */
  private static final int MAX_IMAGE = 200;

  private FollowRules() {}

  /**
   * Why a service cannot follow an environment, whatever its images are.
   *
   * @param service as it is, with whatever tags
   */
  static Optional<String> refusal(Service service, Environment environment) {
    if (!environment.clusters().isEmpty()
        && !environment.clusters().contains(service.arn().cluster())) {
      return Optional.of(
          "environment %s has services of %s only, as slipway.yaml says, and %s is in cluster %s"
              .formatted(
                  environment.name(),
                  clusters(environment.clusters()),
                  service,
                  service.arn().cluster()));
    }
    return DecisionRules.notDeployable(service, environment)
        .map(not -> "nothing could be deployed to %s: %s".formatted(service, not.reason()))
        .or(() -> untaggable(service));
  }

  private static String clusters(Set<String> names) {
    return (names.size() == 1 ? "cluster " : "clusters ") + String.join(", ", new TreeSet<>(names));
  }

  /** Why ECS does not let anybody tag a service. */
  static Optional<String> untaggable(Service service) {
    return service.hasLongArn()
        ? Optional.empty()
        : Optional.of(
            "ECS cannot tag %s: its ARN is of the old form, which does not name the cluster. Migrate it first: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-arn-migration.html"
                .formatted(service));
  }

  /** Why no revision could be registered for a service, whatever its images are. */
  static Optional<String> notPassable(
      Service service, TaskDefinition definition, PassableRoles passable) {
    List<String> left = passable.leaveOut(service.arn(), definition);
    return left.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "nothing could be deployed to %s: DeployFunction may not pass %s to its tasks, since the stack allows %s. Deploy the stack with a pattern that has what it lacks, such as `sam deploy --parameter-overrides PassableRoles=%s`, and try again"
                .formatted(
                    service,
                    left.stream()
                        .map(role -> "role " + OutsideText.line(role, MAX_IMAGE))
                        .collect(joining(" and ")),
                    passable,
                    OutsideText.line(PassableRoles.parameterFor(left.getFirst()), MAX_IMAGE)));
  }

  /**
   * The containers, and of which of them pushes are followed.
   *
   * @param environment that the service is to follow
   * @param followed the repositories that the functions may read
   */
  static List<FollowPlan.Container> containers(
      Service service,
      TaskDefinition definition,
      Environment environment,
      RepositoryPattern followed) {
    List<FollowPlan.Container> containers = new ArrayList<>();
    definition
        .containers()
        .forEach(container ->
            containers.add(
                new FollowPlan.Container(
                    container.name(),
                    container.image(),
                    notFollowed(service, container.image(), environment, followed))));
    return containers;
  }

  private static Optional<String> notFollowed(
      Service service, ImageReference image, Environment environment, RepositoryPattern followed) {
    if (image.repository().isEmpty()) {
      return Optional.of("not in a private registry of Amazon ECR");
    }
    Repository repository = image.repository().get();
    if (!repository.account().equals(service.arn().account())
        || !repository.region().equals(service.arn().region())) {
      return Optional.of(
          "of account %s in %s: only pushes to %s in %s reach Slipway"
              .formatted(
                  repository.account(),
                  repository.region(),
                  service.arn().account(),
                  service.arn().region()));
    }
    if (!followed.matches(repository)) {
      return Optional.of("not covered by the stack's RepositoryNames %s".formatted(followed));
    }
    return environment.images().selectsIn(repository)
        ? Optional.empty()
        : Optional.of(
            "outside what environment %s follows (%s)"
                .formatted(environment.name(), environment.images()));
  }

  /** Why no push would ever concern a service with these containers. */
  static Optional<String> nothingToFollow(Service service, List<FollowPlan.Container> containers) {
    return containers.stream().anyMatch(FollowPlan.Container::isFollowed)
        ? Optional.empty()
        : Optional.of(
            "no push would concern %s: %s. Have its task definition name an image of a repository in Amazon ECR of account %s in %s first"
                .formatted(
                    service,
                    containers.stream()
                        .map(container ->
                            "container %s has %s, which is %s"
                                .formatted(
                                    OutsideText.line(container.name(), MAX_IMAGE),
                                    OutsideText.line(container.image().toString(), MAX_IMAGE),
                                    container.notFollowed().orElse("")))
                        .collect(joining("; ")),
                    service.arn().account(),
                    service.arn().region()));
  }

  /** What to push so that these containers get another image. */
  static List<FollowPlan.Push> pushes(
      ImagePolicy policy,
      List<FollowPlan.Container> containers,
      Map<Repository, Selection> selections) {
    if (policy.whole() instanceof FromPolicy) {
      return List.of(); // its images come from another environment
    }
    Map<String, FollowPlan.Push> pushes = new LinkedHashMap<>();
    for (FollowPlan.Container container : containers) {
      if (container.isFollowed()) {
        String name = container.image().name();
        pushes.putIfAbsent(
            name,
            new FollowPlan.Push(
                name,
                policy.comparesImages()
                    ? Optional.empty()
                    : container
                        .image()
                        .repository()
                        .map(repository -> selections.getOrDefault(repository, Selection.NONE))
                        .flatMap(Selection::tag)));
      }
    }
    return List.copyOf(pushes.values());
  }

  /** The CloudFormation stack that a service says it is of. */
  static Optional<String> stack(Service service) {
    return service.tag(STACK_TAG);
  }

  /**
   * The attributes of Terraform's aws_ecs_service that Slipway changes: the revision, and what the
   * environment sets of the deployment configuration.
   */
  static List<String> terraformIgnores(Environment environment) {
    Set<String> attributes = new LinkedHashSet<>(List.of("task_definition"));
    environment
        .deployment()
        .fieldNames()
        .forEachRemaining(field ->
            attributes.add(
                switch (field) {
                  case "minimumHealthyPercent" -> "deployment_minimum_healthy_percent";
                  case "maximumPercent" -> "deployment_maximum_percent";
                  case "deploymentCircuitBreaker" -> "deployment_circuit_breaker";
                  case "alarms" -> "alarms";
                  default -> "deployment_configuration";
                }));
    return List.copyOf(attributes);
  }

  /** What goes on although the service follows nothing any more. */
  static Optional<String> goesOn(Service service, RecordedService recorded) {
    boolean own = recorded.deployments().stream().anyMatch(DeploymentRecord::isRunning);
    return service
        .primaryDeployment()
        .filter(primary -> primary.rolloutState().filter("IN_PROGRESS"::equals).isPresent())
        .map(_ ->
            "%s is being rolled out: ECS goes on with it%s"
                .formatted(
                    service
                        .taskDefinition()
                        .map(revision -> revision.shortName())
                        .orElse("its newest deployment"),
                    own ? ", and Slipway still tells how it ends" : ""));
  }

  /** What operators decided about a service, and what was blocked. */
  static List<String> keeps(ServiceRecord record) {
    List<String> keeps = new ArrayList<>();
    record.pause().ifPresent(pause -> keeps.add("paused " + pause));
    record
        .pin()
        .ifPresent(
            pin -> keeps.add("pinned to %s by %s".formatted(pin.revision().shortName(), pin.by())));
    if (!record.blocked().isEmpty()) {
      List<Block> newest = record.blocked().reversed();
      int more = newest.size() - Math.min(newest.size(), MAX_BLOCKS);
      keeps.add(
          "blocked: %s%s"
              .formatted(
                  newest.stream()
                      .limit(MAX_BLOCKS)
                      .map(Block::digest)
                      .map(ImageDigest::value)
                      .collect(joining(", ")),
                  more > 0 ? " and %d more".formatted(more) : ""));
    }
    return keeps;
  }
}
