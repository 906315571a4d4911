package dev.slipway.gate;

import static java.util.stream.Collectors.joining;

import dev.slipway.image.FindingSeverity;
import dev.slipway.image.ImageScan;
import dev.slipway.image.Repository;
import dev.slipway.image.ScanFinding;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * ECR or Amazon Inspector has scanned the image, and found nothing graver than is accepted.
 *
 * @param atMost the gravest severity that is accepted; empty for no finding at all
 * @param ignore findings that count for nothing, by their names
 * @param patience how long after the push a scan that has not ended is announced
 */
public record ScanGate(Optional<FindingSeverity> atMost, Set<String> ignore, Duration patience)
    implements Gate {
  /** Its name. */
  public static final String NAME = "scan";

  private static final int MAX_NAMED = 3;

  private static final Comparator<ScanFinding> GRAVEST =
      Comparator.comparing(ScanFinding::severity).reversed().thenComparing(ScanFinding::name);

  /** Copies the set. */
  public ScanGate {
    if (patience.isNegative()) {
      throw new IllegalArgumentException("a scan is waited for " + patience);
    }
    ignore = Set.copyOf(ignore);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String awaited() {
    return "a scan";
  }

  @Override
  public boolean isPassedByOverride() {
    return false;
  }

  /** Each manifest that tasks may run has to pass. */
  @Override
  public Verdict judge(Subject subject) {
    List<Verdict> verdicts = subject.scans().stream().map(scan -> judge(scan, subject)).toList();
    return Verdict.worst(verdicts)
        .orElseThrow(() ->
            new IllegalStateException("the scan of " + subject.image().digest() + " was not read"));
  }

  private Verdict judge(ImageScan scan, Subject subject) {
    return switch (scan.state()) {
      case COMPLETE, ACTIVE -> found(scan);
      case NONE -> unfinished(scan, subject, "it has not been scanned");
      case PENDING, IN_PROGRESS -> unfinished(scan, subject, "its scan has not ended");
      case FINDINGS_UNAVAILABLE -> unfinished(scan, subject, "ECR has no findings to show");
      case FAILED ->
          new Verdict.Holds(
              "its scan failed" + words(scan),
              "scan it again (%s), or push another image"
                  .formatted(rescan(subject.repository(), scan)));
      case LIMIT_EXCEEDED ->
          new Verdict.Holds(
              "ECR has no more scans for today" + words(scan),
              "scan it tomorrow: " + rescan(subject.repository(), scan));
      case UNSUPPORTED_IMAGE ->
          new Verdict.Holds(
              "ECR cannot scan it" + words(scan),
              "build it from a system that the scanner knows, or have Amazon Inspector scan the"
                  + " repository");
      case SCAN_ELIGIBILITY_EXPIRED ->
          new Verdict.Holds(
              "Amazon Inspector no longer scans it, so that its findings are outdated"
                  + words(scan),
              "push it again, or let Inspector scan for longer");
      case IMAGE_ARCHIVED ->
          new Verdict.Holds(
              "ECR has archived it" + words(scan), "restore it, or push another image");
      case OTHER ->
          new Verdict.Holds(
              "its scan is in a state that Slipway does not know" + words(scan),
              "look at it in ECR's console, or push another image");
    };
  }

  private static String words(ImageScan scan) {
    return scan.description().isEmpty() ? "" : ": " + scan.description();
  }

  private static String rescan(Repository repository, ImageScan scan) {
    return "`aws ecr start-image-scan --repository-name %s --image-id imageDigest=%s`"
        .formatted(repository.name(), scan.manifest());
  }

  private Verdict unfinished(ImageScan scan, Subject subject, String what) {
    Optional<Instant> end =
        scan.pushedAt().map(at -> at.plus(patience)).filter(subject.at()::isBefore);
    return end.isPresent()
        ? new Verdict.Pending(what + " yet", end.get())
        : new Verdict.Holds(
            "%s, %d minutes after the push%s".formatted(what, patience.toMinutes(), words(scan)),
            "have ECR scan the images of %s when they are pushed, and push it again"
                .formatted(subject.repository().name()));
  }

  private Verdict found(ImageScan scan) {
    List<ScanFinding> grave =
        scan.findings().stream().filter(this::counts).distinct().sorted(GRAVEST).toList();
    if (!grave.isEmpty()) {
      return new Verdict.Holds(
          "it has %s%s"
              .formatted(
                  grave.stream().limit(MAX_NAMED).map(ScanFinding::toString).collect(joining(", ")),
                  grave.size() > MAX_NAMED || !scan.complete() ? " and more" : ""),
          "push an image without, or accept it by its name in slipway.yaml: `ignore: [%s]`"
              .formatted(grave.getFirst().name()));
    }
    if (!isSettledBy(scan)) {
      return new Verdict.Holds(
          "it has more findings than Slipway reads, and none of the first %d counts"
              .formatted(scan.findings().size()),
          "push an image with fewer");
    }
    return new Verdict.Passes(
        "scanned, and nothing found%s%s"
            .formatted(
                atMost.map(severity -> " above " + severity).orElse(""),
                ignore.isEmpty() ? "" : " that is not ignored"));
  }

  private boolean isGrave(FindingSeverity severity) {
    return atMost.isEmpty() || severity.compareTo(atMost.get()) > 0;
  }

  private boolean counts(ScanFinding finding) {
    return isGrave(finding.severity()) && !ignore.contains(finding.name());
  }

  /** Whether more findings would not change the verdict. */
  public boolean isSettledBy(ImageScan scan) {
    return scan.complete()
        || scan.findings().stream().anyMatch(this::counts)
        || scan.counts()
            .filter(counts ->
                counts.entrySet().stream()
                        .filter(count -> isGrave(count.getKey()))
                        .mapToInt(count -> count.getValue())
                        .sum()
                    <= scan.findings().stream().filter(f -> isGrave(f.severity())).count())
            .isPresent();
  }
}
