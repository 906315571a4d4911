package dev.slipway.deploy;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.deploy.Decision.ImageChange;
import dev.slipway.image.Candidate;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageReference;
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
 */
final class DecisionRules {
  private DecisionRules() {}

  /** Why nothing can ever be deployed to this service as it is, whatever the images. */
  static Optional<Decision.Refused> refusal(Service service) {
    return unfitness(service).map(why -> new Decision.Refused(service.arn(), why));
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
  static Decision decide(Observation seen, Cause cause) {
    Optional<Decision.Refused> refusal = refusal(seen.service());
    if (refusal.isPresent()) {
      return refusal.get();
    }
    Verdicts verdicts = judge(seen);
    if (verdicts.changes.isEmpty()) {
      return withoutChange(seen, cause, verdicts);
    }
    return change(seen, cause, verdicts.changes);
  }

  /** What became of each container that the environment's policy selects an image for. */
  private static final class Verdicts {
    final List<ImageChange> changes = new ArrayList<>();
    final List<String> current = new ArrayList<>();
    final List<String> blocked = new ArrayList<>();
    final List<String> unusable = new ArrayList<>();
  }

  private static Verdicts judge(Observation seen) {
    Verdicts verdicts = new Verdicts();
    TaskPlatform platform = TaskPlatform.of(seen.service(), seen.taskDefinition());
    BlockedImages blockedImages = BlockedImages.of(seen.service());
    for (TaskDefinition.Container container : seen.taskDefinition().containers()) {
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
            verdicts.blocked.add(
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

  private static Decision withoutChange(Observation seen, Cause cause, Verdicts verdicts) {
    ServiceArn service = seen.service().arn();
    if (!verdicts.unusable.isEmpty()) {
      verdicts.unusable.addAll(verdicts.blocked);
      return new Decision.Refused(service, String.join("; ", verdicts.unusable));
    }
    if (!verdicts.blocked.isEmpty()) {
      return new Decision.Held(service, String.join("; ", verdicts.blocked));
    }
    if (verdicts.current.isEmpty()) {
      return new Decision.NotFollowing(service, nothingSelected(seen));
    }
    boolean redelivered =
        cause.eventId().equals(seen.taskDefinition().tags().get(RevisionTags.EVENT));
    return new Decision.Current(
        service,
        "%s has what %s selects: %s%s"
            .formatted(
                seen.taskDefinition(),
                seen.environment().images(),
                String.join(", ", verdicts.current),
                redelivered ? "; this event brought it there before" : ""));
  }

  private static String nothingSelected(Observation seen) {
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

  private static Decision change(Observation seen, Cause cause, List<ImageChange> changes) {
    Service service = seen.service();
    TaskDefinition from = seen.taskDefinition();
    String wish =
        changes.stream()
            .map(change ->
                "%s to %s".formatted(change.container(), abbreviated(change.to().digest())))
            .collect(joining(", "));
    Optional<String> hold = hold(service);
    if (hold.isPresent()) {
      return new Decision.Held(
          service.arn(), "%s; otherwise it would bring %s".formatted(hold.get(), wish));
    }
    ObjectNode configuration = Rollout.configuration(service, seen.environment());
    Optional<String> standstill = Rollout.standstill(service, configuration);
    if (standstill.isPresent()) {
      return new Decision.Refused(service.arn(), standstill.get());
    }
    Map<String, String> tags = RevisionTags.of(from, seen.environment(), changes, cause);
    if (tags.size() > RevisionTags.MOST) {
      return new Decision.Refused(
          service.arn(),
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
        seen.environment().name(),
        from.arn(),
        changes,
        register,
        configuration,
        "%s now selects another image: %s".formatted(seen.environment().images(), wish));
  }

  private static Optional<String> hold(Service service) {
    Optional<String> paused =
        service.tag(Service.PAUSED_TAG).filter(value -> !value.strip().equalsIgnoreCase("false"));
    if (paused.isPresent()) {
      return Optional.of(
          "the service is paused by its tag %s = \"%s\""
              .formatted(Service.PAUSED_TAG, paused.get()));
    }
    return BlockedImages.of(service).unreadable();
  }

  private static String repositoryName(ImageReference image) {
    return image.repository().map(repository -> repository.name()).orElse(image.name());
  }

  private static String abbreviated(Optional<ImageDigest> digest) {
    return digest.map(ImageDigest::abbreviated).orElse("?");
  }
}
