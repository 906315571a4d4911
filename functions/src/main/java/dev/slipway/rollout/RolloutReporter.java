package dev.slipway.rollout;

import dev.slipway.announce.RolloutResult;
import dev.slipway.announce.WaitingRollout;
import dev.slipway.deploy.Announced;
import dev.slipway.deploy.Ecs;
import dev.slipway.deploy.HintQueue;
import dev.slipway.deploy.ServiceDeployments;
import dev.slipway.deploy.TryAgainSoon;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.DeploymentRecord.Announcement;
import dev.slipway.record.DeploymentRecord.Ended;
import dev.slipway.record.HookWait;
import dev.slipway.record.RecordChange;
import dev.slipway.record.RecordStore;
import dev.slipway.record.RecordedService;
import dev.slipway.rollout.ReportRules.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Finds out how a service's open deployments ended, records it, blocks what failed, and announces
 * it: first the record and the block, then the evidence, then people and machines. What is
 * announced is read from ECS; an event only says that it is time to look. {@link RolloutObserver}
 * reads, {@link ReportRules} decide.
 *
 * <p>Only deployments of the record are announced. Another client's deployment has the service
 * evaluated, since it may have brought back a blocked image, or replaced what Slipway deployed.
 */
public final class RolloutReporter {
  private static final int MAX_ROUNDS = 8;

  private final Ecs ecs;
  private final ServiceDeployments deployments;
  private final RecordStore records;
  private final RolloutObserver observer;
  private final EvidenceCollector evidence;
  private final RolloutAnnouncer announcer;
  private final HookAnnouncer hooks;
  private final HintQueue hints;

  /** What it reads, writes and announces with. */
  public RolloutReporter(
      Ecs ecs,
      ServiceDeployments deployments,
      RecordStore records,
      EvidenceSource evidence,
      RolloutAnnouncer announcer,
      HookAnnouncer hooks,
      HintQueue hints) {
    this.ecs = ecs;
    this.deployments = deployments;
    this.records = records;
    this.observer = new RolloutObserver(deployments, records);
    this.evidence = new EvidenceCollector(evidence);
    this.announcer = announcer;
    this.hooks = hooks;
    this.hints = hints;
  }

  /**
   * What was done because of an event.
   *
   * @param announced in the order in which they were decided
   * @param reason one sentence for people
   */
  public record Result(List<RolloutResult> announced, String reason) {
    /** Copies the list. */
    public Result {
      announced = List.copyOf(announced);
    }
  }

  /** Looks at a service's open deployments without an event: what the sweep asks for. */
  public Result check(RolloutCheck check) {
    return report(check, Optional.empty(), Optional.empty());
  }

  /**
   * Looks at a service's deployments, since one has changed.
   *
   * @throws TryAgainSoon if ECS's records do not show yet what the event says
   */
  public Result handle(DeploymentStateChange change, RolloutCheck check) {
    return report(check, Optional.of(change), Optional.empty());
  }

  /**
   * Looks at a service's deployments, since one waits at a pause hook.
   *
   * @throws TryAgainSoon if ECS's records do not show yet what the event says
   */
  public Result handle(HookStateChange change, RolloutCheck check) {
    return report(check, Optional.empty(), Optional.of(change));
  }

  private Result report(
      RolloutCheck check, Optional<DeploymentStateChange> change, Optional<HookStateChange> waits) {
    for (int round = 0; round < MAX_ROUNDS; round++) {
      RolloutObserver.Observed observed = observer.observe(check.service());
      waits.ifPresent(hook -> ReportRules.requireShown(hook, observed, check.now()));
      switch (ReportRules.step(observed, change, check)) {
        case Step.Nothing(String reason) -> {
          return new Result(List.of(), reason);
        }
        case Step.Evaluate(var hint, String reason) -> {
          hints.send(List.of(hint));
          return new Result(List.of(), reason);
        }
        case Step.Resolve resolve -> {
          if (records.write(resolve.change())) {
            resolve.hint().ifPresent(hint -> hints.send(List.of(hint)));
            return announced(resolve.change(), check);
          }
        }
      }
    }
    throw new TryAgainSoon(
        "the record of %s is being written by others".formatted(check.service().shortName()));
  }

