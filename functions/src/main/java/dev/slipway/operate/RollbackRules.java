package dev.slipway.operate;

import static java.util.stream.Collectors.joining;

import dev.slipway.decide.Decision;
import dev.slipway.decide.DecisionRules;
import dev.slipway.decide.ObservedState;
import dev.slipway.deploy.Hint;
import dev.slipway.ecs.EcsDeployment;
import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.ServiceDeployment.Status;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageChange;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageReference;
import dev.slipway.image.Repository;
import dev.slipway.image.Selection;
import dev.slipway.record.Block;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.Pin;
import dev.slipway.record.ServiceRecord;
import dev.slipway.record.Trigger;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a rollback comes to: a function of what was observed, and of nothing else. */
final class RollbackRules {
  private RollbackRules() {}

  /**
   * Everything that a rollback is planned from.
   *
   * @param state of the service now
   * @param selections what the environment selects in the repositories of the service's revision
   *     and of the target's
   * @param newest ECS's newest service deployment
   * @param goesBackTo what ECS itself would go back to: the last deployment that completed; empty
   *     where it knows none
   */
  record Situation(
      ObservedState state,
      Map<Repository, Selection> selections,
      Optional<ServiceDeployment> newest,
      Optional<RollbackTarget.Completed> goesBackTo) {
    Situation {
      selections = Map.copyOf(selections);
    }
  }

  /** Why no rollback can be begun now. */
  static Optional<String> underWay(ObservedState state, Optional<ServiceDeployment> newest) {
    Service service = state.service();
    Optional<DeploymentRecord> stopped =
        state.recorded().running().stream()
            .filter(running -> running.stop().isPresent())
            .filter(running -> isPrimary(service, running))
            .findFirst();
    if (stopped.isPresent()) {
      DeploymentRecord.Stop stop = stopped.get().stop().orElseThrow();
      return Optional.of(
          "ECS is rolling %s back already, as %s asked at %s: try again when that is done"
              .formatted(service, stop.by(), stop.at()));
    }
    return newest
        .filter(deployment ->
            deployment.status() == Status.ROLLBACK_REQUESTED
                || deployment.status() == Status.ROLLBACK_IN_PROGRESS)
        .map(_ ->
            "ECS is rolling %s back already, to %s: try again when that is done"
                .formatted(service, service.taskDefinition().map(r -> r.shortName()).orElse("?")));
  }

  /** Why a second rollback does not go one step further while the first is under way. */
  static Optional<String> asked(ObservedState state) {
    return state
        .record()
        .pin()
        .filter(pin ->
            !pin.applied()
                || state.recorded().running().stream()
                    .filter(running -> isPrimary(state.service(), running))
                    .anyMatch(running ->
                        running.trigger() instanceof Trigger.Operator operator
                            && operator.eventId().equals(pin.eventId())))
        .map(pin ->
            "%s goes to %s already, as %s asked at %s: wait until it is there, or pass --to REVISION"
                .formatted(
                    state.service(),
                    pin.revision().shortName(),
                    pin.by(),
                    pin.at().truncatedTo(ChronoUnit.SECONDS)));
  }

  /**
   * Why a rollback that names no revision does not leave what ECS itself has just gone back to:
   * that is the last good one, and would be blocked.
   *
   * @param rolledBack what ECS has rolled back, if that was the newest deployment and no operator
   *     asked for it
   */
  static Optional<String> goneBack(
      ObservedState state, Optional<TaskDefinitionArn> rolledBack, RollbackTargets.Walk walk) {
    return rolledBack.map(revision ->
        "ECS has rolled %s back already, so %s has %s again, which ran before. %s"
            .formatted(
                revision.shortName(),
                state.service(),
                state.taskDefinition(),
                walk.taken()
                    .map(further ->
                        "To go back further, and block what it has now: `slipway rollback %s --to %s`"
                            .formatted(state.service(), further.revision()))
                    .orElseGet(() -> "There is nothing to go back to from there: " + none(walk))));
  }

  /**
   * What is gone back to.
   *
   * @param skipped why better targets were not taken, for people
   */
  record Choice(RollbackTarget target, List<String> skipped) {
    Choice {
      skipped = List.copyOf(skipped);
    }
  }

  /**
   * What an operator who names no revision gets: the newest that completed, is not what the service
   * has, and can be had again.
   *
   * @throws RejectedRequest if there is none
   */
  static Choice unnamed(ObservedState state, RollbackTargets.Walk walk) {
    return walk.taken()
        .map(taken -> new Choice(taken, walk.named()))
        .orElseThrow(() ->
            new RejectedRequest(
                "%s has no revision to go back to: %s. To choose one of those that `slipway history %s` lists: `slipway rollback %s --to REVISION`"
                    .formatted(state.service(), none(walk), state.service(), state.service())));
  }

