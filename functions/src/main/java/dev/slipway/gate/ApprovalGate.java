package dev.slipway.gate;

import dev.slipway.record.Approval;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.Optional;

/**
 * An operator has approved just this image for this service: another digest needs another approval.
 *
 * @param expires so long an approval counts, if the image is not deployed before
 */
public record ApprovalGate(Duration expires) implements Gate {
  /** Its name. */
  public static final String NAME = "approval";

  /** Refuses what is no time at all. */
  public ApprovalGate {
    if (!expires.isPositive()) {
      throw new IllegalArgumentException("an approval that has expired at once: " + expires);
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String awaited() {
    return "approval";
  }

  @Override
  public boolean isPassedByOverride() {
    return true;
  }

  @Override
  public Verdict judge(Subject subject) {
    Optional<Approval> newest =
        subject.approvals().stream()
            .filter(approval -> approval.digest().equals(subject.image().digest()))
            .max(Comparator.comparing(Approval::at));
    String remedy = "`slipway approve %s`".formatted(subject.service().shortName());
    if (newest.isEmpty()) {
      return new Verdict.Holds("nobody has approved it", remedy);
    }
    if (subject.replaced().filter(at -> !at.isBefore(newest.get().at())).isPresent()) {
      return new Verdict.Holds(
          "the approval %s was used, and another image has been deployed since"
              .formatted(newest.get()),
          remedy);
    }
    Instant end = newest.get().at().plus(expires);
    boolean used =
        subject.deployed().stream()
            .anyMatch(at -> !at.isBefore(newest.get().at()) && at.isBefore(end));
    return used || end.isAfter(subject.at())
        ? new Verdict.Passes(newest.get().toString())
        : new Verdict.Holds(
            "the approval %s has expired at %s"
                .formatted(newest.get(), end.truncatedTo(ChronoUnit.SECONDS)),
            remedy);
  }
}
