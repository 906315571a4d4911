package dev.slipway.decide;

import static java.util.stream.Collectors.joining;

import dev.slipway.gate.ApprovalGate;
import dev.slipway.gate.Gate;
import dev.slipway.gate.GateVerdict;
import dev.slipway.gate.Readings;
import dev.slipway.gate.Subject;
import dev.slipway.gate.Verdict;
import dev.slipway.image.Candidate;
import dev.slipway.image.ImageChange;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageReference;
import dev.slipway.image.Repository;
import dev.slipway.record.DeployRequest;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.ServiceRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What an environment's gates say of the images that a service is to get. */
public final class GateRules {
  private GateRules() {}

  /** What each gate says of each image: all are asked, so that people see everything at once. */
  static List<GateVerdict> judge(ObservedState seen, List<ImageChange> changes) {
    Map<Repository, Candidate.Image> images = new LinkedHashMap<>();
    for (ImageChange change : changes) {
      seen.selection(change.to())
          .image()
          .ifPresent(image -> images.put(change.to().repository().orElseThrow(), image));
    }
    List<GateVerdict> verdicts = new ArrayList<>();
    images.forEach((repository, image) -> {
      Readings.Of read = new Readings.Of(repository, image.digest());
      Subject subject = subject(seen, image, read);
      seen.environment().gates().forEach(gate -> verdicts.add(judge(seen, gate, subject, read)));
    });
    return verdicts;
  }

  private static Subject subject(ObservedState seen, Candidate.Image image, Readings.Of read) {
    return new Subject(
        seen.service().arn(),
        read.repository(),
        image,
        seen.at(),
        seen.service().isRollingOut(),
        seen.record().approvals(),
        deployed(seen, read.repository(), image),
        seen.readings().scansOf(read),
        seen.readings().signingOf(read),
        seen.readings().calendar());
  }

  private static GateVerdict judge(
      ObservedState seen, Gate gate, Subject subject, Readings.Of read) {
    ImageDigest image = subject.image().digest();
    return new GateVerdict(
        gate,
        subject.repository(),
        image,
        seen.readings()
            .failure(gate, read)
            .<Verdict>map(Verdict.Unread::new)
            .orElseGet(() -> gate.judge(subject)),
        seen.record()
            .request()
            .flatMap(DeployRequest::override)
            .filter(override -> override.images().contains(image))
            .filter(_ -> gate.isPassedByOverride())
            .map(DeployRequest.GateOverride::why));
  }

  /** Since nothing else of its repository was deployed: what ECS never had is no deployment. */
  private static List<Instant> deployed(
      ObservedState seen, Repository repository, Candidate.Image image) {
    return seen.recorded().deployments().stream()
        .filter(deployment -> deployment.ecsDeployment().isPresent())
        .filter(deployment -> ofRepository(deployment, repository).findAny().isPresent())
        .takeWhile(deployment ->
            ofRepository(deployment, repository)
                .anyMatch(one -> one.digest().filter(image.digest()::equals).isPresent()))
        .map(DeploymentRecord::decidedAt)
        .toList();
  }

  private static Stream<ImageReference> ofRepository(
      DeploymentRecord deployment, Repository repository) {
    return deployment.images().values().stream()
        .filter(one -> one.repository().filter(repository::equals).isPresent());
  }

  /** Whether no gate keeps back what a change brings. */
  static boolean isOpen(List<GateVerdict> verdicts, ImageChange change) {
    return verdicts.stream()
        .filter(verdict -> isAbout(verdict, change))
        .noneMatch(GateVerdict::isClosed);
  }

  private static boolean isAbout(GateVerdict verdict, ImageChange change) {
    return change.to().repository().filter(verdict.repository()::equals).isPresent()
        && change.to().digest().filter(verdict.image()::equals).isPresent();
  }

  /**
   * What images wait for, why, and what ends it, such as {@code approval (nobody has approved it:
   * `slipway approve main/web`)}. A remedy is for what the environment selects: where an operator
   * asks for something else, it is left out.
   */
  static String closed(ObservedState seen, List<GateVerdict> verdicts) {
    return closedOnes(verdicts)
        .map(verdict ->
            "%s (%s%s)"
                .formatted(
                    verdict.gate().name(),
                    verdict.verdict().reason(),
                    seen.asked().isEmpty()
                            && verdict.verdict() instanceof Verdict.Holds(String _, String remedy)
                        ? ": " + remedy
                        : ""))
        .distinct()
        .collect(joining(" and "));
  }

  /** Whether an operator can have the images deployed in spite of all gates that are closed. */
  static boolean canBeOverridden(List<GateVerdict> verdicts) {
    return closedOnes(verdicts).allMatch(verdict -> verdict.gate().isPassedByOverride());
  }

  /** Whether all that is closed goes by what is usually known in a moment. */
  static boolean isPending(List<GateVerdict> verdicts) {
    return closedOnes(verdicts).allMatch(verdict -> verdict.verdict() instanceof Verdict.Pending);
  }

  /** Why it cannot be decided now: something that is closed could not be read. */
  public static Optional<RuntimeException> failure(List<GateVerdict> verdicts) {
    return closedOnes(verdicts)
        .map(GateVerdict::verdict)
        .filter(Verdict.Unread.class::isInstance)
        .map(unread -> ((Verdict.Unread) unread).failure())
        .findFirst();
  }

  /**
   * What is announced although the wait of the image was: the gates that have found something out
   * about it, and that its approval has expired.
   */
  static String found(ObservedState seen, List<GateVerdict> verdicts) {
    Stream<String> found =
        closedOnes(verdicts)
            .filter(verdict -> verdict.verdict() instanceof Verdict.Holds)
            .filter(verdict -> !verdict.gate().isPassedByOverride())
            .map(verdict -> verdict.gate().name());
    Stream<String> expired =
        closedOnes(verdicts)
            .filter(verdict -> verdict.gate() instanceof ApprovalGate)
            .filter(verdict ->
                seen.record().approvals().stream()
                    .anyMatch(approval -> approval.digest().equals(verdict.image())))
            .map(_ -> "expired");
    return Stream.concat(found, expired).distinct().map(" "::concat).collect(joining());
  }

  /** Which gates an operator's command passes, and why; empty where it passes none. */
  public static Optional<String> overridden(List<GateVerdict> verdicts) {
    List<GateVerdict> passed = verdicts.stream().filter(GateVerdict::isOverridden).toList();
    return passed.stream()
        .findFirst()
        .flatMap(GateVerdict::override)
        .map(why ->
            "passing %s: %s"
                .formatted(
                    passed.stream()
                        .map(verdict -> verdict.gate().name())
                        .distinct()
                        .collect(joining(" and ")),
                    why));
  }

  /**
   * Whether the hold that was announced last is a gate's: then the end of a deployment may be what
   * ends it.
   */
  public static boolean isAnnouncedAsWaiting(ServiceRecord record) {
    return record
        .announcedHold()
        .filter(hold -> hold.isOf(Decision.Hold.WAITING.name()))
        .isPresent();
  }

  private static Stream<GateVerdict> closedOnes(List<GateVerdict> verdicts) {
    return verdicts.stream().filter(GateVerdict::isClosed);
  }
}