  private static String none(RollbackTargets.Walk walk) {
    return "no earlier deployment completed with tasks running, differs from what it has now, and has no blocked image (of the last %d, within 90 days)%s"
        .formatted(
            RollbackTargets.MAX_DEPLOYMENTS,
            walk.named().stream().map("; "::concat).collect(joining()));
  }

  /** Whether it is worth a word: not what the service has, nor what is blocked. */
  static boolean isTarget(ObservedState state, RollbackTarget.Seen seen) {
    return seen.target().flatMap(target -> unfit(state, target)).isEmpty();
  }

  /** Why a target is passed over, wherever its images are; empty where it is not. */
  static Optional<String> passedOver(RollbackTarget.Seen seen) {
    if (seen.target().isEmpty()) {
      return Optional.of(
          "%s is not taken, since it cannot be read: %s"
              .formatted(seen.revision().shortName(), seen.unreadable().orElse("")));
    }
    RollbackTarget target = seen.target().get();
    if (!seen.unrecorded().isEmpty()) {
      // what a moved tag stood for cannot be guessed: nobody is brought back to it unasked
      return Optional.of(
          "%s is not taken, since nobody recorded which digest its container %s ran"
              .formatted(target.revision(), seen.unrecorded().getFirst()));
    }
    return Optional.empty();
  }

  /**
   * What an operator names is taken, if it can be.
   *
   * @throws RejectedRequest if it cannot be read, is blocked, or is what the service has
   */
  static Choice named(ObservedState state, RollbackTarget.Seen seen) {
    RollbackTarget target =
        seen.target()
            .orElseThrow(() ->
                RevisionName.unreadable(
                    state.service().arn(),
                    state.taskDefinition().arn(),
                    seen.revision(),
                    seen.unreadable().orElse("")));
    unfit(state, target)
        .ifPresent(why -> {
          throw new RejectedRequest(why);
        });
    return new Choice(target, List.of());
  }

  /**
   * Why a revision of the service's own family is no target; empty where it is one. Those of
   * others, with others' roles, never come here: {@link RevisionName}, {@link RollbackTargets}.
   */
  static Optional<String> unfit(ObservedState state, RollbackTarget target) {
    return isRunning(state, target)
        ? Optional.of("%s is what the service has".formatted(target.revision()))
        : blocked(state.record(), target);
  }

  private static Optional<String> blocked(ServiceRecord record, RollbackTarget target) {
    return target.digests().stream()
        .flatMap(digest -> record.blockOf(digest).stream())
        .findFirst()
        .map(block ->
            "image %s of %s in %s is blocked since %s: %s"
                .formatted(
                    block.digest().abbreviated(),
                    block.repository(),
                    target.revision(),
                    block.since().truncatedTo(ChronoUnit.SECONDS),
                    block.reason()));
  }

  /** Whether the service has just this: the same definition, with the same images. */
  static boolean isRunning(ObservedState state, RollbackTarget target) {
    TaskDefinition now = state.taskDefinition();
    Map<String, ImageReference> images = running(state);
    return withoutImages(now).equals(withoutImages(target.revision()))
        && target.images().entrySet().stream()
            .allMatch(image -> isSame(image.getValue(), images.get(image.getKey())));
  }

  private static boolean isSame(ImageReference one, @Nullable ImageReference other) {
    if (other == null) {
      return false;
    }
    if (one.digest().isEmpty() && other.digest().isEmpty()) {
      return one.equals(other);
    }
    return one.digest().equals(other.digest());
  }

  private static Object withoutImages(TaskDefinition definition) {
    Map<String, ImageReference> none = new LinkedHashMap<>();
    definition.containers().forEach(c -> none.put(c.name(), ImageReference.parse("none")));
    return definition.definitionWith(none);
  }

  /** The images that the service has now, by container: by digest wherever one is known. */
  static Map<String, ImageReference> running(ObservedState state) {
    Map<String, ImageReference> images = new LinkedHashMap<>();
    for (TaskDefinition.Container container : state.taskDefinition().containers()) {
      images.put(
          container.name(),
          state.runningDigest(container).map(container.image()::at).orElse(container.image()));
    }
    return images;
  }

