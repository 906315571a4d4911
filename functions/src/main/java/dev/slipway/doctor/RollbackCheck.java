package dev.slipway.doctor;

import static java.util.stream.Collectors.joining;

import dev.slipway.image.ImageReference;
import dev.slipway.image.Repository;
import dev.slipway.operate.RollbackTarget;
import dev.slipway.operate.RollbackTargets.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether there is something to go back to, if there ever was. */
final class RollbackCheck implements Check<ServiceSeen> {
  @Override
  public String subject() {
    return "rollback targets";
  }

  @Override
  public List<Finding> findings(ServiceSeen seen) {
    return seen.targets().map(targets -> findings(seen, targets)).orElse(List.of());
  }

  private static List<Finding> findings(ServiceSeen seen, List<Target> targets) {
    String where = Finding.of(seen.service());
    List<String> passedOver = new ArrayList<>();
    for (Target target : targets) {
      Optional<String> why = passedOver(seen, target);
      if (why.isEmpty() && target instanceof Target.Found(RollbackTarget found)) {
        List<Finding> findings = new ArrayList<>(risks(seen, found));
        if (!passedOver.isEmpty()) {
          findings.add(
              Finding.warning(
                  where,
                  "`slipway rollback` would pass over a deployment: %s; it would go to %s"
                      .formatted(String.join("; ", passedOver), found.revision()),
                  keepThem(seen)));
        }
        return findings;
      }
      passedOver.add(why.orElse(""));
    }
    return passedOver.isEmpty()
        ? List.of()
        : List.of(
            Finding.problem(
                where,
                "there is nothing left to roll back to: " + String.join("; ", passedOver),
                keepThem(seen)));
  }

  private static String keepThem(ServiceSeen seen) {
    return "keep the images of earlier deployments: check the lifecycle policy of %s, and what else deletes there"
        .formatted(
            seen.repositories().keySet().stream()
                .map(Repository::name)
                .sorted()
                .collect(joining(", ")));
  }

  /** Why a rollback would not take it; empty where it would. */
  private static Optional<String> passedOver(ServiceSeen seen, Target target) {
    return switch (target) {
      case Target.Lost(var _, String why) -> Optional.of(why);
      case Target.Found(RollbackTarget found) ->
          found.images().values().stream()
              .flatMap(image -> lost(seen, image).stream())
              .findFirst()
              .map(why -> "%s is not taken, since its %s".formatted(found.revision(), why));
    };
  }

  private static Optional<String> lost(ServiceSeen seen, ImageReference image) {
    return seen.repositoryOf(image)
        .flatMap(repository ->
            image
                .digest()
                .flatMap(digest -> repository.lost(digest).map(why -> name(image) + " " + why)));
  }

  private static String name(ImageReference image) {
    return "image%s of %s"
        .formatted(
            image.digest().map(digest -> " " + digest.abbreviated()).orElse(""),
            image.repository().map(Repository::name).orElse(image.name()));
  }

  /** What may become of the one that a rollback would take. */
  private static List<Finding> risks(ServiceSeen seen, RollbackTarget found) {
    String where = Finding.of(seen.service());
    List<Finding> findings = new ArrayList<>();
    String status = found.revision().status();
    if (!status.equals("ACTIVE")) {
      findings.add(
          Finding.warning(
              where,
              "%s, what a rollback would go back to, is %s: Slipway can copy it for as long as ECS shows it"
                  .formatted(found.revision(), status),
              "keep whatever deregisters revisions from it (in Terraform: skip_destroy = true)"));
    }
    found.images().values().stream()
        .flatMap(image -> expiring(seen, image).stream())
        .distinct()
        .forEach(what ->
            findings.add(
                Finding.warning(
                    where,
                    "a rollback would go back to %s, and %s".formatted(found.revision(), what),
                    keepThem(seen))));
    return findings;
  }

  private static Optional<String> expiring(ServiceSeen seen, ImageReference image) {
    return seen.repositoryOf(image)
        .flatMap(repository ->
            image
                .digest()
                .flatMap(digest ->
                    repository
                        .expiring(digest, seen.now())
                        .map(rule ->
                            "Amazon ECR is about to remove its %s by %s of its lifecycle policy"
                                .formatted(name(image), rule))
                        .or(() ->
                            repository
                                .expiringSoon(digest, seen.now())
                                .map(rule ->
                                    "within %d days Amazon ECR removes its %s by %s of its lifecycle policy"
                                        .formatted(
                                            StoredRepository.AHEAD.toDays(), name(image), rule)))));
  }
}
