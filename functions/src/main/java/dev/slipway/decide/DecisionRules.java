package dev.slipway.decide;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toSet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.decide.ObservedState.PinTarget;
import dev.slipway.ecs.EcsDeployment;
import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.RevisionTags;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.ecs.TaskPlatform;
import dev.slipway.gate.GateVerdict;
import dev.slipway.image.Candidate;
import dev.slipway.image.DigestPolicy;
import dev.slipway.image.ImageChange;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImagePolicy;
import dev.slipway.image.ImageReference;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.image.Selection;
import dev.slipway.image.TagPolicy;
import dev.slipway.record.Block;
import dev.slipway.record.DeployRequest;
import dev.slipway.record.DeploymentOutcome;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.Pin;
import dev.slipway.record.ServiceRecord;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a decision is reached: a function of what was observed, and of nothing else.
 *
 * <p>Precedence for the service: whether it takes deployments at all, a rollback that ECS carries
 * out, a pin that is not applied yet (it passes a pause), what is selected. Container by container:
 * an image that is blocked, that a pin passes over or that cannot run stays out without keeping
 * another container from its new image. A pause and then drift hold what is selected, unless an
 * operator asked for the deployment; then the environment's gates, image by image. What ECS would
 * not take comes last. {@code DecisionRulesTest} has the table.
 */
public final class DecisionRules {
  /** What an image names that has neither tag nor digest. */
  private static final String LATEST = "latest";

  private DecisionRules() {}

