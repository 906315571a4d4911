package dev.slipway.decide;

import dev.slipway.deploy.BlockedImages;
import dev.slipway.deploy.RevisionTags;
import dev.slipway.deploy.Wish;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.Tags;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.ecs.TaskPlatform;
import dev.slipway.image.Candidate;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageReference;
import dev.slipway.record.Trigger;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.image.ImageChange;
import dev.slipway.decide.ObservedState.Chosen;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a decision is reached: a function of what was observed, and of nothing else.
 *
 * <p>Containers are judged one by one: an image that is blocked, or that cannot run, stays out
 * without keeping another container from its new image. What stayed out is the next decision, once
 * there is nothing left to deploy.
 *
 * <p>A newer image goes before a person's wish, and the wish before everything else. So a wish
 * holds until the next push, and the images that it passes over must be blocked: otherwise they
 * would be newer images.
 */
final class DecisionRules {
  private DecisionRules() {}

  /** Why nothing can ever be deployed to this service as it is, whatever the images. */
  static Optional<Decision.Refused> refusal(Service service, Environment environment) {
    return unfitness(service)
        .map(why -> new Decision.Refused(service.arn(), Optional.of(environment.name()), why));
  }

  private static Optional<String> unfitness(Service service) {
    if (!service.status().equals("ACTIVE")) {
      return Optional.of("the service is " + service.status() + ", not ACTIVE");
    }
    return switch (service.controller()) {
      case ECS ->
          service.taskDefinition().isPresent()
              ? Optional.empty()
              : Optional.of("the service has no task definition");
      case CODE_DEPLOY ->
          Optional.of(
              "the service has the CODE_DEPLOY deployment controller: only AWS CodeDeploy can"
                  + " deploy to it. ECS's own blue/green deployments, with the ECS controller, do"
                  + " work");
      case EXTERNAL ->
          Optional.of(
              "the service has the EXTERNAL deployment controller: only its task sets can be"
                  + " deployed to");
      case UNKNOWN ->
          Optional.of("the service has a deployment controller that Slipway does not know");
    };
  }

  /** What is to be done about a service that follows an environment. */
  static Decision decide(ObservedState seen, Trigger cause) {
    Optional<Decision.Refused> refusal = refusal(seen.service(), seen.environment());
    if (refusal.isPresent()) {
      return refusal.get();
    }
    Verdicts verdicts = judge(seen, seen.taskDefinition());
    if (!verdicts.changes.isEmpty()) {
      return change(seen, cause, verdicts.changes);
    }
    return wished(seen).orElseGet(() -> withoutChange(seen, cause, verdicts));
  }

  /** What became of each container that the environment's policy selects an image for. */
  private static final class Verdicts {
    final List<ImageChange> changes = new ArrayList<>();
    final List<String> current = new ArrayList<>();
    final Map<ImageDigest, String> blocked = new LinkedHashMap<>();
    final List<String> unusable = new ArrayList<>();
  }

  /**
   * @param has the revision that the service has, or would have
   */
  private static Verdicts judge(ObservedState seen, TaskDefinition has) {
    Verdicts verdicts = new Verdicts();
    TaskPlatform platform = TaskPlatform.of(seen.service(), has);
    BlockedImages blockedImages = BlockedImages.of(seen.service());
    for (TaskDefinition.Container container : has.containers()) {
      ImageReference image = container.image();
      switch (seen.candidate(container)) {
        case Candidate.Missing() -> {}
        case Candidate.NotAnImage(ImageDigest digest, String what) ->
            verdicts.unusable.add(
                "%s of %s points at %s, which no container can be made from: %s"
                    .formatted(seen.environment().images(), repositoryName(image), digest, what));
        case Candidate.Image(ImageDigest digest, _, _)
            when image.digest().filter(digest::equals).isPresent() ->
            verdicts.current.add(container.name() + " has " + digest.abbreviated());
        case Candidate.Image(ImageDigest digest, _, _) when blockedImages.contain(digest) ->
            verdicts.blocked.put(
                digest,
                "image %s of %s must not be deployed: %s"
                    .formatted(digest, repositoryName(image), blockedImages));
        case Candidate.Image candidate when !platform.runsAnyOf(candidate.platforms()) ->
            verdicts.unusable.add(
                "image %s of %s is for %s, but the tasks run on %s: push an image that has it, or"
                        .formatted(
                            candidate.digest().abbreviated(),
                            repositoryName(image),
                            candidate.platforms().stream()
                                .map(Object::toString)
                                .sorted()
                                .collect(joining(", ")),
                            platform)
                    + " change the task definition's runtimePlatform");
        case Candidate.Image candidate ->
            verdicts.changes.add(
                new ImageChange(container.name(), image, image.at(candidate.digest())));
      }
    }
    return verdicts;
  }

