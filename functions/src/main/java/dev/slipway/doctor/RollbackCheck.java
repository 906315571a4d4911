package dev.slipway.doctor;

import static java.util.stream.Collectors.joining;

import dev.slipway.image.ImageReference;
import dev.slipway.image.Repository;
import dev.slipway.operate.RollbackTarget;
import dev.slipway.operate.RollbackTargets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Whether there is something to go back to, if there ever was. */
final class RollbackCheck implements Check<ServiceSeen> {
  @Override
  public String subject() {
    return "rollback targets";
  }

  @Override
  public List<Finding> findings(ServiceSeen seen) {
    return seen.rollback().map(walk -> findings(seen, walk)).orElse(List.of());
  }

  private static List<Finding> findings(ServiceSeen seen, RollbackTargets.Walk walk) {
    String where = Finding.of(seen.service());
    String passedOver = String.join("; ", walk.named());
    List<Finding> findings = new ArrayList<>();
    walk.taken().ifPresent(found -> findings.addAll(risks(seen, found)));
    if (!walk.passedOver().isEmpty()) {
      findings.add(
          walk.taken()
              .map(found ->
                  Finding.warning(
                      where,
                      "`slipway rollback` would pass over a deployment: %s; it would go to %s"
                          .formatted(passedOver, found.revision()),
                      keepThem(seen)))
              .orElseGet(() ->
                  Finding.problem(
                      where,
                      walk.isCut()
                          ? "`slipway rollback` finds nothing to go back to: of the newest %d deployments none can be taken: %s"
                              .formatted(RollbackTargets.MAX_DEPLOYMENTS, passedOver)
                          : "there is nothing left to roll back to: " + passedOver,
                      keepThem(seen))));
    }
    return findings;
  }

  private static String keepThem(ServiceSeen seen) {
    return "keep the images of earlier deployments: check the lifecycle policy of %s, and what else deletes there"
        .formatted(
            seen.repositories().keySet().stream()
                .map(Repository::name)
                .sorted()
                .collect(joining(", ")));
  }

  /** Why a target cannot be had again, as a sentence: one of its images is lost. */
  static Optional<String> lost(
      RollbackTarget target, Map<Repository, StoredRepository> repositories) {
    return target.images().values().stream()
        .flatMap(image -> lost(image, repositories).stream())
        .findFirst()
        .map(why -> "%s is not taken, since its %s".formatted(target.revision(), why));
  }

  private static Optional<String> lost(
      ImageReference image, Map<Repository, StoredRepository> repositories) {
    return image
        .repository()
        .flatMap(name -> Optional.ofNullable(repositories.get(name)))
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
