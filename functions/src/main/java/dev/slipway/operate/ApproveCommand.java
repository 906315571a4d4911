package dev.slipway.operate;

import static java.util.stream.Collectors.joining;

import dev.slipway.decide.DecisionRules;
import dev.slipway.decide.ObservedState;
import dev.slipway.deploy.Hint;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.ecs.Service;
import dev.slipway.gate.ApprovalGate;
import dev.slipway.gate.GateVerdict;
import dev.slipway.image.ImageDigest;
import dev.slipway.record.Approval;
import dev.slipway.record.Trigger;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * Approves the images that wait for it, each by its digest: an image that is selected later needs
 * another approval. The plan writes the record; DeployFunction deploys what nothing else keeps
 * back.
 */
public final class ApproveCommand {
  private final EachService each;
  private final ServiceEvaluator evaluator;

  /** What it reads. */
  public ApproveCommand(
      ServiceDirectory directory, ServiceReader reader, ServiceEvaluator evaluator) {
    this.each = new EachService(directory, reader);
    this.evaluator = evaluator;
  }

  /**
   * A service, and what is approved for it.
   *
   * @param approved the digests; none where nothing waits for approval
   * @param reason one sentence for people
   */
  public record ApprovePlan(
      Service service, List<ImageDigest> approved, String reason, Optional<ServiceChange> change)
      implements Plan {
    /** Copies the list. */
    public ApprovePlan {
      approved = List.copyOf(approved);
    }

    @Override
    public List<String> facts() {
      return approved.stream()
          .map(digest -> "%s: %s is approved".formatted(service, digest))
          .toList();
    }
  }

  /**
   * Plans for each of the services.
   *
   * @param digest the one image that is meant, as its digest begins; empty for what waits
   * @param note why, in the operator's words
   */
  public List<Planned<ServiceResult<ApprovePlan>>> plan(
      Scope scope,
      Optional<String> digest,
      Optional<String> note,
      Trigger.Operator trigger,
      Instant now) {
    // many services have few repositories
    ServiceEvaluator moment = evaluator.atOneMoment();
    return each.plan(
        scope,
        read -> plan(moment, read, digest, note, trigger, now),
        read -> plan(evaluator, read, digest, note, trigger, now));
  }

  private static ApprovePlan plan(
      ServiceEvaluator moment,
      ServiceReader.Read read,
      Optional<String> digest,
      Optional<String> note,
      Trigger.Operator trigger,
      Instant now) {
    ServiceEvaluator.Evaluation evaluation = moment.evaluate(read.service(), read.recorded(), now);
    return evaluation
        .state()
        .map(state -> plan(state, digest, note, trigger))
        .orElseGet(() -> nothing(read.service(), evaluation.decision().reason()));
  }

  static ApprovePlan plan(
      ObservedState seen,
      Optional<String> digest,
      Optional<String> note,
      Trigger.Operator trigger) {
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
            .filter(verdict -> digest.filter(d -> !begins(verdict.image(), d)).isEmpty())
            .toList();
    if (waiting.isEmpty()) {
      return nothing(
          seen.service(),
          "no image%s waits for approval: %s"
              .formatted(
                  digest.map(" whose digest begins with "::concat).orElse(""),
                  DecisionRules.decide(seen).reason()));
    }
    Instant at = seen.at().truncatedTo(ChronoUnit.SECONDS);
    List<Approval> approvals =
        waiting.stream()
            .map(verdict ->
                new Approval(verdict.image(), trigger.by(), at, note.flatMap(Words::line)))
            .toList();
    String sentence = sentence(seen, waiting, approvals);
    return new ApprovePlan(
        seen.service(),
        approvals.stream().map(Approval::digest).toList(),
        sentence,
        Optional.of(
            new ServiceChange(
                seen.record(),
                seen.record().approve(approvals),
                Optional.empty(),
                Optional.of(new Hint.CheckService(seen.service().arn(), trigger)),
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
    return new ApprovePlan(service, List.of(), why, Optional.empty());
  }
}
