package dev.slipway.explore;

import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageReference;
import dev.slipway.record.DeploymentId;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.ServiceRecord;
import dev.slipway.record.Trigger;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What must be true when a deployment is intended, registered and started. */
final class StartRules {
  private final World world;
  private final Journal journal;
  private final Map<DeploymentId, Integer> registrations = new HashMap<>();
  private final Map<DeploymentId, Integer> updates = new HashMap<>();
  private final Set<DeploymentId> refused = new HashSet<>();
  private final Map<Asked, Integer> refusals = new HashMap<>();

  /** What ECS is asked to deploy: another base is another question. */
  private record Asked(ServiceArn service, TaskDefinitionArn from, Set<ImageDigest> images) {}

  StartRules(World world, Journal journal) {
    this.world = world;
    this.journal = journal;
  }

  /** An intent is written. */
  void intended(ServiceRecord before, DeploymentRecord intent) {
    ServiceArn service = intent.service();
    Journal.Eyes eyes = journal.eyes();
    for (var change : intent.changes()) {
      ImageDigest image = change.to().digest().orElseThrow();
      Invariant.STAYS_BLOCKED.require(
          !before.isBlocked(image),
          "blocked image %s is to be deployed by %s",
          image.abbreviated(),
          intent.id());
      boolean chosen =
          before
              .pin()
              .filter(pin ->
                  pin.images().values().stream()
                      .anyMatch(i -> i.digest().filter(image::equals).isPresent()))
              .isPresent();
      // beside an image that is selected, a blocked one gives way to the last good one
      boolean insteadOfBlocked =
          change.from().digest().filter(before::isBlocked).isPresent()
              && world.truth(service).all().stream()
                  .anyMatch(started -> started.isCompleted() && started.has(image));
      Invariant.ONLY_SELECTED.require(
          chosen
              || insteadOfBlocked
              || eyes.selected(intent.environment()).contains(image)
              || proven(service).contains(image),
          "image %s is to be deployed, which was neither selected nor chosen",
          image.abbreviated());
    }
  }

  /** What another environment has completed, for a service that takes its images from there. */
  Set<ImageDigest> proven(ServiceArn service) {
    Setting setting = world.plan.setting();
    return setting.isFedBySweeps(setting.placed(service))
        ? world.services().stream()
            .filter(other -> !other.equals(service))
            .flatMap(other -> world.truth(other).all().stream())
            .filter(Truth.Started::isCompleted)
            .flatMap(started -> started.images().values().stream())
            .collect(Collectors.toSet())
        : Set.of();
  }

  private Optional<DeploymentRecord> recorded(ServiceArn service, DeploymentId id) {
    return world.records.read(service).deployments().stream()
        .filter(deployment -> deployment.id().equals(id))
        .findFirst();
  }

  void registered(ServiceArn service, TaskDefinition revision) {
    Optional<DeploymentId> id = Truth.idOf(revision);
    if (id.isEmpty()) {
      return;
    }
    int times = registrations.merge(id.get(), 1, Integer::sum);
    Invariant.ONE_REGISTRATION.require(
        times == 1, "deployment %s was registered %d times", id.get(), times);
    Invariant.ONE_REGISTRATION.require(
        recorded(service, id.get()).filter(DeploymentRecord::isIntent).isPresent(),
        "a revision is registered for %s, which is no intent of the record's",
        id.get());
  }

  void refused(ServiceArn service, TaskDefinition revision) {
    Optional<DeploymentRecord> intent = Truth.idOf(revision).flatMap(id -> recorded(service, id));
    if (intent.isEmpty()) {
      return;
    }
    refused.add(intent.get().id());
    Set<ImageDigest> images = digests(revision);
    int times = refusals.merge(new Asked(service, intent.get().from(), images), 1, Integer::sum);
    boolean commanded =
        intent.get().trigger() instanceof Trigger.Operator
            || images.stream().anyMatch(journal.of(service).unblocked::contains);
    Invariant.ONE_REGISTRATION.require(
        // the last refusal alone is kept: what another client did in between is asked about anew
        commanded || times <= 1 + world.faults() + journal.of(service).foreign.size(),
        "ECS is asked %d times for what it refused",
        times);
  }

  /** ECS is about to take a deployment of Slipway's. */
  void updating(ServiceArn service, TaskDefinition revision) {
    Optional<DeploymentId> id = Truth.idOf(revision);
    if (id.isEmpty()) {
      return;
    }
    int times = updates.merge(id.get(), 1, Integer::sum);
    Invariant.ONE_REGISTRATION.require(
        times == 1, "deployment %s was started %d times", id.get(), times);
    Optional<DeploymentRecord> intent = recorded(service, id.get());
    Invariant.ONE_REGISTRATION.require(
        intent.isPresent(), "deployment %s is started without an intent", id.get());
    Invariant.ONLY_SELECTED.require(
        digests(revision).equals(digests(intent.get())),
        "deployment %s brings %s, and not what was decided",
        id.get(),
        digests(revision));
    Truth truth = world.truth(service);
    Truth.Started newest = truth.newest();
    Set<ImageDigest> images = digests(revision);
    boolean forced = intent.get().trigger() instanceof Trigger.Operator;
    boolean hasIt =
        newest.id().isPresent()
            && Set.copyOf(newest.images().values()).equals(images)
            && !newest.isFailed()
            && Set.copyOf(truth.running().values()).equals(images);
    Invariant.ONE_REGISTRATION.require(
        forced || !hasIt,
        "%s deploys again what deployment %s has brought",
        id.get(),
        newest.id().map(DeploymentId::value).orElse("?"));
    Journal.Facts facts = journal.of(service);
    for (var change : intent.get().changes()) {
      ImageDigest image = change.to().digest().orElseThrow();
      Invariant.STAYS_BLOCKED.require(
          !journal.eyes().failedInEcs(service).contains(image) || facts.unblocked.contains(image),
          "image %s is deployed again by itself after it had failed",
          image.abbreviated());
    }
  }

  /** ECS has taken it, and has resolved the tags that it names. */
  void updated(ServiceArn service, TaskDefinition revision) {
    Optional<DeploymentRecord> intent = Truth.idOf(revision).flatMap(id -> recorded(service, id));
    if (intent.isEmpty()) {
      return;
    }
    Journal.Eyes eyes = journal.eyes();
    for (ImageDigest image : world.truth(service).newest().images().values()) {
      Invariant.STAYS_BLOCKED.require(
          eyes.record(service).filter(r -> r.service().isBlocked(image)).isEmpty(),
          "%s brings blocked image %s, by a tag",
          intent.get().id(),
          image.abbreviated());
      Invariant.ONLY_SELECTED.require(
          digests(intent.get()).contains(image) || eyes.running(service).contains(image),
          "%s brings image %s, which was not decided, by a tag",
          intent.get().id(),
          image.abbreviated());
    }
  }

  private static Set<ImageDigest> digests(TaskDefinition revision) {
    return revision.containers().stream()
        .flatMap(container -> container.image().digest().stream())
        .collect(Collectors.toSet());
  }

  private static Set<ImageDigest> digests(DeploymentRecord deployment) {
    return deployment.images().values().stream()
        .map(ImageReference::digest)
        .flatMap(Optional::stream)
        .collect(Collectors.toSet());
  }

  boolean wasRefused(DeploymentId id) {
    return refused.contains(id);
  }

  boolean isAnyRefused() {
    return !refused.isEmpty();
  }

  /** Revisions that nothing was started of. */
  long idleRegistrations() {
    return registrations.keySet().stream()
        .filter(id -> !updates.containsKey(id) && !refused.contains(id))
        .count();
  }
}