  private static Decision withoutChange(ObservedState seen, Trigger cause, Verdicts verdicts) {
    ServiceArn service = seen.service().arn();
    String environment = seen.environment().name();
    if (!verdicts.unusable.isEmpty()) {
      verdicts.unusable.addAll(verdicts.blocked.values());
      return refused(seen, String.join("; ", verdicts.unusable));
    }
    if (!verdicts.blocked.isEmpty()) {
      return held(seen, Decision.Hold.BLOCKED, String.join("; ", verdicts.blocked.values()));
    }
    if (verdicts.current.isEmpty()) {
      return new Decision.NotFollowing(service, Optional.of(environment), nothingSelected(seen));
    }
    boolean redelivered =
        cause.eventId().equals(seen.taskDefinition().tags().get(RevisionTags.EVENT));
    return new Decision.Current(
        service,
        environment,
        "%s has what %s selects: %s%s"
            .formatted(
                seen.taskDefinition(),
                seen.environment().images(),
                String.join(", ", verdicts.current),
                redelivered ? "; this event brought it there before" : ""));
  }

  private static String nothingSelected(ObservedState seen) {
    if (seen.candidates().isEmpty()) {
      return "no container of %s has an image from Amazon ECR in this account and Region"
          .formatted(seen.taskDefinition());
    }
    return "%s selects no image in %s"
        .formatted(
            seen.environment().images(),
            seen.candidates().keySet().stream()
                .map(repository -> repository.name())
                .sorted()
                .collect(joining(", ")));
  }

  private static Decision change(ObservedState seen, Trigger cause, List<ImageChange> changes) {
    Service service = seen.service();
    TaskDefinition from = seen.taskDefinition();
    String bring =
        changes.stream()
            .map(change ->
                "%s to %s".formatted(change.container(), abbreviated(change.to().digest())))
            .collect(joining(", "));
    String environment = seen.environment().name();
    String otherwise = "; otherwise it would bring " + bring;
    if (service.isPaused()) {
      return held(
          seen,
          Decision.Hold.PAUSED,
          "the service is paused by its tag %s = \"%s\""
                  .formatted(Service.PAUSED_TAG, service.tag(Service.PAUSED_TAG).orElse(""))
              + otherwise);
    }
    Optional<String> unreadable = BlockedImages.of(service).unreadable();
    if (unreadable.isPresent()) {
      return held(seen, Decision.Hold.UNREADABLE, unreadable.get() + otherwise);
    }
    ObjectNode configuration = DeploymentSettings.configuration(service, seen.environment());
    Optional<String> standstill = DeploymentSettings.standstill(service, configuration);
    if (standstill.isPresent()) {
      return refused(seen, standstill.get());
    }
    Map<String, String> tags = RevisionTags.of(from, seen.environment(), changes, cause);
    if (tags.size() > RevisionTags.MOST) {
      return refused(
          seen,
          "a copy of %s would have %d tags, with Slipway's own, and ECS allows %d: remove some from"
                  .formatted(from, tags.size(), RevisionTags.MOST)
              + " the task definition");
    }
    Map<String, ImageReference> images = new LinkedHashMap<>();
    changes.forEach(change -> images.put(change.container(), change.to()));
    ObjectNode register = from.definitionWith(images);
    register.set("tags", Tags.toJson(tags));
    return new Decision.Deploy(
        service.arn(),
        environment,
        from.arn(),
        changes,
        new Decision.Target.Register(register),
        configuration,
        "%s now selects another image: %s".formatted(seen.environment().images(), bring));
  }

