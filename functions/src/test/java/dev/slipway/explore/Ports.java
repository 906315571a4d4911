package dev.slipway.explore;

import static dev.slipway.deploy.FakeImageRegistry.digest;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.decide.Decision;
import dev.slipway.deploy.Announced;
import dev.slipway.deploy.Announcer;
import dev.slipway.deploy.DeploymentStop;
import dev.slipway.deploy.Ecs;
import dev.slipway.deploy.EcsClientError;
import dev.slipway.deploy.HintQueue;
import dev.slipway.deploy.ImageRegistry;
import dev.slipway.deploy.RolloutChecks;
import dev.slipway.deploy.ServiceDeployments;
import dev.slipway.deploy.ServicePage;
import dev.slipway.deploy.StartedDeployment;
import dev.slipway.ecs.RevisionTags;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.ServiceRevision;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.explore.Scheduler.Actor;
import dev.slipway.explore.Scheduler.Fate;
import dev.slipway.image.Candidate;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageScan;
import dev.slipway.image.ImageSigning;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.image.TaggedImage;
import dev.slipway.record.AnnouncedHold;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.RecordChange;
import dev.slipway.record.RecordStore;
import dev.slipway.record.RecordedService;
import dev.slipway.record.RepositoryUsers;
import dev.slipway.record.ServiceRecord;
import dev.slipway.record.Trigger;
import dev.slipway.rollout.RolloutAnnouncer;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * The world's ports. Whoever calls one stops first, and the schedule decides who goes on. A read of
 * something that never changes, such as a revision, is no such point: it commutes with everything.
 */
final class Ports {
  private final World world;
  private final Set<Mutation> mutations;

  Ports(World world, Set<Mutation> mutations) {
    this.world = world;
    this.mutations = mutations;
  }

  private <T> T read(String call, long state, Supplier<T> answer) {
    before(call, false);
    Actor actor = world.current();
    if (actor != null) {
      actor.history = Scheduler.mix(actor.history, state);
    }
    return answer.get();
  }

  private <T> T effect(String call, Supplier<T> effect, Function<T, String> words) {
    Fate fate = before(call, true);
    Actor actor = world.current();
    if (actor != null) {
      actor.history = Scheduler.mix(actor.history, fate.hashed);
    }
    if (fate != Fate.MADE) {
      world.failures++;
    }
    if (fate == Fate.FAILS) {
      throw new IllegalStateException(call + " failed");
    }
    T result = effect.get();
    if (actor != null) {
      actor.history = Scheduler.mix(actor.history, Scheduler.hash(words.apply(result)));
    }
    if (fate == Fate.ANSWER_LOST) {
      throw new IllegalStateException("the answer of " + call + " was lost");
    }
    return result;
  }

  private Fate before(String call, boolean effect) {
    Fate fate = world.scheduler().map(s -> s.before(call, effect)).orElse(Fate.MADE);
    world.say(() -> call);
    return fate;
  }

  /** The message that was handled is deleted: without that it comes again. */
  void acknowledge() {
    before("the end", false);
  }

  // --- ECS

  Ecs ecs() {
    return new ExploredEcs();
  }

  private final class ExploredEcs implements Ecs {
    @Override
    public List<Service> services(Set<String> clusters) {
      return read("Ecs.services", world.ecsState, () -> world.ecs.services(clusters));
    }

    @Override
    public ServicePage services(Set<String> clusters, Optional<String> position, int limit) {
      return read(
          "Ecs.services", world.ecsState, () -> world.ecs.services(clusters, position, limit));
    }

    @Override
    public List<ServiceArn> serviceArns() {
      return world.ecs.serviceArns();
    }

    @Override
    public List<Service> describe(List<ServiceArn> services) {
      return read(
          "Ecs.describe",
          world.ecsState,
          () -> {
            world.journal.described();
            return world.ecs.describe(services);
          });
    }

    @Override
    public Optional<Service> find(String cluster, String name) {
      return world.ecs.find(cluster, name);
    }