  /** Why nothing can ever be deployed to this service as it is, whatever the images. */
  public static Optional<Decision.NotDeployable> notDeployable(
      Service service, Environment environment) {
    return unfitness(service)
        .map(
            why -> new Decision.NotDeployable(service.arn(), Optional.of(environment.name()), why));
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
  public static Decision decide(ObservedState seen) {
    return notDeployable(seen.service(), seen.environment())
        .map(Decision.class::cast)
        .or(() -> rollingBack(seen))
        .orElseGet(() ->
            seen.record()
                .pin()
                .filter(pin -> !pin.applied())
                .map(pin -> pinned(seen, pin))
                .orElseGet(() -> selected(seen)));
  }

  // --- containers -------------------------------------------------------------------------------

  /** What became of each container that the environment's policy selects an image for. */
  private static final class Verdicts {
    final List<ImageChange> changes = new ArrayList<>();
    final List<String> current = new ArrayList<>();
    final Map<ImageDigest, Set<ImageReference>> blocked = new LinkedHashMap<>();
    final Map<ImageDigest, Set<ImageReference>> blockedRunning = new LinkedHashMap<>();
    final Map<ImageDigest, Set<ImageReference>> passedOver = new LinkedHashMap<>();
    final List<String> unusable = new ArrayList<>();
  }

  private static void add(
      Map<ImageDigest, Set<ImageReference>> images,
      ImageDigest digest,
      ImageReference image,
      Optional<ImageTag> selectedBy) {
    images
        .computeIfAbsent(digest, _ -> new LinkedHashSet<>())
        .add(new ImageReference(image.name(), selectedBy, Optional.of(digest)));
  }

  private static List<ImageReference> all(Map<ImageDigest, Set<ImageReference>> images) {
    return images.values().stream().flatMap(Set::stream).toList();
  }

  /**
   * Judges the containers of a revision.
   *
   * @param images what its containers have, or are to have
   * @param digests the digests of those images, as far as they are known, by container
   */
  private static Verdicts judge(
      ObservedState seen,
      TaskDefinition definition,
      Map<String, ImageReference> images,
      Map<String, ImageDigest> digests) {
    Verdicts verdicts = new Verdicts();
    TaskPlatform platform = TaskPlatform.of(seen.service(), definition);
    images.forEach((container, image) -> {
      ImageDigest running = digests.get(container);
      if (running != null && seen.record().isBlocked(running)) {
        image
            .repository()
            .map(_ -> image.at(running))
            .ifPresent(now -> add(verdicts.blockedRunning, running, now, tagOf(seen, now)));
      }
      Selection selection = seen.selection(image);
      switch (selection.candidate()) {
        case Candidate.Missing() -> {}
        case Candidate.NotAnImage(ImageDigest digest, String what) ->
            verdicts.unusable.add(
                "%s selects %s in %s, which no container can be made from: %s"
                    .formatted(seen.environment().images(), digest, repositoryName(image), what));
        case Candidate.Gone(ImageDigest digest) ->
            judgeGone(seen, verdicts, image, digest, selection.tag(), running);
        case Candidate.Image candidate ->
            judge(seen, platform, verdicts, container, image, candidate, selection.tag(), running);
      }
    });
    return verdicts;
  }

  /** Nothing goes down by itself: what runs stays, and what a pin passes over is not undercut. */
  private static void judgeGone(
      ObservedState seen,
      Verdicts verdicts,
      ImageReference image,
      ImageDigest gone,
      Optional<ImageTag> tag,
      @Nullable ImageDigest running) {
    if (gone.equals(running)) {
      verdicts.current.add(
          "%s, which is deleted or archived, so that no more tasks can start with it; nothing newer is there. To deploy another one: `slipway deploy %s --tag TAG`"
              .formatted(called(image, tag, gone), seen.service()));
    } else if (seen.record().pin().filter(pin -> pin.passesOver(gone)).isPresent()) {
      add(verdicts.passedOver, gone, image, tag);
    }
  }

  /** Such as {@code web:2.1.0 (38f416aef37a)}; {@code web 38f416aef37a} where no tag selects it. */
  private static String called(ImageReference image, Optional<ImageTag> tag, ImageDigest digest) {
    String repository = repositoryName(image);
    return tag.map(name -> "%s:%s (%s)".formatted(repository, name, digest.abbreviated()))
        .orElseGet(() -> repository + " " + digest.abbreviated());
  }

  private static void judge(
      ObservedState seen,
      TaskPlatform platform,
      Verdicts verdicts,
      String container,
      ImageReference image,
      Candidate.Image candidate,
      Optional<ImageTag> selectedBy,
      @Nullable ImageDigest running) {
    ImageDigest digest = candidate.digest();
    Optional<Block> block = seen.record().blockOf(candidate);
    if (running != null && candidate.isRunAs(running)) {
      if (block.isPresent()) {
        add(verdicts.blockedRunning, block.get().digest(), image, selectedBy);
      } else {
        verdicts.current.add(called(image, selectedBy, digest));
      }
    } else if (block.isPresent()) {
      add(verdicts.blocked, block.get().digest(), image, selectedBy);
    } else if (running == null && isBeingResolved(seen, image, selectedBy)) {
      verdicts.current.add(
          "%s:%s, which ECS is deploying and has not resolved to a digest yet"
              .formatted(repositoryName(image), image.tag().map(ImageTag::value).orElse(LATEST)));
    } else if (seen.record().pin().filter(pin -> pin.passesOver(digest)).isPresent()) {
      add(verdicts.passedOver, digest, image, selectedBy);
    } else if (!platform.runsAnyOf(candidate.platforms())) {
      verdicts.unusable.add(
          "image %s of %s is for %s, but the tasks run on %s: push an image that has it, or change the task definition's runtimePlatform"
              .formatted(
                  digest.abbreviated(),
                  repositoryName(image),
                  candidate.platforms().stream()
                      .map(Object::toString)
                      .sorted()
                      .collect(joining(", ")),
                  platform));
    } else {
      verdicts.changes.add(new ImageChange(container, image, image.at(digest), selectedBy));
    }
  }

  /**
   * Whether another client is deploying just what is followed, by its tag: ECS resolves that to a
   * digest once the first task has started. Its end has an event, and the service is evaluated
   * again.
   */
  private static boolean isBeingResolved(
      ObservedState seen, ImageReference image, Optional<ImageTag> selectedBy) {
    return image.digest().isEmpty()
        && selectedBy.filter(image.tag().orElse(new ImageTag(LATEST))::equals).isPresent()
        && seen.taskDefinition().containers().stream().anyMatch(c -> c.image().equals(image))
        && seen.service()
            .primaryDeployment()
            .filter(primary -> primary.rolloutState().filter("IN_PROGRESS"::equals).isPresent())
            .isPresent();
  }

  private static Map<String, ImageReference> imagesOf(TaskDefinition definition) {
    Map<String, ImageReference> images = new LinkedHashMap<>();
    definition.containers().forEach(c -> images.put(c.name(), c.image()));
    return images;
  }

  private static Map<String, ImageDigest> runningDigests(ObservedState seen) {
    Map<String, ImageDigest> digests = new LinkedHashMap<>();
    seen.taskDefinition()
        .containers()
        .forEach(c -> seen.runningDigest(c).ifPresent(d -> digests.put(c.name(), d)));
    return digests;
  }

  private static Map<String, ImageDigest> digestsOf(Map<String, ImageReference> images) {
    Map<String, ImageDigest> digests = new LinkedHashMap<>();
    images.forEach((name, image) -> image.digest().ifPresent(d -> digests.put(name, d)));
    return digests;
  }

  // --- a pin that is not applied yet ------------------------------------------------------------

  private static Decision pinned(ObservedState seen, Pin pin) {
    String choice = PinWords.choice(seen, pin) + pin.passing().map(", "::concat).orElse("");
    return switch (seen.pinTarget().orElseThrow()) {
      case PinTarget.Lost(String why) ->
          notDeployable(seen, "%s, but it cannot be deployed: %s".formatted(choice, why));
      case PinTarget.Found(TaskDefinition target, List<ImageReference> gone) ->
          pinned(seen, pin, target, gone, choice);
    };
  }

  private static Decision pinned(
      ObservedState seen,
      Pin pin,
      TaskDefinition target,
      List<ImageReference> gone,
      String choice) {
    Map<String, ImageReference> images = imagesOf(target);
    pin.images().forEach(images::replace);
    Verdicts verdicts = judge(seen, target, images, digestsOf(images));
    List<ImageChange> newest = isLetThrough(seen.record()) ? open(seen, verdicts) : List.of();
    boolean newer = !newest.isEmpty();
    newest.forEach(change -> images.put(change.container(), change.to()));
    Optional<Block> blocked =
        digestsOf(images).values().stream()
            .flatMap(digest -> seen.record().blockOf(digest).stream())
            .findFirst();
    if (blocked.isPresent()) {
      return new Decision.Held(
          seen.service().arn(),
          seen.environment().name(),
          Decision.Hold.BLOCKED,
          "pin " + pin.eventId() + " " + blocked.get().digest(),
          ofEcr(images.values()),
          "%s, but its image %s".formatted(choice, words(seen, blocked.get())));
    }
    if (!newer && has(seen, target, images)) {
      return heldByPin(seen, pin, verdicts.passedOver);
    }
    List<ImageReference> missing = gone.stream().filter(images::containsValue).toList();
    if (!missing.isEmpty()) {
      return notDeployable(
          seen,
          "%s, but its image %s is no longer in Amazon ECR: choose another with `slipway rollback %s --to REVISION`"
              .formatted(choice, briefly(missing.getFirst()), seen.service()));
    }
    return deploy(
        seen,
        target,
        images,
        newer ? Decision.Basis.SELECTED : Decision.Basis.PINNED,
        newer ? remaining(seen, pin, newest, images) : Optional.of(pin.asApplied()),
        newer
            ? "%s selects another image than the pinned one".formatted(seen.environment().images())
            : choice);
  }

  /** Whether the service runs just this: the same definition, the same images. */
  private static boolean has(
      ObservedState seen, TaskDefinition target, Map<String, ImageReference> images) {
    TaskDefinition now = seen.taskDefinition();
    Map<String, ImageDigest> running = runningDigests(seen);
    return withoutImages(now).equals(withoutImages(target))
        && images.entrySet().stream()
            .allMatch(image ->
                image
                    .getValue()
                    .digest()
                    .map(digest -> digest.equals(running.get(image.getKey())))
                    .orElseGet(() -> image.getValue().equals(imagesOf(now).get(image.getKey()))));
  }

  private static ObjectNode withoutImages(TaskDefinition definition) {
    ObjectNode document = definition.definition();
    for (JsonNode container : document.path("containerDefinitions")) {
      ((ObjectNode) container).remove("image");
    }
    return document;
  }

  // --- what is selected -------------------------------------------------------------------------

  private static Decision selected(ObservedState seen) {
    ServiceRecord record = seen.record();
    TaskDefinition now = seen.taskDefinition();
    Map<String, ImageReference> images = imagesOf(now);
    Verdicts verdicts = judge(seen, now, images, runningDigests(seen));
    if (verdicts.changes.isEmpty()) {
      return forced(seen, images).orElseGet(() -> withoutChange(seen, verdicts));
    }
    if (!isLetThrough(record)) {
      if (!verdicts.blockedRunning.isEmpty()) {
        return runsBlocked(seen, verdicts);
      }
      String bring = bring(seen, verdicts.changes);
      return held(
          seen,
          Decision.Hold.PAUSED,
          record.pause().orElseThrow().at() + " " + keyOf(verdicts.changes),
          selectedBy(verdicts.changes),
          "the service is paused %s; otherwise it would get %s. To go on: `slipway resume %s`"
              .formatted(record.pause().orElseThrow(), bring, seen.service()));
    }
    List<ImageChange> drift =
        record.request().isEmpty() && seen.environment().drift() == Environment.Drift.HOLD
            ? drift(seen, verdicts.changes)
            : List.of();
    if (drift.size() == verdicts.changes.size()) {
      return drifted(seen, drift);
    }
    List<ImageChange> candidates =
        verdicts.changes.stream().filter(change -> !drift.contains(change)).toList();
    List<GateVerdict> gates = GateRules.judge(seen, candidates);
    List<ImageChange> changes =
        candidates.stream().filter(change -> GateRules.isOpen(gates, change)).toList();
    if (changes.isEmpty()) {
      return forced(seen, images).orElseGet(() -> waiting(seen, verdicts, candidates, gates));
    }
    String bring = bring(seen, changes);
    changes.forEach(change -> images.put(change.container(), change.to()));
    keepWhatRuns(seen, images);
    Optional<Decision> kept = withoutBlocked(seen, images, bring);
    if (kept.isPresent()) {
      return kept.get();
    }
    String though =
        record
            .request()
            .map(request ->
                record
                    .pause()
                    .map(pause ->
                        "; the service is paused %s, but %s asked for this deployment"
                            .formatted(pause, request.by()))
                    .orElse(""))
            .orElse("");
    return deploy(
        seen,
        now,
        images,
        record.request().isPresent() ? Decision.Basis.REQUESTED : Decision.Basis.SELECTED,
        withDrift(
            seen,
            record.pin().flatMap(pin -> remaining(seen, pin, changes, images)),
            drift,
            images),
        "%s now selects another image: %s%s%s"
            .formatted(
                seen.environment().images(),
                bring,
                though,
                GateRules.overridden(gates)
                    .map(passed ->
                        "; by %s, %s".formatted(record.request().orElseThrow().by(), passed))
                    .orElse("")));
  }

  /** What each gate says of each image that is selected and not deployed. */
  public static List<GateVerdict> gates(ObservedState seen) {
    return seen.environment().gates().isEmpty()
        ? List.of()
        : GateRules.judge(seen, selectedChanges(seen));
  }

  private static List<ImageChange> selectedChanges(ObservedState seen) {
    return judge(seen, seen.taskDefinition(), imagesOf(seen.taskDefinition()), runningDigests(seen))
        .changes;
  }

  /**
   * The images that are selected and not deployed: those that gates judge, be it for what the
   * service has or for what a pin brings.
   */
  public static Map<Repository, Candidate.Image> undeployed(ObservedState seen) {
    List<ImageChange> changes = new ArrayList<>(selectedChanges(seen));
    if (seen.pinTarget().orElse(null) instanceof PinTarget.Found(TaskDefinition target, var _)) {
      Map<String, ImageReference> images = imagesOf(target);
      seen.record().pin().map(Pin::images).orElse(Map.of()).forEach(images::replace);
      changes.addAll(judge(seen, target, images, digestsOf(images)).changes);
    }
    Map<Repository, Candidate.Image> undeployed = new LinkedHashMap<>();
    for (ImageChange change : changes) {
      seen.selection(change.to())
          .image()
          .ifPresent(image -> undeployed.put(change.to().repository().orElseThrow(), image));
    }
    return undeployed;
  }

  /** Whether a gate keeps back an image that is selected, whatever becomes of others. */
  public static boolean isAnythingWaiting(ObservedState seen) {
    return gates(seen).stream().anyMatch(GateVerdict::isClosed);
  }

  private static List<ImageChange> open(ObservedState seen, Verdicts verdicts) {
    List<GateVerdict> gates = GateRules.judge(seen, verdicts.changes);
    return verdicts.changes.stream().filter(change -> GateRules.isOpen(gates, change)).toList();
  }

  private static Decision waiting(
      ObservedState seen,
      Verdicts verdicts,
      List<ImageChange> candidates,
      List<GateVerdict> gates) {
    if (!verdicts.blockedRunning.isEmpty()) {
      return runsBlocked(seen, verdicts);
    }
    Decision.Hold hold = GateRules.isPending(gates) ? Decision.Hold.PENDING : Decision.Hold.WAITING;
    return new Decision.Held(
        seen.service().arn(),
        seen.environment().name(),
        hold,
        hold + " " + keyOf(candidates) + GateRules.found(seen, gates),
        selectedBy(candidates),
        gates.stream().filter(GateVerdict::isClosed).map(GateVerdict::gate).distinct().toList(),
        "%s waits for %s%s"
            .formatted(
                bring(seen, candidates),
                GateRules.closed(seen, gates),
                GateRules.canBeOverridden(gates)
                    ? ". To deploy it anyway: `%s --override WHY`".formatted(deployCommand(seen))
                    : ""));
  }

  private static boolean isLetThrough(ServiceRecord record) {
    return record.pause().isEmpty() || record.request().isPresent();
  }

  /** A pin ends for the repositories that have a newer candidate, and goes on for the others. */
  private static Optional<Pin> remaining(
      ObservedState seen, Pin pin, List<ImageChange> changes, Map<String, ImageReference> images) {
    Set<Repository> ended = repositoriesTo(changes);
    Set<ImageDigest> rest = new HashSet<>();
    seen.selections()
        .forEach((repository, selection) ->
            selection
                .digest()
                .filter(digest -> !ended.contains(repository) && pin.passesOver(digest))
                .ifPresent(rest::add));
    return rest.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Pin(
                pin.revision(),
                images,
                rest,
                pin.by(),
                pin.at(),
                pin.eventId(),
                true,
                pin.passing()));
  }