  /**
   * A rollback to what was chosen.
   *
   * @throws RejectedRequest if the target cannot be deployed
   */
  static RollbackCommand.RollbackPlan plan(
      Situation seen, Choice choice, Trigger.Operator trigger, Instant now) {
    RollbackTarget target = choice.target();
    ObservedState state = seen.state();
    ServiceRecord before = state.record();
    Pin pin =
        new Pin(
            target.revision().arn(),
            target.images(),
            insteadOf(seen, target),
            trigger.by(),
            now,
            trigger.eventId(),
            false,
            Optional.empty());
    List<Block> blocks = blocks(seen, target, trigger, now);
    ServiceRecord after =
        before
            .withPin(Optional.of(pin))
            .block(blocks)
            .withRequest(Optional.empty())
            .withRefused(Optional.empty());
    List<ImageChange> changes = changes(seen, after, target);
    Optional<ServiceChange.Stop> stop = stop(seen, target, trigger, now);
    List<String> sentences = new ArrayList<>();
    sentences.add(
        stop.isPresent()
            ? "the deployment under way is stopped, and ECS itself goes back to "
                + target.revision()
            : deployed(target));
    if (!target.unrecorded().isEmpty()) {
      sentences.add(
          "nobody recorded which digest %s ran: it gets what its image names now (%s)"
              .formatted(
                  String.join(", ", target.unrecorded()),
                  target.unrecorded().stream()
                      .map(container -> brief(target.image(container)))
                      .collect(joining(", "))));
    }
    List<ImageReference> passedOver = passedOver(seen, target);
    if (!passedOver.isEmpty()) {
      sentences.add(
          "%s, which %s selected and not deployed now, %s passed over too. To deploy what is selected later: `slipway deploy %s --unblock`"
              .formatted(
                  passedOver.stream().map(RollbackRules::brief).collect(joining(", ")),
                  passedOver.size() == 1 ? "is" : "are",
                  passedOver.size() == 1 ? "is" : "are",
                  state.service()));
    }
    before
        .pause()
        .ifPresent(pause ->
            sentences.add("the service is paused %s: a rollback passes that".formatted(pause)));
    sentences.addAll(choice.skipped());
    ServiceChange change =
        new ServiceChange(
            before,
            after,
            stop,
            Optional.of(new Hint.CheckService(before.service(), trigger)),
            sentences);
    return new RollbackCommand.RollbackPlan(
        state.service(),
        state.taskDefinition().arn(),
        target.revision().arn(),
        changes,
        blocks.stream().map(Block::digest).toList(),
        passedOver.stream().flatMap(image -> image.digest().stream()).toList(),
        target.unrecorded(),
        change,
        String.join("; ", sentences));
  }

  /** How it is done where ECS does not do it by itself. */
  static String deployed(RollbackTarget target) {
    return "DeployFunction deploys a copy of %s with the digests that ran, with the environment's deployment configuration"
        .formatted(target.revision());
  }

  /** What is selected, runs or is being rolled out, and the target does not have. */
  private static Set<ImageDigest> insteadOf(Situation seen, RollbackTarget target) {
    Set<ImageDigest> digests = target.digests();
    Set<ImageDigest> insteadOf = new LinkedHashSet<>();
    for (Selection selection : seen.selections().values()) {
      selection
          .image()
          .filter(image -> digests.stream().noneMatch(image::isRunAs))
          .ifPresent(image -> insteadOf.add(image.digest()));
    }
    left(seen.state(), target).forEach(image -> image.digest().ifPresent(insteadOf::add));
    return insteadOf;
  }

  /**
   * What is selected, and neither runs, is being rolled out, nor is what the target has. What is
   * blocked waits already.
   */
  private static List<ImageReference> passedOver(Situation seen, RollbackTarget target) {
    Set<ImageDigest> known = target.digests();
    left(seen.state(), target).forEach(image -> image.digest().ifPresent(known::add));
    return seen.state().taskDefinition().containers().stream()
        .map(TaskDefinition.Container::image)
        .flatMap(image ->
            seen.state().selection(image).image().stream()
                .filter(selected -> known.stream().noneMatch(selected::isRunAs))
                .filter(selected -> seen.state().record().blockOf(selected).isEmpty())
                .map(selected -> image.at(selected.digest())))
        .distinct()
        .toList();
  }

