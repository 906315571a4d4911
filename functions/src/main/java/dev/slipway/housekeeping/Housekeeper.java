package dev.slipway.housekeeping;

import dev.slipway.decide.Environment;
import dev.slipway.decide.Housekeeping;
import dev.slipway.decide.HousekeepingRules;
import dev.slipway.decide.ParameterName;
import dev.slipway.deploy.Ecs;
import dev.slipway.deploy.EcsClientError;
import dev.slipway.ecs.EcsDeployment;
import dev.slipway.ecs.RevisionTags;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageReference;
import dev.slipway.image.ImageTag;
import dev.slipway.image.KeepTag;
import dev.slipway.image.Repository;
import dev.slipway.image.RepositoryPattern;
import dev.slipway.record.DeploymentId;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.HousekeepingRecord;
import dev.slipway.record.RecordChange;
import dev.slipway.record.RecordStore;
import dev.slipway.record.RecordedService;
import dev.slipway.record.ServiceRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Keeps a service's past usable once a deployment has completed: by what its environment wants it
 * keeps images, deregisters old revisions, and publishes the deployed image. It runs after all has
 * been announced. What fails is reported and kept in the record; the sweep has it tried again.
 *
 * <p>One function at a time does it for a service: it writes a lease into the record before the
 * first call that changes something, and ends it when it writes what was done. If a deployment
 * completes in between, that write is lost and all is done again for the newer one. A function that
 * ends on the way leaves the lease behind, which keeps the service due: once it is over, the sweep
 * has it done. So what is kept and published last is what was deployed last.
 *
 * <p>Each run reads the record once and writes it twice. Images: for each repository one call, and
 * one for each tag that moves, usually one. Revisions: one read of the record, one
 * DescribeServices, and for each that goes one DescribeTaskDefinition and one
 * DeregisterTaskDefinition. Publishing: one call for each parameter.
 */
public final class Housekeeper {
  /** With less left before the timeout no call is begun: the slowest one must fit. */
  private static final Duration RESERVE = Duration.ofSeconds(30);

  /** What a function has sent before its timeout AWS may carry out a little after it. */
  private static final Duration IN_FLIGHT = Duration.ofSeconds(10);

  private static final int MAX_ROUNDS = 4;

  /** So many deployments are looked at for old revisions. */
  private static final int MAX_HISTORY = 100;

  /** So many revisions go in one run. */
  private static final int MAX_DEREGISTERED = 10;

  /** What it reads and writes. */
  public record Ports(
      Ecs ecs,
      RecordStore records,
      KeptImages images,
      Revisions revisions,
      Parameters parameters) {}

  /**
   * What was done.
   *
   * @param done sentences for people
   * @param failures why other things were not done, sentences for people
   */
  public record Report(List<String> done, List<String> failures) {
    /** Copies the lists. */
    public Report {
      done = List.copyOf(done);
      failures = List.copyOf(failures);
    }
  }

  private final Map<String, Environment> environments = new LinkedHashMap<>();
  private final RepositoryPattern followed;
  private final Ports ports;

  /**
   * @param environments of slipway.yaml
   * @param followed the repositories that the functions may read
   */
  public Housekeeper(List<Environment> environments, RepositoryPattern followed, Ports ports) {
    environments.forEach(environment -> this.environments.put(environment.name(), environment));
    this.followed = followed;
    this.ports = ports;
  }

  /**
   * Does what is due for a service; nothing, and no call of AWS but a read of the record, where
   * nothing is. Never throws because of what it calls.
   *
   * @param remaining until the function's timeout
   */
  public Report run(ServiceArn service, Instant now, Supplier<Duration> remaining) {
    List<String> done = new ArrayList<>();
    Instant lease = now.plus(remaining.get()).plus(IN_FLIGHT);
    boolean begun = false;
    try {
      for (int round = 0; round < MAX_ROUNDS; round++) {
        RecordedService read = ports.records().read(service);
        Housekeeping wanted = wanted(read.service());
        boolean held = begun && isHeldBy(read.service(), lease);
        boolean due = held || HousekeepingRules.isDue(wanted, read.service(), now);
        if (!due || remaining.get().compareTo(RESERVE) < 0) {
          return new Report(done, List.of());
        }
        Optional<RecordedService> leased = held ? Optional.of(read) : leased(read, lease);
        if (leased.isEmpty()) {
          continue;
        }
        begun = true;
        RecordedService recorded = leased.get();
        Run run = new Run(recorded, wanted, remaining);
        run.all();
        done.addAll(run.done);
        // whoever wrote meanwhile may have completed another deployment: then all is looked at
        // again
        if (ports
            .records()
            .write(
                RecordChange.of(
                    recorded.service(), recorded.service().withHousekeeping(run.record(now))))) {
          return new Report(done, run.failures);
        }
      }
      return new Report(
          done,
          List.of("the record of %s is being written by others".formatted(service.shortName())));
    } catch (RuntimeException e) {
      return new Report(done, List.of(String.valueOf(e.getMessage())));
    }
  }