    @Override
    public TaskDefinition taskDefinition(TaskDefinitionArn revision) {
      return world.ecs.taskDefinition(revision);
    }

    @Override
    public TaskDefinition readTaskDefinition(TaskDefinitionArn revision) {
      return world.ecs.readTaskDefinition(revision);
    }

    @Override
    public TaskDefinitionArn register(ObjectNode request) {
      return effect(
          "Ecs.register",
          () -> {
            TaskDefinitionArn arn = world.ecs.register(request);
            world.journal.registered(world.ecs.taskDefinition(arn));
            return arn;
          },
          // revisions are numbered by ECS: the number is of no importance
          _ -> "registered");
    }

    @Override
    public Service updateService(ObjectNode request) {
      return effect(
          "Ecs.updateService",
          () -> {
            TaskDefinition revision =
                world.ecs.taskDefinition(
                    new TaskDefinitionArn(request.path("taskDefinition").asText()));
            ImageDigest image = revision.containers().getFirst().image().digest().orElseThrow();
            if (image.equals(digest(6))) {
              world.journal.refused(revision, image);
              throw new EcsClientError(
                  "InvalidParameterException: no", new IllegalStateException());
            }
            world.journal.updating(revision, image);
            Service service = world.ecs.updateService(request);
            world.ecsChanged("update " + image + revision.tags().get(RevisionTags.DEPLOYMENT));
            world.started();
            return service;
          },
          _ -> "taken");
    }
  }

  DeploymentStop stop() {
    return arn ->
        effect(
            "DeploymentStop.rollBack",
            () -> {
              boolean stopped = world.ecs.rollBack(arn);
              world.ecsChanged("stop " + arn);
              return stopped;
            },
            String::valueOf);
  }

  ServiceDeployments deployments() {
    return new ServiceDeployments() {
      @Override
      public List<ServiceDeployment> newest(ServiceArn service, int limit) {
        return read(
            "ServiceDeployments.newest", world.ecsState, () -> world.ecs.newest(service, limit));
      }

      @Override
      public Map<String, ServiceRevision> revisions(Collection<String> arns) {
        return world.ecs.revisions(arns);
      }
    };
  }

  // --- ECR

  ImageRegistry registry() {
    return new ImageRegistry() {
      @Override
      public Candidate candidate(Repository repository, ImageTag tag) {
        return read(
            "ImageRegistry.candidate",
            world.tagState,
            () -> {
              Candidate candidate = world.ecr.candidate(repository, tag);
              world.journal.selected(candidate);
              return candidate;
            });
      }

      @Override
      public List<TaggedImage> taggedImages(Repository repository) {
        return read(
            "ImageRegistry.taggedImages", world.tagState, () -> world.ecr.taggedImages(repository));
      }

      @Override
      public Candidate image(Repository repository, ImageDigest digest) {
        return world.ecr.image(repository, digest);
      }

      @Override
      public Optional<Instant> pushedAt(Repository repository, ImageDigest digest) {
        return world.ecr.pushedAt(repository, digest);
      }

      @Override
      public boolean isArchived(Repository repository, ImageDigest digest) {
        return world.ecr.isArchived(repository, digest);
      }

      @Override
      public ImageScan scan(
          Repository repository, ImageDigest manifest, Predicate<ImageScan> enough) {
        return world.ecr.scan(repository, manifest, enough);
      }

      @Override
      public ImageSigning signing(Repository repository, ImageDigest image, Set<String> profiles) {
        return world.ecr.signing(repository, image, profiles);
      }
    };
  }

  // --- queues and people

  HintQueue hints() {
    return hints ->
        effect(
            "HintQueue.send",
            () -> {
              world.hinted(hints);
              return "sent";
            },
            Function.identity());
  }

  RolloutChecks checks() {
    return services ->
        effect(
            "RolloutChecks.request",
            () -> {
              world.checkAsked();
              return "sent";
            },
            Function.identity());
  }

