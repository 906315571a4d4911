package dev.slipway.record;

import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.Candidate;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.Repository;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What Slipway keeps about one service. Every write is a compare-and-set on the version, so that of
 * two writers one finds that the other came first, and looks again.
 *
 * @param version counts the writes; 0 for a service that has no record yet
 * @param environment that it followed when it was last evaluated; empty where it followed none
 * @param pin what an operator chose instead of what is selected
 * @param blocked the images that must not be deployed, the newest block last
 * @param pause empty where it is not paused
 * @param approvals of images, by operators, the newest last
 * @param request an operator's command that has not been carried out
 * @param revision that it had when it was last evaluated: the index of its repositories follows it
 * @param refused what ECS refused to deploy last
 * @param announcedHold the hold that was announced last
 * @param notes triggers that came while another deployment was being started, or whose hold could
 *     not be announced yet, and pushes of an image for which gates will know in a moment what they
 *     go by
 * @param open ids of the deployments that something remains to be done about, oldest first
 * @param completed the deployment of Slipway's that completed last; empty where none has since the
 *     record has this
 * @param housekeeping what was done last about the service's past
 */
public record ServiceRecord(
    ServiceArn service,
    long version,
    Optional<String> environment,
    Optional<Pin> pin,
    List<Block> blocked,
    Optional<Pause> pause,
    List<Approval> approvals,
    Optional<DeployRequest> request,
    Optional<KnownRevision> revision,
    Optional<RefusedAttempt> refused,
    Optional<AnnouncedHold> announcedHold,
    List<Trigger> notes,
    List<DeploymentId> open,
    Optional<DeploymentId> completed,
    Optional<HousekeepingRecord> housekeeping) {
  /** So many blocks are kept: the oldest drop out. An item of DynamoDB has room for 400 KB. */
  public static final int MAX_BLOCKS = 300;

  /** So many notes are kept: the oldest drop out. Only the newest push is credited anyway. */
  public static final int MAX_NOTES = 20;

  /** So many approvals are kept: the oldest drop out. */
  public static final int MAX_APPROVALS = 20;

  /** Copies the lists, and drops the oldest of what is too much. */
  public ServiceRecord {
    blocked =
        List.copyOf(blocked.subList(Math.max(0, blocked.size() - MAX_BLOCKS), blocked.size()));
    approvals =
        List.copyOf(
            approvals.subList(Math.max(0, approvals.size() - MAX_APPROVALS), approvals.size()));
    notes = List.copyOf(notes.subList(Math.max(0, notes.size() - MAX_NOTES), notes.size()));
    open = List.copyOf(open);
  }

  /** That of a service that Slipway knows nothing of. */
  public static ServiceRecord unknown(ServiceArn service) {
    return new ServiceRecord(
        service,
        0,
        Optional.empty(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  /** Whether it was ever written. */
  public boolean isKnown() {
    return version > 0;
  }

  /** The block of an image. */
  public Optional<Block> blockOf(ImageDigest digest) {
    return blocked.stream().filter(block -> block.digest().equals(digest)).findFirst();
  }

  /** Whether the image must not be deployed. */
  public boolean isBlocked(ImageDigest digest) {
    return blockOf(digest).isPresent();
  }

  /** The block of a candidate, under its own digest or a platform's. */
  public Optional<Block> blockOf(Candidate.Image candidate) {
    return blocked.stream().filter(block -> candidate.isRunAs(block.digest())).findFirst();
  }

  /**
   * The repositories under which the index lists the service: none while it follows no environment.
   */
  public Set<Repository> repositories() {
    return environment.isEmpty()
        ? Set.of()
        : revision.map(KnownRevision::repositories).orElse(Set.of());
  }

  /** The same, with more images blocked; one that is blocked already keeps its first block. */
  public ServiceRecord block(Collection<Block> more) {
    List<Block> all = new ArrayList<>(blocked);
    more.stream().filter(block -> !isBlocked(block.digest())).forEach(all::add);
    return withBlocked(all);
  }

  /** The same, with these images no longer blocked. */
  public ServiceRecord unblock(Collection<ImageDigest> digests) {
    return withBlocked(
        blocked.stream().filter(block -> !digests.contains(block.digest())).toList());
  }

  private ServiceRecord withBlocked(List<Block> blocks) {
    return with(copy -> copy.blocked = blocks);
  }

  /** The same, following another environment, or none. */
  public ServiceRecord withEnvironment(Optional<String> other) {
    return with(copy -> copy.environment = other);
  }

  /** The same, pinned, or not any more. */
  public ServiceRecord withPin(Optional<Pin> other) {
    return with(copy -> copy.pin = other);
  }

  /** The same, paused, or not any more. */
  public ServiceRecord withPause(Optional<Pause> other) {
    return with(copy -> copy.pause = other);
  }

  /** The same, with more approvals. */
  public ServiceRecord approve(Collection<Approval> more) {
    List<Approval> all = new ArrayList<>(approvals);
    all.addAll(more);
    return with(copy -> copy.approvals = all);
  }

  /** The same, with an operator's command, or without one. */
  public ServiceRecord withRequest(Optional<DeployRequest> other) {
    return with(copy -> copy.request = other);
  }

  /** The same, having this revision; none takes it out of the index. */
  public ServiceRecord withRevision(Optional<KnownRevision> other) {
    return with(copy -> copy.revision = other);
  }

  /** The same, with what ECS refused. */
  public ServiceRecord withRefused(Optional<RefusedAttempt> other) {
    return with(copy -> copy.refused = other);
  }

  /** The same, with the hold that was announced. */
  public ServiceRecord withAnnouncedHold(Optional<AnnouncedHold> other) {
    return with(copy -> copy.announcedHold = other);
  }

  /**
   * The same, once ECS has taken what an operator's command led to, or has refused it. Until then
   * the command waits here: a deployment that is dropped does not take it along.
   */
  public ServiceRecord carriedOut(Trigger trigger) {
    if (!(trigger instanceof Trigger.Operator operator)) {
      return this;
    }
    String command = operator.eventId();
    return withPin(pin.map(p -> p.eventId().equals(command) ? p.asApplied() : p))
        .withRequest(request.filter(r -> !r.eventId().equals(command)));
  }

  /** The same, with one more note. */
  public ServiceRecord noted(Trigger trigger) {
    List<Trigger> all = new ArrayList<>(notes);
    all.remove(trigger);
    all.add(trigger);
    return withNotes(all);
  }

  /** The same, without notes. */
  public ServiceRecord withoutNotes() {
    return withNotes(List.of());
  }

  private ServiceRecord withNotes(List<Trigger> other) {
    return with(copy -> copy.notes = other);
  }

  /** The same, after a deployment was written: it is listed as open as long as it is. */
  public ServiceRecord tracking(DeploymentRecord deployment) {
    Set<DeploymentId> all = new LinkedHashSet<>(open);
    if (deployment.isOpen()) {
      all.add(deployment.id());
    } else {
      all.remove(deployment.id());
    }
    return with(copy -> copy.open = all.stream().sorted().toList());
  }

  /** The same, once a deployment has completed. */
  public ServiceRecord completed(DeploymentId deployment) {
    return with(copy -> copy.completed = Optional.of(deployment));
  }

  /** The same, with what was done about its past. */
  public ServiceRecord withHousekeeping(HousekeepingRecord done) {
    return with(copy -> copy.housekeeping = Optional.of(done));
  }

  /** The same, as it is once it is written. */
  public ServiceRecord written() {
    return with(copy -> copy.version = version + 1);
  }

  private ServiceRecord with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return copy.record();
  }

  /** A copy in the making: the only place, beside the parser, that lists all components. */
  private static final class Copy {
    private final ServiceArn service;
    private long version;
    private Optional<String> environment;
    private Optional<Pin> pin;
    private List<Block> blocked;
    private Optional<Pause> pause;
    private List<Approval> approvals;
    private Optional<DeployRequest> request;
    private Optional<KnownRevision> revision;
    private Optional<RefusedAttempt> refused;
    private Optional<AnnouncedHold> announcedHold;
    private List<Trigger> notes;
    private List<DeploymentId> open;
    private Optional<DeploymentId> completed;
    private Optional<HousekeepingRecord> housekeeping;

    Copy(ServiceRecord of) {
      this.service = of.service;
      this.version = of.version;
      this.environment = of.environment;
      this.pin = of.pin;
      this.blocked = of.blocked;
      this.pause = of.pause;
      this.approvals = of.approvals;
      this.request = of.request;
      this.revision = of.revision;
      this.refused = of.refused;
      this.announcedHold = of.announcedHold;
      this.notes = of.notes;
      this.open = of.open;
      this.completed = of.completed;
      this.housekeeping = of.housekeeping;
    }

    ServiceRecord record() {
      return new ServiceRecord(
          service,
          version,
          environment,
          pin,
          blocked,
          pause,
          approvals,
          request,
          revision,
          refused,
          announcedHold,
          notes,
          open,
          completed,
          housekeeping);
    }
  }
}
