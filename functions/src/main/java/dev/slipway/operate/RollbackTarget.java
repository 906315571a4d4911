package dev.slipway.operate;

import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.ServiceRevision;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageReference;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.RecordedService;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A revision that a service may go back to, with the digests that its tasks ran: a revision may
 * name a tag that has moved since.
 *
 * @param images of its containers, by container: by digest wherever one is known
 * @param unrecorded containers of which nobody recorded what they ran: a digest that they have here
 *     is what their tag points at now
 */
public record RollbackTarget(
    TaskDefinition revision, Map<String, ImageReference> images, List<String> unrecorded) {
  /** Copies the collections. */
  public RollbackTarget {
    images = new LinkedHashMap<>(images);
    unrecorded = List.copyOf(unrecorded);
  }

  /** A copy, in the order of the containers. */
  @Override
  public Map<String, ImageReference> images() {
    return new LinkedHashMap<>(images);
  }

  /**
   * A revision, with digests where they are known.
   *
   * @param digests by container
   */
  static RollbackTarget of(TaskDefinition revision, Map<String, ImageDigest> digests) {
    Map<String, ImageReference> images = new LinkedHashMap<>();
    for (TaskDefinition.Container container : revision.containers()) {
      ImageReference image = container.image();
      ImageDigest digest = digests.get(container.name());
      images.put(
          container.name(),
          image.digest().isPresent() || digest == null ? image : image.at(digest));
    }
    return new RollbackTarget(
        revision,
        images,
        images.entrySet().stream()
            .filter(image -> image.getValue().digest().isEmpty())
            .map(Map.Entry::getKey)
            .toList());
  }

  /** The same, with what its tags point at now where nobody recorded what they stood for. */
  RollbackTarget with(Map<String, ImageReference> resolved) {
    return new RollbackTarget(revision, resolved, unrecorded);
  }

  /** The image of one container. */
  ImageReference image(String container) {
    return Objects.requireNonNull(images.get(container), container);
  }

  /** The digests of its images, as far as they are known. */
  Set<ImageDigest> digests() {
    Set<ImageDigest> digests = new LinkedHashSet<>();
    images.values().forEach(image -> image.digest().ifPresent(digests::add));
    return digests;
  }

  /**
   * A revision that a service may go back to, as it was read.
   *
   * @param target empty where it could not be read
   * @param unreadable why it could not be read
   * @param unrecorded those of its containers of which nobody recorded what they ran, and that the
   *     environment follows
   * @param gone its images that cannot be pulled from Amazon ECR
   * @param archived those of them that are archived; the others are no longer there
   */
  record Seen(
      TaskDefinitionArn revision,
      Optional<RollbackTarget> target,
      Optional<String> unreadable,
      List<String> unrecorded,
      List<ImageReference> gone,
      List<ImageReference> archived) {
    Seen {
      unrecorded = List.copyOf(unrecorded);
      gone = List.copyOf(gone);
      archived = List.copyOf(archived);
    }

    /** The same, its target changed. */
    Seen with(UnaryOperator<RollbackTarget> change) {
      return new Seen(revision, target.map(change), unreadable, unrecorded, gone, archived);
    }

    /** The same, with the images that are gone, and those of them that are archived. */
    Seen withGone(List<ImageReference> images, List<ImageReference> inArchive) {
      return new Seen(revision, target, unreadable, unrecorded, images, inArchive);
    }

    static Seen unreadable(TaskDefinitionArn revision, String why) {
      return new Seen(
          revision, Optional.empty(), Optional.of(why), List.of(), List.of(), List.of());
    }
  }

  /**
   * A deployment that completed with tasks running.
   *
   * @param digests of its images, by container
   */
  record Completed(TaskDefinitionArn revision, Map<String, ImageDigest> digests, Instant at) {
    Completed {
      digests = new LinkedHashMap<>(digests);
    }

    @Override
    public Map<String, ImageDigest> digests() {
      return new LinkedHashMap<>(digests);
    }
  }

  /**
   * What completed with tasks running, newest first: what ECS lists, and what the record has beyond
   * that. A deployment that no task has run for is not good, whatever its status.
   *
   * @param newestFirst ECS's service deployments
   * @param revisions what they rolled out, by ARN
   */
  static List<Completed> completed(
      List<ServiceDeployment> newestFirst,
      Map<String, ServiceRevision> revisions,
      RecordedService recorded) {
    List<Completed> completed = new ArrayList<>();
    Set<EcsDeploymentId> listed = new HashSet<>();
    for (ServiceDeployment deployment : newestFirst) {
      listed.add(deployment.id());
      ServiceRevision revision = revisions.get(deployment.target());
      if (deployment.status() == ServiceDeployment.Status.SUCCESSFUL
          && deployment.runningTasks() > 0
          && revision != null) {
        completed.add(
            new Completed(
                revision.taskDefinition(),
                digests(revision, recorded.deployment(deployment.id())),
                deployment.createdAt()));
      }
    }
    for (DeploymentRecord deployment : recorded.deployments()) {
      if (deployment.isGood()
          && deployment.to().isPresent()
          && deployment.ecsDeployment().filter(listed::contains).isEmpty()) {
        completed.add(
            new Completed(
                deployment.to().get(),
                digests(deployment.images()),
                deployment.startedAt().orElse(deployment.decidedAt())));
      }
    }
    completed.sort(Comparator.comparing(Completed::at).reversed());
    return completed;
  }

  /** The digests that a revision ran with: what ECS lists of it, or the record. */
  static Map<String, ImageDigest> digestsOf(
      TaskDefinitionArn revision,
      List<ServiceDeployment> newestFirst,
      Map<String, ServiceRevision> revisions,
      RecordedService recorded) {
    // a deployment that completed tells more surely than one that did not
    List<Completed> completed =
        completed(newestFirst, revisions, recorded).stream()
            .filter(good -> good.revision().equals(revision))
            .toList();
    if (!completed.isEmpty()) {
      return completed.getFirst().digests();
    }
    for (ServiceDeployment deployment : newestFirst) {
      ServiceRevision found = revisions.get(deployment.target());
      if (found != null && found.taskDefinition().equals(revision)) {
        return digests(found, recorded.deployment(deployment.id()));
      }
    }
    return recorded.deployments().stream()
        .filter(deployment -> deployment.to().filter(revision::equals).isPresent())
        .findFirst()
        .map(deployment -> digests(deployment.images()))
        .orElse(Map.of());
  }

  /** What Slipway deployed by digest, and for all else what ECS resolved the tags to. */
  static Map<String, ImageDigest> digests(
      ServiceRevision revision, Optional<DeploymentRecord> own) {
    Map<String, ImageDigest> digests = new HashMap<>();
    revision
        .images()
        .forEach(image -> image.digest().ifPresent(d -> digests.put(image.container(), d)));
    own.ifPresent(deployment -> digests.putAll(digests(deployment.images())));
    return digests;
  }

  private static Map<String, ImageDigest> digests(Map<String, ImageReference> images) {
    Map<String, ImageDigest> digests = new HashMap<>();
    images.forEach(
        (container, image) -> image.digest().ifPresent(digest -> digests.put(container, digest)));
    return digests;
  }
}