  RolloutAnnouncer outcomes() {
    return (result, due) -> {
      before("RolloutAnnouncer.announce", false);
      world.journal.telling(result, due);
      world.toldState =
          Scheduler.mix(
              world.toldState,
              Scheduler.hash(result.deployment().id().value() + result.outcome() + due));
      world.say(() -> "tells: " + result.sentence());
      return world.channel.announce(result, due);
    };
  }

  Announcer decisions() {
    return new Announcer() {
      @Override
      public void started(StartedDeployment deployment) {
        world.say(() -> "started " + deployment.record().id());
      }

      @Override
      public void decided(Decision decision, Trigger trigger) {
        world.say(() -> "decided %s: %s".formatted(decision.name(), decision.reason()));
        world.journal.decided(decision);
      }

      @Override
      public Announced<AnnouncedHold.Announcement> held(
          Decision decision, Trigger trigger, Set<AnnouncedHold.Announcement> due) {
        world.say(() -> "tells that it is %s".formatted(decision.words()));
        return new Announced<>(due, List.of());
      }
    };
  }

  // --- the record

  /**
   * The record.
   *
   * @param deciding whether it is read to decide what to deploy
   */
  RecordStore records(boolean deciding) {
    return new ExploredRecord(deciding);
  }

  private final class ExploredRecord implements RecordStore {
    private final boolean deciding;

    ExploredRecord(boolean deciding) {
      this.deciding = deciding;
    }

    @Override
    public RecordedService read(ServiceArn service) {
      return Ports.this.read(
          "RecordStore.read",
          world.recordState,
          () -> {
            RecordedService recorded = world.records.read(service);
            world.journal.read(recorded);
            return mutated(recorded);
          });
    }

    private RecordedService mutated(RecordedService recorded) {
      if (mutations.isEmpty()) {
        return recorded;
      }
      ServiceRecord record = recorded.service();
      if (deciding && mutations.contains(Mutation.BLOCKS_HIDDEN)) {
        record = record.unblock(record.blocked().stream().map(b -> b.digest()).toList());
      }
      return new RecordedService(
          record,
          recorded.deployments().stream()
              .filter(
                  d -> !(deciding && mutations.contains(Mutation.RUNNING_HIDDEN) && d.isRunning()))
              .map(d ->
                  d.isIntent() && mutations.contains(Mutation.LEASE_IGNORED) ? d.released() : d)
              .map(d ->
                  d.ended().isPresent() && mutations.contains(Mutation.CLAIM_IGNORED)
                      ? d.released()
                      : d)
              .toList());
    }

    @Override
    public Map<ServiceArn, ServiceRecord> services(Collection<ServiceArn> services) {
      return Ports.this.read(
          "RecordStore.services", world.recordState, () -> world.records.services(services));
    }

    @Override
    public List<DeploymentRecord> history(ServiceArn service, int limit) {
      return Ports.this.read(
          "RecordStore.history", world.recordState, () -> world.records.history(service, limit));
    }

    @Override
    public boolean write(RecordChange change) {
      return effect("RecordStore.write", () -> written(change), String::valueOf);
    }

    private boolean written(RecordChange change) {
      RecordedService stored = world.records.read(world.web);
      long version = stored.service().version();
      boolean disturbed = version != change.before().version();
      boolean completes =
          deciding && change.deployments().stream().anyMatch(DeploymentRecord::isRunning);
      RecordChange written = change;
      if (disturbed && mutations.contains(Mutation.VERSION_IGNORED)) {
        written =
            new RecordChange(
                stored.service(), withVersion(change.after(), version), change.deployments());
      }
      if (disturbed && completes && mutations.contains(Mutation.NOTES_LOST)) {
        written =
            RecordChange.of(
                stored.service(), stored.service().withoutNotes(), change.deployments().getFirst());
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
      return Ports.this.read(
          "RecordStore.usersOf", world.recordState, () -> world.records.usersOf(repository));
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
}