  /**
   * What follows from a person's wish; nothing where there is none, or where the images that it
   * names are not what keeps the service from what is selected now.
   */
  private static Optional<Decision> wished(ObservedState seen) {
    Optional<String> unreadable = Wish.unreadable(seen.service());
    if (unreadable.isPresent()) {
      return Optional.of(held(seen, Decision.Hold.UNREADABLE, unreadable.get()));
    }
    return seen.chosen()
        .flatMap(chosen ->
            switch (chosen) {
              case Chosen.Lost(Wish wish, String why) ->
                  Optional.of(
                      refused(
                          seen,
                          "%s cannot be deployed, though %s: ECS refuses: %s"
                              .formatted(wish.revision().shortName(), choice(seen, wish), why)));
              case Chosen.Found found when holds(seen, found) -> Optional.of(wished(seen, found));
              case Chosen.Found _ -> Optional.empty();
            });
  }

  /** If the service had the revision, would the images that the wish names be all it lacked? */
  private static boolean holds(ObservedState seen, Chosen.Found chosen) {
    Verdicts then = judge(seen, chosen.revision());
    return then.changes.isEmpty()
        && !then.blocked.isEmpty()
        && then.blocked.keySet().stream().allMatch(chosen.wish()::names);
  }

  private static Decision wished(ObservedState seen, Chosen.Found chosen) {
    Service service = seen.service();
    TaskDefinition revision = chosen.revision();
    String choice = choice(seen, chosen.wish());
    if (seen.taskDefinition().arn().equals(revision.arn())) {
      return held(seen, Decision.Hold.CHOSEN, choice);
    }
    BlockedImages blockedImages = BlockedImages.of(service);
    if (blockedImages.unreadable().isPresent()) {
      return held(seen, Decision.Hold.UNREADABLE, blockedImages.unreadable().get());
    }
    String though = "%s cannot be deployed, though %s: ".formatted(revision, choice);
    Optional<ImageDigest> blocked =
        revision.containers().stream()
            .flatMap(container -> container.image().digest().stream())
            .filter(blockedImages::contain)
            .findFirst();
    if (blocked.isPresent()) {
      return held(
          seen,
          Decision.Hold.BLOCKED,
          though
              + "its image %s is blocked by the service's tag %s"
                  .formatted(blocked.get(), Service.BLOCKED_TAG));
    }
    if (!revision.status().equals("ACTIVE")) {
      return refused(seen, though + "the revision is " + revision.status() + ", not ACTIVE");
    }
    if (!chosen.gone().isEmpty()) {
      return refused(
          seen,
          though + "its image %s is no longer in Amazon ECR".formatted(chosen.gone().getFirst()));
    }
    ObjectNode configuration = DeploymentSettings.configuration(service, seen.environment());
    Optional<String> standstill = DeploymentSettings.standstill(service, configuration);
    if (standstill.isPresent()) {
      return refused(seen, standstill.get());
    }
    return new Decision.Deploy(
        service.arn(),
        seen.environment().name(),
        seen.taskDefinition().arn(),
        changes(seen.taskDefinition(), revision),
        new Decision.Target.Existing(revision),
        configuration,
        choice);
  }

  private static String choice(ObservedState seen, Wish wish) {
    return "%s was chosen by %s instead of %s, which %s selects"
        .formatted(
            wish.revision().shortName(),
            seen.service().tag(Service.CHOSEN_BY_TAG).orElse("somebody"),
            String.join(" and ", wish.insteadOf()),
            seen.environment().images());
  }

  private static Decision.Held held(ObservedState seen, Decision.Hold hold, String reason) {
    return new Decision.Held(seen.service().arn(), seen.environment().name(), hold, reason);
  }

  private static Decision.Refused refused(ObservedState seen, String reason) {
    return new Decision.Refused(
        seen.service().arn(), Optional.of(seen.environment().name()), reason);
  }

  /** Which containers have other images in another revision; those that it lacks have none. */
  static List<ImageChange> changes(TaskDefinition from, TaskDefinition to) {
    Map<String, ImageReference> images = new LinkedHashMap<>();
    to.containers().forEach(container -> images.put(container.name(), container.image()));
    List<ImageChange> changes = new ArrayList<>();
    for (TaskDefinition.Container container : from.containers()) {
      ImageReference image = images.get(container.name());
      if (image != null && !image.equals(container.image())) {
        changes.add(new ImageChange(container.name(), container.image(), image));
      }
    }
    return changes;
  }

  private static String repositoryName(ImageReference image) {
    return image.repository().map(repository -> repository.name()).orElse(image.name());
  }

  private static String abbreviated(Optional<ImageDigest> digest) {
    return digest.map(ImageDigest::abbreviated).orElse("?");
  }
}
