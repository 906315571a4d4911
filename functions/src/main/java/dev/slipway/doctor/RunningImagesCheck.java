package dev.slipway.doctor;

import dev.slipway.decide.ObservedState;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImagePolicy;
import dev.slipway.image.NewestPolicy;
import dev.slipway.image.TagPolicy;
import dev.slipway.image.WildcardPattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether the images that run are there, and stay: also once they are what a rollback goes back to,
 * which is when the next image has been pushed.
 */
final class RunningImagesCheck implements Check<ServiceSeen> {
  private static final String REMEDY =
      "change the repository's lifecycle policy, or give each image a second tag that stays, such"
          + " as its commit, and that the policy keeps; or have slipway.yaml say"
          + " `keep: { images: 1 }`";

  @Override
  public String subject() {
    return "images that run";
  }

  @Override
  public List<Finding> findings(ServiceSeen seen) {
    List<Finding> findings = new ArrayList<>();
    seen.state()
        .ifPresent(state -> {
          for (TaskDefinition.Container container : state.taskDefinition().containers()) {
            state
                .runningDigest(container)
                .flatMap(digest ->
                    seen.repositoryOf(container.image())
                        .flatMap(repository -> finding(seen, state, repository, digest)))
                .filter(finding -> !findings.contains(finding))
                .ifPresent(findings::add);
          }
        });
    return findings;
  }

  private static Optional<Finding> finding(
      ServiceSeen seen, ObservedState state, StoredRepository repository, ImageDigest digest) {
    String where = Finding.of(seen.service());
    String image = "image %s of %s".formatted(digest.abbreviated(), repository.repository().name());
    Optional<String> lost = repository.lost(digest);
    if (lost.isPresent()) {
      return Optional.of(
          Finding.problem(
              where,
              "%s, which it runs, %s: a task that stops cannot be started again"
                  .formatted(image, lost.get()),
              "push an image and have it deployed, or bring that one back"));
    }
    Optional<String> now = repository.expiring(digest, seen.now());
    if (now.isPresent()) {
      return Optional.of(
          Finding.problem(
              where,
              "Amazon ECR is about to remove %s, which it runs, by %s of its lifecycle policy: then no task can be started"
                  .formatted(image, now.get()),
              REMEDY));
    }
    return repository
        .expiringSoon(digest, seen.now())
        .map(rule ->
            "within %d days Amazon ECR removes %s, which it runs, by %s of its lifecycle policy"
                .formatted(StoredRepository.AHEAD.toDays(), image, rule))
        .or(() ->
            atNextPush(seen, state.environment().images(), repository, digest)
                .map(rule ->
                    "once the next image is pushed, Amazon ECR removes %s, which it runs, by %s of its lifecycle policy: a rollback could not go back to it"
                        .formatted(image, rule)))
        .map(what -> Finding.warning(where, what, REMEDY));
  }

  private static Optional<String> atNextPush(
      ServiceSeen seen, ImagePolicy policy, StoredRepository repository, ImageDigest digest) {
    if (!seen.selectedRepositories().contains(repository)) {
      return Optional.empty(); // no push there has it replaced
    }
    return switch (policy.whole()) {
      case TagPolicy(var tag) ->
          repository.expiringAtNextPush(digest, tag.value(), true, seen.now());
      case NewestPolicy(WildcardPattern tags) ->
          repository.expiringAtNextPush(
              digest, tags.value().replace(WildcardPattern.ANY, "next"), false, seen.now());
      default -> Optional.empty();
    };
  }
}