  // --- announce

  private Result announced(RecordChange written, RolloutCheck check) {
    List<RolloutResult> results = new ArrayList<>();
    List<RuntimeException> failures = new ArrayList<>();
    String waits = "";
    for (DeploymentRecord deployment : ReportRules.claimed(written, check)) {
      if (deployment.isRunning()) {
        waits = announceHooks(deployment, failures);
        continue;
      }
      RolloutResult result = RolloutResult.of(diagnosed(deployment), written.after().pin());
      Announced<Announcement> made = announcer.announce(result, deployment.due());
      failures.addAll(made.failures());
      keep(
          result.deployment(),
          stored -> ReportRules.kept(stored, result.deployment(), made.done()));
      results.add(result);
    }
    if (!failures.isEmpty()) {
      RuntimeException first = failures.getFirst();
      failures.stream().skip(1).forEach(first::addSuppressed);
      throw first;
    }
    if (results.isEmpty() && !waits.isEmpty()) {
      return new Result(List.of(), waits);
    }
    return results.isEmpty()
        ? new Result(List.of(), "recorded; nothing is to be announced")
        : new Result(results, results.getLast().sentence());
  }

  /** What was announced last, in one sentence. */
  private String announceHooks(DeploymentRecord deployment, List<RuntimeException> failures) {
    Map<String, Set<HookWait.Announcement>> done = new HashMap<>();
    String sentence = "";
    for (HookWait wait : deployment.dueHooks()) {
      WaitingRollout waiting = new WaitingRollout(deployment, wait.hook());
      Announced<HookWait.Announcement> made = hooks.announce(waiting, wait.due());
      failures.addAll(made.failures());
      done.put(wait.hook().id(), made.done());
      sentence = waiting.sentence();
    }
    keep(deployment, stored -> ReportRules.kept(stored, done));
    return sentence;
  }

  private DeploymentRecord diagnosed(DeploymentRecord deployment) {
    if (!ReportRules.needsDiagnosis(deployment)) {
      return deployment;
    }
    Ended end = deployment.ended().orElseThrow();
    Diagnosis diagnosis = diagnosis(deployment, end);
    return deployment.endedAs(end.diagnosed(diagnosis.sentence(), diagnosis.details()));
  }

  private Diagnosis diagnosis(DeploymentRecord deployment, Ended end) {
    try {
      Optional<Service> service = ecs.describe(List.of(deployment.service())).stream().findFirst();
      Optional<ServiceDeployment> shown =
          deployments.newest(deployment.service(), RolloutObserver.MAX_DEPLOYMENTS).stream()
              .filter(d -> end.serviceDeployment().filter(d.arn()::equals).isPresent())
              .findFirst();
      if (service.isPresent() && shown.isPresent() && deployment.to().isPresent()) {
        return Diagnosis.of(
            evidence.of(service.get(), shown.get(), ecs.taskDefinition(deployment.to().get())));
      }
    } catch (RuntimeException failure) {
      // it has failed, whatever can be read of why
      return new Diagnosis(
          end.why().orElse("ECS gives no reason"),
          List.of("the evidence could not be read: " + failure.getMessage()));
    }
    return new Diagnosis(end.why().orElse("ECS gives no reason"), List.of());
  }

  /** Keeps what was announced, whoever else has written the record meanwhile. */
  private void keep(DeploymentRecord announced, UnaryOperator<DeploymentRecord> kept) {
    for (int round = 0; round < MAX_ROUNDS; round++) {
      RecordedService now = records.read(announced.service());
      DeploymentRecord stored = now.deployment(announced.id()).orElse(announced);
      DeploymentRecord after = kept.apply(stored);
      if (records.write(RecordChange.of(now.service(), now.service(), after))) {
        return;
      }
    }
    throw new TryAgainSoon(
        "that deployment %s was announced could not be recorded".formatted(announced.id()));
  }
}