  /** A deployment that an operator had ECS stop: until ECS has gone back, nothing is done. */
  private static Optional<Decision> rollingBack(ObservedState seen) {
    return underWay(seen)
        .filter(deployment -> deployment.stop().isPresent())
        .map(_ ->
            held(
                seen,
                Decision.Hold.ROLLING_BACK,
                "",
                List.of(),
                "ECS is rolling the service back, as an operator asked"));
  }

  /**
   * Those of the images that another client has put something in place of: what Slipway's last
   * deployment before it had.
   */
  private static List<ImageChange> drift(ObservedState seen, List<ImageChange> changes) {
    Optional<EcsDeployment> primary = seen.service().primaryDeployment();
    Optional<Instant> replacedAt = primary.flatMap(EcsDeployment::createdAt);
    if (replacedAt.isEmpty()
        || primary
            .flatMap(d -> EcsDeploymentId.tryParse(d.id()))
            .flatMap(seen.recorded()::deployment)
            .isPresent()) {
      return List.of();
    }
    Instant created = seen.service().createdAt().orElse(Instant.EPOCH);
    Map<String, ImageReference> replaced =
        seen.recorded().deployments().stream()
            .filter(deployment ->
                deployment
                    .startedAt()
                    .filter(at -> at.isBefore(replacedAt.get()) && !at.isBefore(created))
                    .isPresent())
            // ECS itself has replaced one that failed
            .filter(deployment ->
                deployment
                    .ended()
                    .filter(end -> end.outcome() == DeploymentOutcome.FAILED)
                    .isEmpty())
            .findFirst()
            .map(DeploymentRecord::images)
            .orElse(Map.of());
    return changes.stream()
        .filter(change -> change.to().digest().isPresent())
        .filter(change ->
            Optional.ofNullable(replaced.get(change.container()))
                .flatMap(ImageReference::digest)
                .equals(change.to().digest()))
        .toList();
  }

