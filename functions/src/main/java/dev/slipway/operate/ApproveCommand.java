package dev.slipway.operate;

import static java.util.stream.Collectors.joining;

import dev.slipway.decide.DecisionRules;
import dev.slipway.decide.ObservedState;
import dev.slipway.deploy.Hint;
import dev.slipway.deploy.ServiceDeployments;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.ecs.PauseHook;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.gate.ApprovalGate;
import dev.slipway.gate.GateVerdict;
import dev.slipway.image.ImageDigest;
import dev.slipway.record.Approval;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.HookWait;
import dev.slipway.record.ServiceRecord;
import dev.slipway.record.Trigger;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Approves the images that wait for it, each by its digest: an image that is selected later needs
 * another approval. The plan writes the record; DeployFunction deploys what nothing else keeps
 * back. Where a rollout waits at ECS's pause hooks, it has ECS go on with it, or roll it back.
 */
public final class ApproveCommand {
  private final EachService each;
  private final ServiceEvaluator evaluator;
  private final ServiceDeployments deployments;
  private final WaitingHooks hooks;

  /** What it reads. */
  public ApproveCommand(
      ServiceDirectory directory,
      ServiceReader reader,
      ServiceEvaluator evaluator,
      ServiceDeployments deployments) {
    this.each = new EachService(directory, reader);
    this.evaluator = evaluator;
    this.deployments = deployments;
    this.hooks = new WaitingHooks(deployments);
  }

  /**
   * What an operator says.
   *
   * @param action {@code CONTINUE} approves; {@code ROLLBACK} has ECS roll back what waits at a
   *     pause hook
   * @param digest the one image that is meant, as its digest begins; empty for what waits
   * @param note why, in the operator's words
   */
  public record Wanted(
      PauseHook.Action action,
      Optional<String> digest,
      Optional<String> note,
      Trigger.Operator trigger) {
    boolean isOf(ImageDigest image) {
      return digest.filter(beginning -> !begins(image, beginning)).isEmpty();
    }

    boolean isRejection() {
      return action == PauseHook.Action.ROLLBACK;
    }
  }

  /**
   * A service, and what is approved for it.
   *
   * @param approved the digests; none where nothing waits for approval
   * @param rolling what waits at the hooks that are answered: by digest, where ECS or the record
   *     knows one
   * @param reason one sentence for people
   */
  public record ApprovePlan(
      Service service,
      List<ImageDigest> approved,
      String rolling,
      String reason,
      Optional<ServiceChange> change)
      implements Plan {
    /** Copies the list. */
    public ApprovePlan {
      approved = List.copyOf(approved);
    }

    /** What ECS is told; empty where no rollout waits at a hook. */
    public Optional<ServiceChange.Answer> answer() {
      return change.flatMap(ServiceChange::answer);
    }

    @Override
    public List<String> facts() {
      List<String> facts = new ArrayList<>();
      approved.forEach(digest -> facts.add("%s: %s is approved".formatted(service, digest)));
      answer()
          .ifPresent(answer ->
              answer
                  .hooks()
                  .forEach(hook ->
                      facts.add(
                          "%s: %s %s at %s (%s)"
                              .formatted(
                                  service,
                                  rolling,
                                  answer.action() == PauseHook.Action.CONTINUE
                                      ? "goes on"
                                      : "is rolled back",
                                  hook.place(),
                                  hook.id()))));
      return facts;
    }
  }

  /** Plans for each of the services. */
  public List<Planned<ServiceResult<ApprovePlan>>> plan(Scope scope, Wanted wanted, Instant now) {
    // many services have few repositories
    ServiceEvaluator moment = evaluator.atOneMoment();
    return each.plan(
        scope, read -> plan(moment, read, wanted, now), read -> plan(evaluator, read, wanted, now));
  }

  private ApprovePlan plan(
      ServiceEvaluator moment, ServiceReader.Read read, Wanted wanted, Instant now) {
    Service service = read.service();
    ServiceEvaluator.Evaluation evaluation = moment.evaluate(service, read.recorded(), now);
    ApprovePlan next =
        wanted.isRejection()
            ? nothing(
                service,
                "no rollout%s waits at a pause hook of ECS: nothing to reject"
                    .formatted(
                        wanted
                            .digest()
                            .map(" of an image whose digest begins with "::concat)
                            .orElse(" of it")))
            : evaluation
                .state()
                .map(state -> plan(state, wanted))
                .orElseGet(() -> nothing(service, evaluation.decision().reason()));
    return hooks
        .of(service)
        .map(rollout -> answering(read, rollout, wanted, now, next))
        .orElse(next);
  }

