package dev.slipway.operate;

import dev.slipway.decide.Environment;
import dev.slipway.deploy.AffectedServices;
import dev.slipway.deploy.ChangeCalendars;
import dev.slipway.deploy.Ecs;
import dev.slipway.deploy.ImageRegistry;
import dev.slipway.deploy.ServiceDeployments;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.Candidate;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.image.RepositoryPattern;
import dev.slipway.record.RecordStore;
import dev.slipway.rollout.EvidenceSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Says what a deployment would do, by the code that would do it, and changes nothing. */
public final class Explain {
  /** Of so many services it is explained what a push would lead to. */
  static final int MAX_SERVICES = 50;

  private final ServiceDirectory directory;
  private final AffectedServices affected;
  private final ServiceReader reader;
  private final ServiceEvaluator evaluator;
  private final FailureReader failures;
  private final WaitingHooks hooks;
  private final RepositoryPattern followed;
  private final ImageRegistry registry;

  /**
   * @param environments of slipway.yaml; no two of the same name
   * @param followed the repositories that may be read
   */
  public Explain(
      List<Environment> environments,
      RepositoryPattern followed,
      Ecs ecs,
      ServiceDeployments deployments,
      ImageRegistry registry,
      ChangeCalendars calendars,
      RecordStore records,
      EvidenceSource evidence) {
    this.followed = followed;
    this.registry = registry;
    RecordStore readOnly = new ReadOnlyRecordStore(records);
    this.directory = new ServiceDirectory(environments, ecs);
    this.affected = new AffectedServices(environments, ecs, readOnly);
    this.reader = new ServiceReader(ecs, deployments, readOnly);
    this.evaluator =
        new ServiceEvaluator(
            environments, followed, ecs, deployments, registry, calendars, readOnly);
    this.hooks = new WaitingHooks(deployments);
    this.failures = new FailureReader(ecs, deployments, readOnly, evidence);
  }

  /**
   * What would be done.
   *
   * @param reason why nothing would be where it concerns no service, or what looks as if it should
   *     be concerned too; empty where there is nothing to say
   */
  public record Report(List<Explanation> services, String reason) {
    /** Copies the list. */
    public Report {
      services = List.copyOf(services);
    }
  }

  /**
   * What a hint about one service would lead to.
   *
   * @throws RejectedRequest if there is no such service, or more than one
   */
  public Report ofService(ServiceSelector selector, Instant now) {
    ServiceReader.Read read = reader.read(directory.service(selector).arn());
    Explanation explanation = explanation(evaluator, reader.withHistory(read), now);
    try {
      explanation =
          hooks
              .of(read.service())
              .map(WaitingHooks.Rollout::hooks)
              .map(explanation::withHooks)
              .orElse(explanation);
      return new Report(
          List.of(
              explanation.withFailure(
                  failures.newest(
                      read.service(), explanation.decision(), read.recorded().service()))),
          "");
    } catch (RuntimeException e) {
      // there is a decision, whatever can be read of what went wrong before
      return new Report(
          List.of(explanation),
          "what the rollout waits for, or what went wrong last, cannot be read: " + e.getMessage());
    }
  }

  /** What a push of this tag to this repository would lead to, as ECR is now. */
  public Report ofPush(Repository repository, ImageTag tag, Instant now) {
    AffectedServices.Found found = affected.of(repository, tag, now);
    List<ServiceArn> all = found.all();
    ServiceEvaluator moment = evaluator.atOneMoment();
    Map<ServiceArn, ServiceReader.Read> read =
        reader.read(all.stream().limit(MAX_SERVICES).toList());
    List<Explanation> explanations = new ArrayList<>();
    read.values()
        .forEach(
            service -> explanations.add(explanation(moment, reader.withHistory(service), now)));
    List<String> reasons = new ArrayList<>();
    absent(repository, tag).ifPresent(reasons::add);
    if (!found.warning().isEmpty()) {
      reasons.add(found.warning());
    }
    if (all.size() > MAX_SERVICES) {
      reasons.add("%d more services are concerned".formatted(all.size() - MAX_SERVICES));
    }
    return new Report(explanations, String.join("; ", reasons));
  }

  /** Of a name that is misspelled nobody would find out otherwise. */
  private Optional<String> absent(Repository repository, ImageTag tag) {
    if (!followed.matches(repository)) {
      return Optional.empty(); // which may not be read
    }
    try {
      return registry.candidate(repository, tag) instanceof Candidate.Missing
          ? Optional.of(
              "Amazon ECR has no image %s:%s now: no such tag, or no such repository"
                  .formatted(repository.name(), tag))
          : Optional.empty();
    } catch (RuntimeException e) {
      return Optional.of(
          "whether Amazon ECR has %s:%s cannot be read: %s"
              .formatted(repository.name(), tag, e.getMessage()));
    }
  }

  private static Explanation explanation(
      ServiceEvaluator evaluator, ServiceReader.Read read, Instant now) {
    return Explanation.of(evaluator.evaluate(read.service(), read.recorded(), now));
  }
}