  /** What another client put in place of an image stays while other repositories get theirs. */
  private static Optional<Pin> withDrift(
      ObservedState seen,
      Optional<Pin> pin,
      List<ImageChange> drift,
      Map<String, ImageReference> images) {
    if (drift.isEmpty()) {
      return pin;
    }
    Set<ImageDigest> insteadOf = new HashSet<>(pin.map(Pin::insteadOf).orElse(Set.of()));
    drift.forEach(change -> change.to().digest().ifPresent(insteadOf::add));
    EcsDeployment primary = seen.service().primaryDeployment().orElseThrow();
    return Optional.of(
        new Pin(
            seen.taskDefinition().arn(),
            images,
            insteadOf,
            "another client",
            primary.createdAt().orElse(Instant.EPOCH),
            primary.id(),
            true,
            Optional.empty()));
  }

  private static Decision drifted(ObservedState seen, List<ImageChange> changes) {
    EcsDeployment primary = seen.service().primaryDeployment().orElseThrow();
    return held(
        seen,
        Decision.Hold.DRIFTED,
        primary.id() + " " + keyOf(changes),
        selectedBy(changes),
        "another client deployed %s at %s, in place of what Slipway had deployed (%s). It stays until another image is selected. To deploy what %s selects: `slipway deploy %s`"
            .formatted(
                primary.taskDefinition(),
                primary.createdAt().map(DecisionRules::second).map(Instant::toString).orElse("?"),
                bring(seen, changes),
                seen.environment().images(),
                seen.service()));
  }