  /** The same with a lease, once it is written; empty where another writer came in between. */
  private Optional<RecordedService> leased(RecordedService read, Instant until) {
    ServiceRecord record = read.service();
    ServiceRecord leased =
        record.withHousekeeping(
            record.housekeeping().orElse(HousekeepingRecord.NOTHING).leased(until));
    return ports.records().write(RecordChange.of(record, leased))
        ? Optional.of(new RecordedService(leased.written(), read.deployments()))
        : Optional.empty();
  }

  private static boolean isHeldBy(ServiceRecord record, Instant lease) {
    return record
        .housekeeping()
        .flatMap(HousekeepingRecord::lease)
        .filter(lease::equals)
        .isPresent();
  }

  private Housekeeping wanted(ServiceRecord record) {
    return record
        .environment()
        .map(environments::get)
        .map(Environment::housekeeping)
        .orElse(Housekeeping.NONE);
  }

  /** One run for one service, by the record as it was read. */
  private final class Run {
    private final RecordedService recorded;
    private final ServiceArn service;
    private final Housekeeping wanted;
    private final Supplier<Duration> remaining;
    private final Optional<HousekeepingRecord> before;
    private Optional<DeploymentId> deregistered;
    private final List<String> done = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    Run(RecordedService recorded, Housekeeping wanted, Supplier<Duration> remaining) {
      this.recorded = recorded;
      this.service = recorded.service().service();
      this.wanted = wanted;
      this.remaining = remaining;
      this.before = recorded.service().housekeeping();
      this.deregistered = before.flatMap(HousekeepingRecord::deregistered);
    }

    void all() {
      if (wanted.images() > 0) {
        PastRules.needed(recorded, wanted.images(), this::isFollowed)
            .forEach((repository, digests) ->
                attempt(
                    "images of %s are not kept".formatted(repository.name()),
                    () -> keep(repository, digests)));
      }
      wanted
          .publish()
          .ifPresent(name -> attempt("the deployed image is not published", () -> publish(name)));
      if (wanted.revisions() > 0) {
        attempt("old revisions are not deregistered", this::deregister);
      }
    }

    /** One thing that fails keeps no other from being done. */
    private void attempt(String otherwise, Runnable action) {
      try {
        requireTime();
        action.run();
      } catch (RuntimeException e) {
        failures.add(otherwise + ": " + e.getMessage());
      }
    }

    private void requireTime() {
      if (remaining.get().compareTo(RESERVE) < 0) {
        throw new IllegalStateException("the function's time is over");
      }
    }

    HousekeepingRecord record(Instant now) {
      Optional<DeploymentId> completed = recorded.service().completed();
      int tries =
          before
              .filter(b -> b.after().equals(completed) && b.settings().equals(wanted.toString()))
              .flatMap(HousekeepingRecord::failure)
              .map(HousekeepingRecord.Failure::tries)
              .orElse(0);
      return new HousekeepingRecord(
          completed,
          wanted.toString(),
          deregistered,
          failures.isEmpty()
              ? Optional.empty()
              : Optional.of(
                  new HousekeepingRecord.Failure(String.join("; ", failures), now, tries + 1)),
          Optional.empty());
    }

    private boolean isFollowed(Repository repository) {
      return followed.has(repository, service.account(), service.region());
    }

    // --- images