  /** The images of repositories in Amazon ECR that run or are rolled out, and the target lacks. */
  private static List<ImageReference> left(ObservedState state, RollbackTarget target) {
    Set<ImageDigest> kept = target.digests();
    Stream<ImageReference> starting =
        state.recorded().deployments().stream()
            .filter(deployment -> deployment.isIntent() || isPrimary(state.service(), deployment))
            .flatMap(deployment -> deployment.images().values().stream());
    return Stream.concat(running(state).values().stream(), starting)
        .filter(image -> image.repository().isPresent())
        .filter(image -> image.digest().filter(digest -> !kept.contains(digest)).isPresent())
        .distinct()
        .toList();
  }

  private static boolean isPrimary(Service service, DeploymentRecord deployment) {
    Optional<EcsDeploymentId> primary =
        service.primaryDeployment().map(EcsDeployment::id).flatMap(EcsDeploymentId::tryParse);
    return primary.isPresent() && primary.equals(deployment.ecsDeployment());
  }

  private static List<Block> blocks(
      Situation seen, RollbackTarget target, Trigger.Operator trigger, Instant now) {
    Map<ImageDigest, Block> blocks = new LinkedHashMap<>();
    for (ImageReference image : left(seen.state(), target)) {
      ImageDigest digest = image.digest().orElseThrow();
      blocks.putIfAbsent(
          digest,
          new Block(
              digest,
              image.repository().map(Repository::name).orElseThrow(),
              now,
              trigger.by(),
              Optional.empty(),
              "rolled back to %s".formatted(target.revision())));
    }
    return List.copyOf(blocks.values());
  }

  /** By the rules that DeployFunction decides by, with the record as it is to be. */
  private static List<ImageChange> changes(
      Situation seen, ServiceRecord after, RollbackTarget target) {
    ObservedState state = seen.state();
    Decision decision =
        DecisionRules.decide(
            state
                .selecting(seen.selections())
                .pinnedTo(Optional.of(target.revision()))
                .with(after));
    if (decision instanceof Decision.Deploy deploy) {
      return deploy.changes();
    }
    throw new RejectedRequest(decision.reason());
  }

  /**
   * A deployment of Slipway's that is being rolled out is stopped where ECS goes back to the target
   * by itself: that is faster than another deployment. Others' deployments are deployed over.
   */
  private static Optional<ServiceChange.Stop> stop(
      Situation seen, RollbackTarget target, Trigger.Operator trigger, Instant now) {
    Optional<ServiceDeployment> rolling =
        seen.newest()
            .filter(deployment ->
                deployment.status() == Status.PENDING || deployment.status() == Status.IN_PROGRESS);
    if (rolling.isEmpty() || seen.goesBackTo().filter(back -> isTo(back, target)).isEmpty()) {
      return Optional.empty();
    }
    return seen.state()
        .recorded()
        .deployment(rolling.get().id())
        .filter(DeploymentRecord::isRunning)
        .map(running ->
            new ServiceChange.Stop(
                running.stopped(new DeploymentRecord.Stop(trigger.by(), now)),
                rolling.get().arn()));
  }

  private static boolean isTo(RollbackTarget.Completed back, RollbackTarget target) {
    Map<String, ImageDigest> digests = back.digests();
    return back.revision().equals(target.revision().arn())
        && target.images().entrySet().stream()
            .allMatch(image ->
                image
                    .getValue()
                    .digest()
                    .map(digest -> digest.equals(digests.get(image.getKey())))
                    .orElse(true));
  }

  /**
   * Why a target cannot be had again: a sentence of its images that are gone.
   *
   * @param archived those of them that can be restored
   */
  static Optional<String> lost(
      RollbackTarget target, List<ImageReference> gone, List<ImageReference> archived) {
    if (gone.isEmpty()) {
      return Optional.empty();
    }
    List<ImageReference> deleted = new ArrayList<>(gone);
    deleted.removeAll(archived);
    return Optional.of(
        "%s is not taken, since %s"
            .formatted(
                target.revision(),
                Stream.of(
                        absent(deleted, "no longer in Amazon ECR"),
                        absent(archived, "archived in Amazon ECR"))
                    .flatMap(Optional::stream)
                    .collect(joining(", and "))));
  }

  private static Optional<String> absent(List<ImageReference> images, String where) {
    return images.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "%s %s %s"
                .formatted(
                    images.stream().map(RollbackRules::brief).collect(joining(", ")),
                    images.size() == 1 ? "is" : "are",
                    where));
  }

  /** Such as {@code web 38f416aef37a}. */
  static String brief(ImageReference image) {
    return image.repository().map(Repository::name).orElse(image.name())
        + image
            .digest()
            .map(digest -> " " + digest.abbreviated())
            .or(() -> image.tag().map(tag -> ":" + tag))
            .orElse("");
  }
}