  /**
   * A container whose image stays is named by the digest that runs: ECS would resolve its tag anew,
   * to an image that is blocked, waits for a gate, or was pushed since. The images of repositories
   * that the environment selects nothing in stay as the task definition names them.
   *
   * @param images to be deployed; changed here
   */
  private static void keepWhatRuns(ObservedState seen, Map<String, ImageReference> images) {
    runningDigests(seen)
        .forEach((container, digest) ->
            images.computeIfPresent(
                container,
                (_, image) ->
                    image.digest().isPresent()
                            || seen.selection(image).candidate() instanceof Candidate.Missing
                        ? image
                        : image.at(digest)));
  }

  /**
   * A change to one container never brings back another's blocked image: it gets the last good one
   * instead. A decision where there is none.
   *
   * @param images to be deployed; changed here
   */
  private static Optional<Decision> withoutBlocked(
      ObservedState seen, Map<String, ImageReference> images, String bring) {
    Map<String, ImageDigest> running = runningDigests(seen);
    for (Map.Entry<String, ImageReference> image : images.entrySet()) {
      Optional<ImageDigest> digest =
          image.getValue().digest().or(() -> Optional.ofNullable(running.get(image.getKey())));
      Optional<Block> block = digest.flatMap(seen.record()::blockOf);
      if (block.isEmpty()) {
        continue;
      }
      Optional<ImageReference> good = lastGood(seen, image.getKey(), image.getValue());
      if (good.isEmpty()) {
        image.setValue(withDigest(image.getValue(), block.get().digest()));
        return Optional.of(
            held(
                seen,
                Decision.Hold.BLOCKED,
                "beside " + block.get().digest(),
                ofEcr(images.values()),
                "the service cannot get %s, since its container %s has an image that %s, and no earlier good image of it is known"
                    .formatted(bring, image.getKey(), words(seen, block.get()))));
      }
      image.setValue(good.get());
    }
    return Optional.empty();
  }

