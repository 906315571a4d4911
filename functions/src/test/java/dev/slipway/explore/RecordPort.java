package dev.slipway.explore;

import dev.slipway.ecs.ServiceArn;
import dev.slipway.explore.World.Aws;
import dev.slipway.image.Repository;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.RecordChange;
import dev.slipway.record.RecordStore;
import dev.slipway.record.RecordedService;
import dev.slipway.record.RepositoryUsers;
import dev.slipway.record.ServiceRecord;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The world's record. */
final class RecordPort implements RecordStore {
  private final World world;
  private final Ports ports;
  private final boolean deciding;

  RecordPort(World world, Ports ports, boolean deciding) {
    this.world = world;
    this.ports = ports;
    this.deciding = deciding;
  }

  @Override
  public RecordedService read(ServiceArn service) {
    return ports.read(
        Aws.DYNAMODB,
        "RecordStore.read",
        world.recordState,
        () -> {
          RecordedService recorded = world.records.read(service);
          world.journal.read(recorded);
          return mutated(recorded);
        });
  }

  private RecordedService mutated(RecordedService recorded) {
    if (!ports.isMutated()) {
      return recorded;
    }
    ServiceRecord record = recorded.service();
    if (deciding && ports.has(Mutation.BLOCKS_HIDDEN)) {
      record = record.unblock(record.blocked().stream().map(b -> b.digest()).toList());
    }
    return new RecordedService(
        record,
        recorded.deployments().stream()
            .filter(d -> !(deciding && ports.has(Mutation.RUNNING_HIDDEN) && d.isRunning()))
            .map(d -> d.isIntent() && ports.has(Mutation.LEASE_IGNORED) ? d.released() : d)
            .map(d -> d.ended().isPresent() && ports.has(Mutation.CLAIM_IGNORED) ? d.released() : d)
            .toList());
  }

  @Override
  public Map<ServiceArn, ServiceRecord> services(Collection<ServiceArn> services) {
    return ports.read(
        Aws.DYNAMODB,
        "RecordStore.services",
        world.recordState,
        () -> world.records.services(services));
  }

  @Override
  public List<DeploymentRecord> history(ServiceArn service, int limit) {
    return ports.read(
        Aws.DYNAMODB,
        "RecordStore.history",
        world.recordState,
        () -> world.records.history(service, limit));
  }

  @Override
  public boolean write(RecordChange change) {
    return ports.effect(Aws.DYNAMODB, "RecordStore.write", () -> written(change), String::valueOf);
  }

  private boolean written(RecordChange change) {
    RecordedService stored = world.records.read(change.before().service());
    long version = stored.service().version();
    boolean disturbed = version != change.before().version();
    boolean completes =
        deciding && change.deployments().stream().anyMatch(DeploymentRecord::isRunning);
    RecordChange written = change;
    if (disturbed && ports.has(Mutation.VERSION_IGNORED)) {
      written =
          new RecordChange(
              stored.service(), withVersion(change.after(), version), change.deployments());
    }
    if (disturbed && completes && ports.has(Mutation.NOTES_LOST)) {
      written =
          RecordChange.of(
              stored.service(), stored.service().withoutNotes(), change.deployments().getFirst());
    }
    boolean ends =
        change.deployments().stream()
            .anyMatch(d ->
                d.ended().isPresent()
                    && stored.running().stream().anyMatch(r -> r.id().equals(d.id())));
    if (disturbed && ends && ports.has(Mutation.CONFLICT_UNSEEN)) {
      return true;
    }
    boolean done = world.records.write(written);
    RecordChange logged = written;
    world.say(() -> done ? "  writes " + brief(logged) : "  finds another version: not written");
    if (done) {
      world.recordState = Scheduler.mix(world.recordState, Scheduler.hash(written.toString()));
      world.journal.wrote(stored, written);
    }
    return done;
  }

  private static ServiceRecord withVersion(ServiceRecord record, long version) {
    return new ServiceRecord(
        record.service(),
        version,
        record.environment(),
        record.pin(),
        record.blocked(),
        record.pause(),
        record.approvals(),
        record.request(),
        record.revision(),
        record.refused(),
        record.announcedHold(),
        record.notes(),
        record.open(),
        record.completed(),
        record.housekeeping());
  }

  private static String brief(RecordChange change) {
    StringBuilder words = new StringBuilder("version " + (change.before().version() + 1));
    ServiceRecord after = change.after();
    words
        .append(", blocked ")
        .append(after.blocked().stream().map(b -> b.digest().abbreviated()).toList());
    after
        .pin()
        .ifPresent(pin ->
            words
                .append(", pin ")
                .append(pin.revision().shortName())
                .append(pin.applied() ? " applied" : ""));
    after.pause().ifPresent(_ -> words.append(", paused"));
    after.request().ifPresent(_ -> words.append(", requested"));
    words.append(", notes ").append(after.notes().size());
    for (DeploymentRecord d : change.deployments()) {
      words.append("; deployment ").append(d.id());
      words.append(
          d.ended()
              .map(end ->
                  " %s, announced %d%s"
                      .formatted(
                          end.outcome(),
                          d.announced().size(),
                          d.lease().isPresent() ? ", claimed" : ""))
              .orElseGet(
                  () -> d.ecsDeployment().map(ecs -> " running as " + ecs).orElse(" intended")));
      d.stop().ifPresent(stop -> words.append(", stopped by ").append(stop.by()));
    }
    return words.toString();
  }

  @Override
  public RepositoryUsers usersOf(Repository repository) {
    return ports.read(
        Aws.DYNAMODB,
        "RecordStore.usersOf",
        world.recordState,
        () -> world.records.usersOf(repository));
  }

  @Override
  public void searched(Repository repository, Instant at) {
    world.records.searched(repository, at);
  }

  @Override
  public Optional<String> sweepPosition() {
    return world.records.sweepPosition();
  }

  @Override
  public void sweepPosition(Optional<String> position) {
    world.records.sweepPosition(position);
  }
}