  /** What waits for approval next, and what waits at ECS's hooks now. */
  private ApprovePlan answering(
      ServiceReader.Read read,
      WaitingHooks.Rollout rollout,
      Wanted wanted,
      Instant now,
      ApprovePlan next) {
    Optional<DeploymentRecord> own = read.recorded().deployment(rollout.deployment().id());
    List<ImageDigest> rolling = rolling(own, rollout.deployment());
    if (wanted.digest().isPresent() && rolling.stream().noneMatch(wanted::isOf)) {
      return next;
    }
    // a rollback at one of them ends the rollout
    List<PauseHook> answered =
        wanted.isRejection() ? List.of(rollout.hooks().getFirst()) : rollout.hooks();
    HookWait.Answer given =
        new HookWait.Answer(
            wanted.action(),
            wanted.trigger().by(),
            now.truncatedTo(ChronoUnit.SECONDS),
            wanted.note().flatMap(Words::line));
    Optional<DeploymentRecord> recorded =
        own.map(deployment -> answered(deployment, answered, given));
    String what =
        rolling.isEmpty()
            ? "revision "
                + read.service()
                    .taskDefinition()
                    .map(TaskDefinitionArn::shortName)
                    .orElse("unknown")
            : rolling.stream().map(ImageDigest::value).collect(joining(", "));
    String sentence = sentence(read.service(), rollout, rolling, wanted, own.isPresent());
    String reason =
        next.approved().isEmpty()
            ? sentence
            : "%s. Approved as well: %s".formatted(sentence, next.reason());
    ServiceRecord before = read.recorded().service();
    return new ApprovePlan(
        read.service(),
        next.approved(),
        what,
        reason,
        Optional.of(
            new ServiceChange(
                before,
                next.change().map(ServiceChange::after).orElse(before),
                Optional.empty(),
                next.change().flatMap(ServiceChange::hint),
                List.of(reason),
                Optional.of(
                    new ServiceChange.Answer(
                        rollout.deployment().arn(), answered, wanted.action(), recorded)))));
  }

  /** What the rollout brings; of another client's, all that it runs. */
  private List<ImageDigest> rolling(Optional<DeploymentRecord> own, ServiceDeployment rollout) {
    List<ImageDigest> brought =
        own.stream()
            .flatMap(deployment -> deployment.changes().stream())
            .flatMap(change -> change.to().digest().stream())
            .distinct()
            .toList();
    return brought.isEmpty()
        ? deployments.rolledOut(List.of(rollout)).values().stream()
            .flatMap(revision -> revision.digests().values().stream())
            .distinct()
            .toList()
        : brought;
  }

  private static DeploymentRecord answered(
      DeploymentRecord deployment, List<PauseHook> hooks, HookWait.Answer answer) {
    DeploymentRecord after = deployment;
    for (PauseHook hook : hooks) {
      HookWait known = after.hook(hook.id()).orElse(new HookWait(hook));
      after = after.waiting(known.withAnswer(Optional.of(answer)));
    }
    return after;
  }

  private static String sentence(
      Service service,
      WaitingHooks.Rollout rollout,
      List<ImageDigest> rolling,
      Wanted wanted,
      boolean own) {
    return "the rollout of %s%s %s at %s, where it waits %s%s"
        .formatted(
            service
                .taskDefinition()
                .map(TaskDefinitionArn::shortName)
                .orElse("its newest revision"),
            rolling.isEmpty()
                ? ""
                : rolling.stream().map(ImageDigest::abbreviated).collect(joining(", ", " (", ")")),
            wanted.isRejection() ? "is rolled back by ECS" : "goes on",
            rollout.hooks().stream().map(PauseHook::place).distinct().collect(joining(", ")),
            rollout.hooks().getFirst().end(),
            own
                ? ""
                : "; the record does not have it, so the log of OperateFunction alone says who"
                    + " answered");
  }

  static ApprovePlan plan(ObservedState seen, Wanted wanted) {
    if (seen.environment().gates().stream().noneMatch(ApprovalGate.class::isInstance)) {
      return nothing(
          seen.service(),
          "environment %s has no approval gate".formatted(seen.environment().name()));
    }
    List<GateVerdict> gates = DecisionRules.gates(seen);
    List<GateVerdict> waiting =
        gates.stream()
            .filter(verdict -> verdict.gate() instanceof ApprovalGate)
            .filter(GateVerdict::isClosed)
            .filter(verdict -> wanted.isOf(verdict.image()))
            .toList();
    if (waiting.isEmpty()) {
      return nothing(
          seen.service(),
          "no image%s waits for approval: %s"
              .formatted(
                  wanted.digest().map(" whose digest begins with "::concat).orElse(""),
                  DecisionRules.decide(seen).reason()));
    }
    Instant at = seen.at().truncatedTo(ChronoUnit.SECONDS);
    List<Approval> approvals =
        waiting.stream()
            .map(verdict ->
                new Approval(
                    verdict.image(), wanted.trigger().by(), at, wanted.note().flatMap(Words::line)))
            .toList();
    String sentence = sentence(seen, waiting, approvals);
    return new ApprovePlan(
        seen.service(),
        approvals.stream().map(Approval::digest).toList(),
        "",
        sentence,
        Optional.of(
            new ServiceChange(
                seen.record(),
                seen.record().approve(approvals),
                Optional.empty(),
                Optional.of(new Hint.CheckService(seen.service().arn(), wanted.trigger())),
                List.of(sentence))));
  }

  private static boolean begins(ImageDigest digest, String beginning) {
    return digest.value().startsWith(beginning) || digest.value().startsWith("sha256:" + beginning);
  }

  private static String sentence(
      ObservedState seen, List<GateVerdict> waiting, List<Approval> approvals) {
    String images =
        waiting.stream()
            .map(verdict -> verdict.repository().name() + " " + verdict.image().abbreviated())
            .collect(joining(", "));
    return "%s; then: %s"
        .formatted(
            images, DecisionRules.decide(seen.with(seen.record().approve(approvals))).reason());
  }

  private static ApprovePlan nothing(Service service, String why) {
    return new ApprovePlan(service, List.of(), "", why, Optional.empty());
  }
}