  private static Optional<ImageReference> lastGood(
      ObservedState seen, String container, ImageReference image) {
    return seen.recorded().deployments().stream()
        .filter(DeploymentRecord::isGood)
        .map(deployment -> deployment.images().get(container))
        .filter(Objects::nonNull)
        .filter(good -> good.repository().equals(image.repository()))
        .filter(good -> good.digest().filter(d -> !seen.record().isBlocked(d)).isPresent())
        .findFirst()
        // what the failed deployment changed is known even if nothing good was ever recorded
        .or(() ->
            seen.recorded().deployments().stream()
                .flatMap(deployment -> deployment.changes().stream())
                .filter(change -> change.container().equals(container))
                .map(ImageChange::from)
                .filter(from -> from.repository().equals(image.repository()))
                .filter(from -> from.digest().filter(d -> !seen.record().isBlocked(d)).isPresent())
                .findFirst());
  }

  /** The same images, deployed again, if an operator asked for that. */
  private static Optional<Decision> forced(ObservedState seen, Map<String, ImageReference> images) {
    return seen.record()
        .request()
        .filter(DeployRequest::force)
        .map(request -> forced(seen, request, images));
  }

  private static Decision forced(
      ObservedState seen, DeployRequest request, Map<String, ImageReference> images) {
    runningDigests(seen)
        .forEach((container, digest) ->
            images.computeIfPresent(
                container,
                (_, image) -> image.repository().isPresent() ? image.at(digest) : image));
    Optional<Block> blocked =
        digestsOf(images).values().stream()
            .flatMap(digest -> seen.record().blockOf(digest).stream())
            .findFirst();
    if (blocked.isPresent()) {
      return held(
          seen,
          Decision.Hold.BLOCKED_RUNNING,
          blocked.get().digest().value(),
          ofEcr(images.values()),
          "its image " + words(seen, blocked.get()));
    }
    Decision decision =
        deploy(
            seen,
            seen.taskDefinition(),
            images,
            Decision.Basis.REQUESTED,
            seen.record().pin(),
            "%s asked for a new deployment of the same images".formatted(request.by()));
    return decision instanceof Decision.Deploy again
        // it brings what the deployment brought whose place it takes
        ? underWay(seen)
            .map(DeploymentRecord::changes)
            .map(again::bringing)
            .map(Decision.class::cast)
            .orElse(again)
        : decision;
  }

  /** Slipway's deployment without an outcome that is ECS's primary one. */
  private static Optional<DeploymentRecord> underWay(ObservedState seen) {
    Optional<EcsDeploymentId> primary =
        seen.service().primaryDeployment().flatMap(d -> EcsDeploymentId.tryParse(d.id()));
    return seen.recorded().running().stream()
        .filter(running -> primary.isPresent() && running.ecsDeployment().equals(primary))
        .findFirst();
  }

  private static Decision withoutChange(ObservedState seen, Verdicts verdicts) {
    if (!verdicts.blockedRunning.isEmpty()) {
      return runsBlocked(seen, verdicts);
    }
    if (!verdicts.unusable.isEmpty()) {
      return notDeployable(seen, String.join("; ", verdicts.unusable));
    }
    if (!verdicts.blocked.isEmpty()) {
      return held(
          seen,
          Decision.Hold.BLOCKED,
          keyOf(verdicts.blocked),
          all(verdicts.blocked),
          verdicts.blocked.keySet().stream()
              .map(digest ->
                  "image %s".formatted(words(seen, seen.record().blockOf(digest).orElseThrow())))
              .collect(joining("; ")));
    }
    if (!verdicts.passedOver.isEmpty()) {
      return heldByPin(seen, seen.record().pin().orElseThrow(), verdicts.passedOver);
    }
    if (verdicts.current.isEmpty()) {
      return new Decision.NotFollowing(
          seen.service().arn(), Optional.of(seen.environment().name()), nothingSelected(seen));
    }
    Optional<EcsDeployment> failed =
        seen.service()
            .primaryDeployment()
            .filter(primary -> primary.rolloutState().filter("FAILED"::equals).isPresent());
    if (failed.isPresent()) {
      return held(
          seen,
          Decision.Hold.FAILED,
          failed.get().id(),
          List.of(),
          "its deployment of %s failed%s. To start it again: `%s --force`"
              .formatted(
                  failed.get().taskDefinition(),
                  failed.get().reason().map(": "::concat).orElse(""),
                  deployCommand(seen)));
    }
    return new Decision.Current(
        seen.service().arn(),
        seen.environment().name(),
        "%s runs what %s selects: %s"
            .formatted(
                seen.taskDefinition(),
                seen.environment().images(),
                verdicts.current.stream().distinct().collect(joining(", "))));
  }

