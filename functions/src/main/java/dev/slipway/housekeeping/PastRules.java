package dev.slipway.housekeeping;

import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageReference;
import dev.slipway.image.KeepTag;
import dev.slipway.image.Repository;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.KnownRevision;
import dev.slipway.record.Pin;
import dev.slipway.record.RecordedService;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** What of a service's past is kept: functions of the record, and of what ECR has. */
final class PastRules {
  private PastRules() {}

  /**
   * The live deployment, and the earlier ones that a rollback could go back to, newest first. What
   * has the same images as a newer one counts once; what has a blocked image is no target.
   *
   * @param newestFirst the record's deployments
   * @param earlier so many beside the live one
   */
  static List<DeploymentRecord> usable(
      RecordedService recorded, List<DeploymentRecord> newestFirst, int earlier) {
    List<DeploymentRecord> usable = new ArrayList<>();
    Set<Map<String, ImageReference>> seen = new HashSet<>();
    for (DeploymentRecord deployment : newestFirst) {
      if (usable.size() > earlier) {
        break;
      }
      boolean counts = usable.isEmpty() || !isBlocked(recorded, deployment);
      if (deployment.isGood() && counts && seen.add(deployment.images())) {
        usable.add(deployment);
      }
    }
    return usable;
  }

  private static boolean isBlocked(RecordedService recorded, DeploymentRecord deployment) {
    return deployment.images().values().stream()
        .flatMap(image -> image.digest().stream())
        .anyMatch(recorded.service()::isBlocked);
  }

  /**
   * The images that are to be kept, the live one's first, by repository. Before Slipway has
   * completed a deployment these are what the service had when it was evaluated last.
   *
   * @param followed the repositories in which images are kept
   */
  static Map<Repository, List<ImageDigest>> needed(
      RecordedService recorded, int earlier, Predicate<Repository> followed) {
    List<Map<String, ImageReference>> images =
        usable(recorded, recorded.deployments(), earlier).stream()
            .map(DeploymentRecord::images)
            .toList();
    if (images.isEmpty()) {
      images = recorded.service().revision().map(KnownRevision::images).stream().toList();
    }
    Map<Repository, Set<ImageDigest>> needed = new LinkedHashMap<>();
    images.stream()
        .flatMap(of -> of.values().stream())
        .forEach(image ->
            image
                .repository()
                .filter(followed)
                .ifPresent(repository ->
                    image
                        .digest()
                        .ifPresent(digest ->
                            needed
                                .computeIfAbsent(repository, _ -> new LinkedHashSet<>())
                                .add(digest))));
    Map<Repository, List<ImageDigest>> lists = new LinkedHashMap<>();
    needed.forEach((repository, digests) -> lists.put(repository, List.copyOf(digests)));
    return lists;
  }

  /**
   * The tags that have to move so that each needed image has one, and no other image has any. A tag
   * that is too many goes to the first image, where it does no harm.
   *
   * @param tags the numbers of those that are there, and what they point at
   * @param needed the live image first
   * @return where tags go, by their numbers
   */
  static Map<Integer, ImageDigest> moves(Map<Integer, ImageDigest> tags, List<ImageDigest> needed) {
    Map<Integer, ImageDigest> moves = new TreeMap<>();
    if (needed.isEmpty()) {
      return moves;
    }
    Set<ImageDigest> covered = new HashSet<>();
    Deque<Integer> free = new ArrayDeque<>();
    Deque<Integer> doubled = new ArrayDeque<>();
    new TreeMap<>(tags)
        .forEach((number, digest) -> {
          if (!needed.contains(digest)) {
            free.add(number);
          } else if (!covered.add(digest)) {
            doubled.add(number);
          }
        });
    Deque<Integer> unused = new ArrayDeque<>();
    for (int number = 1; number <= KeepTag.MAX_NUMBER; number++) {
      if (!tags.containsKey(number)) {
        unused.add(number);
      }
    }
    for (ImageDigest digest : needed) {
      if (!covered.contains(digest)) {
        Deque<Integer> from = !free.isEmpty() ? free : !doubled.isEmpty() ? doubled : unused;
        Optional.ofNullable(from.poll()).ifPresent(number -> moves.put(number, digest));
      }
    }
    free.forEach(number -> moves.put(number, needed.getFirst()));
    return moves;
  }

  /**
   * The deployments whose revisions are deregistered if they are Slipway's own, oldest first:
   * whatever is older than the last one that stays.
   *
   * @param newestFirst the record's deployments, more than are read with the service
   * @param earlier so many stay beside the live one
   */
  static List<DeploymentRecord> outdated(
      RecordedService recorded, List<DeploymentRecord> newestFirst, int earlier) {
    List<DeploymentRecord> staying = usable(recorded, newestFirst, earlier);
    if (staying.size() <= earlier) {
      return List.of();
    }
    Set<TaskDefinitionArn> needed = new HashSet<>();
    recorded.service().pin().map(Pin::revision).ifPresent(needed::add);
    recorded.service().revision().map(KnownRevision::arn).ifPresent(needed::add);
    staying.forEach(deployment -> deployment.to().ifPresent(needed::add));
    newestFirst.stream()
        .filter(DeploymentRecord::isOpen)
        .forEach(deployment -> {
          needed.add(deployment.from());
          deployment.to().ifPresent(needed::add);
          deployment
              .ended()
              .flatMap(DeploymentRecord.Ended::rollback)
              .flatMap(DeploymentRecord.Rollback::to)
              .ifPresent(needed::add);
        });
    return newestFirst.stream()
        .filter(deployment -> deployment.id().compareTo(staying.getLast().id()) < 0)
        .filter(deployment -> deployment.ended().isPresent())
        .filter(deployment -> deployment.to().filter(to -> !needed.contains(to)).isPresent())
        .sorted(Comparator.comparing(DeploymentRecord::id))
        .toList();
  }
}
