package dev.slipway.record;

import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageChange;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageReference;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A deployment that Slipway started, or is about to start. It is written as an intent before
 * UpdateService, completed with ECS's id after it, and ended with its outcome once ECS shows one.
 *
 * @param trigger what led to it
 * @param from the revision that the service had
 * @param to the revision that was registered for it; empty until it is started, or UpdateService
 *     has failed
 * @param changes the images that differ between the two
 * @param images of all containers of the new revision, by container
 * @param reason why it was decided, one sentence for people
 * @param decidedAt when
 * @param lease who starts or announces it, until when nobody else may; empty where nobody does
 * @param ecsDeployment ECS's id of it; empty until it is started
 * @param startedAt when ECS took it, by ECS's clock; empty until it is started
 * @param stop who asked ECS to stop it and go back; empty where nobody did
 * @param ended empty while it has no outcome
 * @param announced what has been announced of it
 * @param hooks ECS's pause hooks at which it waits or waited, the newest last
 */
public record DeploymentRecord(
    DeploymentId id,
    ServiceArn service,
    String environment,
    Trigger trigger,
    TaskDefinitionArn from,
    Optional<TaskDefinitionArn> to,
    List<ImageChange> changes,
    Map<String, ImageReference> images,
    String reason,
    Instant decidedAt,
    Optional<Lease> lease,
    Optional<EcsDeploymentId> ecsDeployment,
    Optional<Instant> startedAt,
    Optional<Stop> stop,
    Optional<Ended> ended,
    Set<Announcement> announced,
    List<HookWait> hooks) {
  /**
   * So many waits at hooks are kept: the oldest drop out. ECS allows ten hooks, each many times.
   */
  public static final int MAX_HOOKS = 20;

  /** Copies the collections. */
  public DeploymentRecord {
    changes = List.copyOf(changes);
    images = new LinkedHashMap<>(images);
    announced = announced.isEmpty() ? Set.of() : Set.copyOf(announced);
    hooks = List.copyOf(hooks.subList(Math.max(0, hooks.size() - MAX_HOOKS), hooks.size()));
  }

  /** One that has not waited at a hook. */
  public DeploymentRecord(
      DeploymentId id,
      ServiceArn service,
      String environment,
      Trigger trigger,
      TaskDefinitionArn from,
      Optional<TaskDefinitionArn> to,
      List<ImageChange> changes,
      Map<String, ImageReference> images,
      String reason,
      Instant decidedAt,
      Optional<Lease> lease,
      Optional<EcsDeploymentId> ecsDeployment,
      Optional<Instant> startedAt,
      Optional<Stop> stop,
      Optional<Ended> ended,
      Set<Announcement> announced) {
    this(
        id,
        service,
        environment,
        trigger,
        from,
        to,
        changes,
        images,
        reason,
        decidedAt,
        lease,
        ecsDeployment,
        startedAt,
        stop,
        ended,
        announced,
        List.of());
  }

  /** A copy, in the order of the containers. */
  @Override
  public Map<String, ImageReference> images() {
    return new LinkedHashMap<>(images);
  }

  /**
   * The right to start a deployment, or to announce one that has ended. Until it is over nobody
   * else starts one for the service, or announces this one.
   *
   * @param holder tells the work that holds it from other work: SQS's id of the message
   * @param until by then the holder's function has ended
   */
  public record Lease(String holder, Instant until) {}

  /** An operator asked ECS to stop the deployment and to roll back. */
  public record Stop(String by, Instant at) {}

  /**
   * How it ended.
   *
   * @param at when ECS completed it or gave it up; a rollback that follows is not counted
   * @param tasks of the new revision that ran then
   * @param serviceDeployment ARN of ECS's own record of it; empty where it never got there
   * @param rollback where ECS rolls back
   * @param blocked the images that are blocked because of it
   * @param why ECS's reason, or who replaced it; empty where there is nothing to add
   * @param diagnosis why it failed, in one sentence; empty until the evidence is gathered
   * @param evidence what the diagnosis was made from, a line each
   */
  public record Ended(
      DeploymentOutcome outcome,
      Instant at,
      int tasks,
      Optional<String> serviceDeployment,
      Optional<Rollback> rollback,
      List<ImageDigest> blocked,
      Optional<String> why,
      Optional<String> diagnosis,
      List<String> evidence) {
    /** Copies the lists. */
    public Ended {
      blocked = List.copyOf(blocked);
      evidence = List.copyOf(evidence);
    }

    /** An end of which there is no more to say than why. */
    public static Ended because(DeploymentOutcome outcome, Instant at, String why) {
      return new Ended(
          outcome,
          at,
          0,
          Optional.empty(),
          Optional.empty(),
          List.of(),
          Optional.of(why),
          Optional.empty(),
          List.of());
    }

    /** The same, with the diagnosis. */
    public Ended diagnosed(String sentence, List<String> lines) {
      return new Ended(
          outcome,
          at,
          tasks,
          serviceDeployment,
          rollback,
          blocked,
          why,
          Optional.of(sentence),
          lines);
    }

    /** The same, but this is why, and there is no more to find out. */
    public Ended explained(String sentence) {
      return new Ended(
          outcome,
          at,
          tasks,
          serviceDeployment,
          rollback,
          blocked,
          Optional.of(sentence),
          Optional.of(sentence),
          List.of());
    }

    /** The same, with these images blocked because of it. */
    public Ended blocking(List<ImageDigest> images) {
      return new Ended(
          outcome, at, tasks, serviceDeployment, rollback, images, why, diagnosis, evidence);
    }

    /** The same, but this is how the rollback stands. */
    public Ended withRollback(Rollback now) {
      return new Ended(
          outcome,
          at,
          tasks,
          serviceDeployment,
          Optional.of(now),
          blocked,
          why,
          diagnosis,
          evidence);
    }
  }

  /**
   * ECS's way back from a deployment that failed.
   *
   * @param to the revision that it goes back to; empty where there is none
   */
  public record Rollback(Optional<TaskDefinitionArn> to, RollbackState state) {}

  /** How far a rollback is. */
  public enum RollbackState {
    /** Tasks are being replaced. */
    IN_PROGRESS,
    /** The service runs the earlier revision. */
    SUCCESSFUL,
    /** It failed, or there was nothing to go back to. */
    FAILED,
    /** Another deployment took its place before it had ended. */
    SUPERSEDED
  }

  /** Something that is announced of a deployment, by one channel: each is done once. */
  public enum Announcement {
    /** The outcome, on the event bus. */
    OUTCOME_EVENT,
    /** The outcome, to people. */
    OUTCOME_NOTIFICATION,
    /** The outcome, as a metric. */
    OUTCOME_METRIC,
    /** That the rollback failed, on the event bus. */
    ROLLBACK_FAILED_EVENT,
    /** That the rollback failed, to people. */
    ROLLBACK_FAILED_NOTIFICATION
  }

  /** Whether UpdateService is not known to have been called. */
  public boolean isIntent() {
    return ecsDeployment.isEmpty() && ended.isEmpty();
  }

  /** Whether ECS has it, and it has no outcome yet. */
  public boolean isRunning() {
    return ecsDeployment.isPresent() && ended.isEmpty();
  }

  /** Whether it completed. */
  public boolean isDeployed() {
    return ended.filter(end -> end.outcome() == DeploymentOutcome.DEPLOYED).isPresent();
  }

  /** Whether it completed, and tasks ran it: only such a one is a target of a rollback. */
  public boolean isGood() {
    return isDeployed() && ended.filter(end -> end.tasks() > 0).isPresent();
  }

  /** Whether something remains to be done about it: an outcome, a rollback's end, a telling. */
  public boolean isOpen() {
    return ended.isEmpty() || isGoingBack() || !due().isEmpty();
  }

  /** Whether it has failed, and ECS is still rolling back. */
  public boolean isGoingBack() {
    return ended
        .flatMap(Ended::rollback)
        .filter(rollback -> rollback.state() == RollbackState.IN_PROGRESS)
        .isPresent();
  }

  /** What is to be announced and has not been. */
  public Set<Announcement> due() {
    Set<Announcement> due = EnumSet.noneOf(Announcement.class);
    ended
        .filter(end -> end.outcome().isAnnounced())
        .ifPresent(end -> {
          due.add(Announcement.OUTCOME_EVENT);
          due.add(Announcement.OUTCOME_NOTIFICATION);
          due.add(Announcement.OUTCOME_METRIC);
          // a rollback that had failed before the outcome was announced is announced with it
          if (end.rollback().filter(r -> r.state() == RollbackState.FAILED).isPresent()) {
            if (announced.contains(Announcement.OUTCOME_EVENT)) {
              due.add(Announcement.ROLLBACK_FAILED_EVENT);
            }
            if (announced.contains(Announcement.OUTCOME_NOTIFICATION)) {
              due.add(Announcement.ROLLBACK_FAILED_NOTIFICATION);
            }
          }
        });
    due.removeAll(announced);
    return due;
  }

  /** The waits at hooks that are to be announced and have not been. */
  public List<HookWait> dueHooks() {
    return ended.isPresent()
        ? List.of()
        : hooks.stream().filter(wait -> !wait.due().isEmpty()).toList();
  }

  /** The wait at a hook, by ECS's id of it. */
  public Optional<HookWait> hook(String hookId) {
    return hooks.stream().filter(wait -> wait.hook().id().equals(hookId)).findFirst();
  }

  /** Whether the new revision has this image in one of its containers. */
  public boolean brings(ImageDigest digest) {
    return images.values().stream()
        .anyMatch(image -> image.digest().filter(digest::equals).isPresent());
  }

  /**
   * The same, started: ECS has taken it.
   *
   * @param at by ECS's clock
   */
  public DeploymentRecord started(TaskDefinitionArn revision, EcsDeploymentId ecs, Instant at) {
    return with(copy -> {
      copy.to = Optional.of(revision);
      copy.lease = Optional.empty();
      copy.ecsDeployment = Optional.of(ecs);
      copy.startedAt = Optional.of(at);
      // it had been dropped, and was started after all
      copy.ended = ended.filter(end -> end.outcome() != DeploymentOutcome.DROPPED);
    });
  }

  /** The same, ended. */
  public DeploymentRecord ended(Ended end) {
    return unclaimed().endedAs(end);
  }

  /** The same, with more known of its end; who announces it goes on. */
  public DeploymentRecord endedAs(Ended end) {
    return with(copy -> copy.ended = Optional.of(end));
  }

  /** The same, to be announced by one worker alone. */
  public DeploymentRecord claimed(Lease claim) {
    return with(copy -> copy.lease = Optional.of(claim));
  }

  /** The same, and nobody announces it. */
  public DeploymentRecord unclaimed() {
    return with(copy -> copy.lease = Optional.empty());
  }

  /**
   * The same, but nobody holds it: who looks next finds out whether ECS has it, and if not, tries
   * again with the same revision.
   */
  public DeploymentRecord released(TaskDefinitionArn revision) {
    return with(copy -> {
      copy.to = Optional.of(revision);
      copy.lease = lease.map(held -> new Lease(held.holder(), Instant.EPOCH));
    });
  }

  /** The same, credited to another trigger. */
  public DeploymentRecord triggeredBy(Trigger other) {
    return with(copy -> copy.trigger = other);
  }

  /** The same, with an operator's request to stop it. */
  public DeploymentRecord stopped(Stop asked) {
    return with(copy -> copy.stop = Optional.of(asked));
  }

  /** The same, but ECS was not asked to stop it, or could not. */
  public DeploymentRecord notStopped() {
    return with(copy -> copy.stop = Optional.empty());
  }

  /** The same, with more announced. */
  public DeploymentRecord announced(Set<Announcement> more) {
    Set<Announcement> all = EnumSet.noneOf(Announcement.class);
    all.addAll(announced);
    all.addAll(more);
    return with(copy -> copy.announced = all);
  }

  /** The same, with one more wait at a hook, or with another of the same hook. */
  public DeploymentRecord waiting(HookWait wait) {
    List<HookWait> all = new ArrayList<>();
    hooks.forEach(known -> all.add(known.hook().id().equals(wait.hook().id()) ? wait : known));
    if (!all.contains(wait)) {
      all.add(wait);
    }
    return with(copy -> copy.hooks = all);
  }

  private DeploymentRecord with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return copy.record();
  }

  /** A copy in the making: the only place, beside the parser, that lists all components. */
  private static final class Copy {
    private final DeploymentRecord of;
    private Trigger trigger;
    private Optional<TaskDefinitionArn> to;
    private Optional<Lease> lease;
    private Optional<EcsDeploymentId> ecsDeployment;
    private Optional<Instant> startedAt;
    private Optional<Stop> stop;
    private Optional<Ended> ended;
    private Set<Announcement> announced;
    private List<HookWait> hooks;

    Copy(DeploymentRecord of) {
      this.of = of;
      this.trigger = of.trigger;
      this.to = of.to;
      this.lease = of.lease;
      this.ecsDeployment = of.ecsDeployment;
      this.startedAt = of.startedAt;
      this.stop = of.stop;
      this.ended = of.ended;
      this.announced = of.announced;
      this.hooks = of.hooks;
    }

    DeploymentRecord record() {
      return new DeploymentRecord(
          of.id,
          of.service,
          of.environment,
          trigger,
          of.from,
          to,
          of.changes,
          of.images,
          of.reason,
          of.decidedAt,
          lease,
          ecsDeployment,
          startedAt,
          stop,
          ended,
          announced,
          hooks);
    }
  }
}