  private static Decision runsBlocked(ObservedState seen, Verdicts verdicts) {
    Block block =
        seen.record().blockOf(verdicts.blockedRunning.keySet().iterator().next()).orElseThrow();
    return held(
        seen,
        Decision.Hold.BLOCKED_RUNNING,
        seen.service().primaryDeployment().map(EcsDeployment::id).orElse("")
            + keyOf(verdicts.blockedRunning),
        all(verdicts.blockedRunning),
        "it runs image %s of %s, which is blocked since %s: %s. To go back: `slipway rollback %s`. To keep it: `%s --unblock`"
            .formatted(
                block.digest().abbreviated(),
                block.repository(),
                second(block.since()),
                blockedBy(block),
                seen.service(),
                deployCommand(seen, block.digest())));
  }

  private static Decision heldByPin(
      ObservedState seen, Pin pin, Map<ImageDigest, Set<ImageReference>> passedOver) {
    return held(
        seen,
        Decision.Hold.PINNED,
        pin.at() + keyOf(passedOver),
        all(passedOver),
        "%s is pinned: %s chose it at %s%s. The next image that the environment selects ends the pin, and so does `slipway deploy %s --unblock`"
            .formatted(
                PinWords.of(seen, pin),
                pin.by(),
                second(pin.at()),
                passedOver.isEmpty()
                    ? ""
                    : " instead of "
                        + passedOver.keySet().stream()
                            .map(ImageDigest::abbreviated)
                            .collect(joining(", ")),
                seen.service()));
  }

  private static String nothingSelected(ObservedState seen) {
    if (seen.selections().isEmpty()) {
      return "it follows %s, which selects nothing: no container of %s has an image from a followed repository of Amazon ECR in this account and Region"
          .formatted(seen.environment().name(), seen.taskDefinition());
    }
    return "it follows %s, but %s selects no image in %s"
        .formatted(
            seen.environment().name(),
            seen.environment().images(),
            seen.selections().keySet().stream()
                .map(Repository::name)
                .sorted()
                .collect(joining(", ")));
  }

  // --- a deployment -----------------------------------------------------------------------------

  private static Decision deploy(
      ObservedState seen,
      TaskDefinition source,
      Map<String, ImageReference> images,
      Decision.Basis basis,
      Optional<Pin> pin,
      String reason) {
    Service service = seen.service();
    TaskDefinition from = seen.taskDefinition();
    if (seen.record().request().isEmpty()) {
      Optional<String> refused =
          seen.record()
              .refused()
              .filter(attempt -> attempt.isFor(from.arn(), images))
              // what was refused of a service that is gone does not hold for one of its name
              .filter(attempt -> service.createdAt().filter(attempt.at()::isBefore).isEmpty())
              .map(attempt ->
                  "ECS refused this deployment at %s: %s. To try it again: `slipway deploy %s`"
                      .formatted(second(attempt.at()), attempt.why(), service));
      if (refused.isPresent()) {
        return new Decision.NotDeployable(
            service.arn(), Optional.of(seen.environment().name()), refused.get(), true);
      }
    }
    ObjectNode configuration = DeploymentSettings.configuration(service, seen.environment());
    Optional<String> deadlock = DeploymentSettings.deadlock(service, configuration);
    if (deadlock.isPresent()) {
      return notDeployable(seen, deadlock.get());
    }
    Map<String, String> tags = RevisionTags.kept(source);
    if (tags.size() >= RevisionTags.MAX_TAGS) {
      return notDeployable(
          seen,
          "%s has %d tags, and a copy needs one of Slipway's: ECS allows %d. Remove one from the task definition"
              .formatted(source, tags.size(), RevisionTags.MAX_TAGS));
    }
    return new Decision.Deploy(
        service.arn(),
        seen.environment().name(),
        from.arn(),
        changes(seen, images),
        images,
        source.definitionWith(images),
        tags,
        configuration,
        basis,
        pin,
        reason);
  }

  /** What differs from the images that the service has; those that it lacks have no change. */
  private static List<ImageChange> changes(ObservedState seen, Map<String, ImageReference> images) {
    List<ImageChange> changes = new ArrayList<>();
    for (TaskDefinition.Container container : seen.taskDefinition().containers()) {
      ImageReference from = container.image();
      Optional<ImageDigest> running = seen.runningDigest(container);
      Optional.ofNullable(images.get(container.name()))
          .filter(to -> !to.equals(from))
          .filter(to -> to.digest().isEmpty() || !to.digest().equals(running))
          .map(to ->
              new ImageChange(
                  container.name(),
                  // the digest that a tag stood for is what is left behind
                  running.map(digest -> withDigest(from, digest)).orElse(from),
                  to,
                  tagOf(seen, to)))
          .ifPresent(changes::add);
    }
    return changes;
  }

  /** The tag that an image was selected by; empty for one that is not what is selected. */
  private static Optional<ImageTag> tagOf(ObservedState seen, ImageReference image) {
    Selection selection = seen.selection(image);
    return image.digest().filter(selection::isRunAs).flatMap(_ -> selection.tag());
  }