    /** What is more than a service has tags for is said: the oldest ones are not kept. */
    private void keep(Repository repository, List<ImageDigest> needed) {
      List<ImageDigest> digests = needed.stream().limit(KeepTag.MAX_NUMBER).toList();
      Map<ImageTag, Integer> numbers = new LinkedHashMap<>();
      for (int number = 1; number <= KeepTag.MAX_NUMBER; number++) {
        numbers.put(KeepTag.of(service.cluster(), service.name(), number), number);
      }
      KeptImages.Stored stored = ports.images().stored(repository, numbers.keySet(), digests);
      Map<Integer, ImageDigest> tags = new LinkedHashMap<>();
      numbers.forEach((tag, number) ->
          Optional.ofNullable(stored.tags().get(tag)).ifPresent(at -> tags.put(number, at)));
      // what is deleted or archived cannot be kept any more
      List<ImageDigest> there = digests.stream().filter(stored.manifests()::containsKey).toList();
      PastRules.moves(tags, there)
          .forEach((number, digest) -> {
            requireTime();
            ImageTag tag = KeepTag.of(service.cluster(), service.name(), number);
            ports
                .images()
                .move(
                    repository,
                    tag,
                    digest,
                    Objects.requireNonNull(stored.manifests().get(digest)));
            done.add(
                "%s of %s is kept by the tag %s"
                    .formatted(digest.abbreviated(), repository.name(), tag));
          });
      if (needed.size() > digests.size()) {
        throw new IllegalStateException(
            "%d are needed, and a service has %d tags in a repository: the oldest %d are not kept; have keep want fewer images than %d"
                .formatted(
                    needed.size(),
                    digests.size(),
                    needed.size() - digests.size(),
                    wanted.images()));
      }
    }

    // --- the deployed image

    private void publish(ParameterName name) {
      Map<String, ImageReference> images = new LinkedHashMap<>();
      PastRules.usable(recorded, recorded.deployments(), 0).stream()
          .flatMap(live -> live.images().entrySet().stream())
          .filter(image -> image.getValue().repository().filter(this::isFollowed).isPresent())
          .forEach(image -> images.put(image.getKey(), image.getValue()));
      if (images.size() > 1 && !name.isOfContainers()) {
        throw new IllegalStateException(
            "its containers %s have followed images, and %s has one value: put {container} into it"
                .formatted(String.join(", ", images.keySet()), name));
      }
      images.forEach((container, image) -> {
        requireTime();
        String parameter = name.of(service, container);
        ports.parameters().put(parameter, image.toString());
        done.add("%s says %s".formatted(parameter, image));
      });
    }

    // --- revisions

    /** What is needed now, though it is that old, stays for good: the next run begins after it. */
    private void deregister() {
      List<DeploymentRecord> history = ports.records().history(service, MAX_HISTORY);
      List<DeploymentRecord> outdated =
          PastRules.outdated(recorded, history, wanted.revisions()).stream()
              .filter(old -> deregistered.filter(to -> old.id().compareTo(to) <= 0).isEmpty())
              .limit(MAX_DEREGISTERED)
              .toList();
      if (outdated.isEmpty()) {
        return;
      }
      Set<TaskDefinitionArn> inUse = inUse();
      for (DeploymentRecord old : outdated) {
        requireTime();
        TaskDefinitionArn revision = old.to().orElseThrow();
        if (!inUse.contains(revision)) {
          deregister(old.id(), revision);
        }
        deregistered = Optional.of(old.id());
      }
    }

    private void deregister(DeploymentId deployment, TaskDefinitionArn revision) {
      TaskDefinition definition;
      try {
        definition = ports.ecs().readTaskDefinition(revision);
      } catch (EcsClientError _) {
        return; // it was deleted meanwhile
      }
      boolean own = deployment.value().equals(definition.tags().get(RevisionTags.DEPLOYMENT));
      if (own && definition.status().equals("ACTIVE")) {
        ports.revisions().deregister(revision);
        done.add("%s is deregistered".formatted(revision.shortName()));
      }
    }

    /** The revisions of the service's deployments as ECS has them now. */
    private Set<TaskDefinitionArn> inUse() {
      Service now =
          ports.ecs().describe(List.of(service)).stream()
              .findFirst()
              .orElseThrow(() -> new IllegalStateException("the service is gone"));
      Set<TaskDefinitionArn> inUse = new HashSet<>();
      now.taskDefinition().ifPresent(inUse::add);
      now.deployments().stream()
          .map(EcsDeployment::taskDefinition)
          .filter(name -> !name.isEmpty())
          .forEach(name -> inUse.add(TaskDefinitionArn.of(service, name)));
      return inUse;
    }
  }
}