  private static ImageReference withDigest(ImageReference image, ImageDigest digest) {
    return new ImageReference(image.name(), image.tag(), Optional.of(digest));
  }

  private static Decision.Held held(
      ObservedState seen,
      Decision.Hold hold,
      String key,
      List<ImageReference> images,
      String reason) {
    return new Decision.Held(
        seen.service().arn(), seen.environment().name(), hold, hold + " " + key, images, reason);
  }

  private static Decision.NotDeployable notDeployable(ObservedState seen, String reason) {
    return new Decision.NotDeployable(
        seen.service().arn(), Optional.of(seen.environment().name()), reason);
  }

  /** Such as {@code 38f416aef37a of web is blocked since …: …. Push another, or …}. */
  private static String words(ObservedState seen, Block block) {
    return "%s of %s is blocked since %s: %s. Push another, or deploy it anyway: `%s --unblock`"
        .formatted(
            block.digest().abbreviated(),
            block.repository(),
            second(block.since()),
            blockedBy(block),
            deployCommand(seen, block.digest()));
  }

  /** The command that deploys this image: it names one that is not selected. */
  private static String deployCommand(ObservedState seen, ImageDigest digest) {
    return seen.selectedImages().stream().anyMatch(image -> image.isRunAs(digest))
        ? deployCommand(seen)
        : "slipway deploy %s --digest %s".formatted(seen.service(), digest.abbreviated());
  }

  /** The command that deploys what is selected, or what an operator asks for instead. */
  private static String deployCommand(ObservedState seen) {
    return "slipway deploy %s%s"
        .formatted(
            seen.service(), seen.asked().map(choice -> " " + option(seen, choice)).orElse(""));
  }

  /** Of a digest that is known, twelve digits do. */
  private static String option(ObservedState seen, ImagePolicy choice) {
    return switch (choice) {
      case DigestPolicy(ImageDigest digest) ->
          "--digest " + (seen.record().isBlocked(digest) ? digest.abbreviated() : digest.value());
      case TagPolicy(ImageTag tag) -> "--tag " + tag;
      default -> throw new IllegalArgumentException("no operator chooses by " + choice);
    };
  }

  private static String blockedBy(Block block) {
    return block
        .deployment()
        .map(id -> "it failed in deployment %s (%s)".formatted(id, inBrackets(block)))
        .orElseGet(() -> "%s blocked it (%s)".formatted(block.by(), inBrackets(block)));
  }

  /** ECS's reasons end with a full stop, which a sentence around them has itself. */
  private static String inBrackets(Block block) {
    String reason = block.reason();
    return reason.endsWith(".") ? reason.substring(0, reason.length() - 1) : reason;
  }

  /** A time as people read it. */
  private static Instant second(Instant time) {
    return time.truncatedTo(ChronoUnit.SECONDS);
  }

  /** Such as {@code web 38f416aef37a}; with the tag where the policy does not say it. */
  private static String bring(ObservedState seen, List<ImageChange> changes) {
    boolean withTag = seen.environment().images().comparesImages();
    return changes.stream()
        .map(change ->
            "%s%s %s"
                .formatted(
                    repositoryName(change.to()),
                    change.tag().filter(_ -> withTag).map(tag -> ":" + tag).orElse(""),
                    change.to().digest().map(ImageDigest::abbreviated).orElse("?")))
        .distinct()
        .collect(joining(", "));
  }

  /** Such as {@code 38f416aef37a of web}. */
  private static String briefly(ImageReference image) {
    return image
        .digest()
        .map(digest -> "%s of %s".formatted(digest.abbreviated(), repositoryName(image)))
        .orElseGet(image::toString);
  }

  private static String keyOf(List<ImageChange> changes) {
    return changes.stream()
        .flatMap(change -> change.to().digest().stream())
        .map(ImageDigest::abbreviated)
        .sorted()
        .distinct()
        .collect(joining(" "));
  }

  private static String keyOf(Map<ImageDigest, Set<ImageReference>> digests) {
    return digests.keySet().stream()
        .map(ImageDigest::abbreviated)
        .sorted()
        .map(" "::concat)
        .collect(joining());
  }

  /** The images that changes bring, by the tags that they were selected by. */
  private static List<ImageReference> selectedBy(List<ImageChange> changes) {
    return changes.stream()
        .map(change -> new ImageReference(change.to().name(), change.tag(), change.to().digest()))
        .toList();
  }

  private static List<ImageReference> ofEcr(Collection<ImageReference> images) {
    return images.stream().filter(image -> image.repository().isPresent()).toList();
  }

  private static Set<Repository> repositoriesTo(List<ImageChange> changes) {
    return changes.stream().flatMap(change -> change.to().repository().stream()).collect(toSet());
  }

  private static String repositoryName(ImageReference image) {
    return image.repository().map(Repository::name).orElse(image.name());
  }
}
