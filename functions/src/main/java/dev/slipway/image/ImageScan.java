package dev.slipway.image;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What ECR or Amazon Inspector has found in one manifest of an image, as far as it was read.
 *
 * @param description AWS's words about the state; may be empty
 * @param pushedAt when the manifest was pushed first; only where the scan has not ended, and ECR
 *     has the image still
 * @param counts how many findings there are of each severity; empty where AWS does not say
 * @param findings those that were read
 * @param complete whether these are all
 */
public record ImageScan(
    ImageDigest manifest,
    State state,
    String description,
    Optional<Instant> pushedAt,
    Optional<Map<FindingSeverity, Integer>> counts,
    List<ScanFinding> findings,
    boolean complete) {
  /**
   * How far a scan has got: ECR's states, and two more.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageScanStatus.html">ImageScanStatus</a>
   */
  public enum State {
    /** ECR knows of no scan. */
    NONE,
    /** Inspector has it on its list. */
    PENDING,
    /** It is being scanned. */
    IN_PROGRESS,
    /** It was scanned once. */
    COMPLETE,
    /** Inspector has scanned it, and goes on doing so. */
    ACTIVE,
    /** The scan failed. */
    FAILED,
    /** Nothing in it that the scanner knows: another system, another kind of layer. */
    UNSUPPORTED_IMAGE,
    /** Inspector scans it no more, since it was pushed or used too long ago. */
    SCAN_ELIGIBILITY_EXPIRED,
    /** There are no findings to be had. */
    FINDINGS_UNAVAILABLE,
    /** More scans than ECR allows in a day. */
    LIMIT_EXCEEDED,
    /** It is archived. */
    IMAGE_ARCHIVED,
    /** A state that is newer than this enum; the description names it. */
    OTHER;

    /** The state that ECR names. */
    public static State of(String name) {
      for (State state : values()) {
        if (state.name().equals(name)) {
          return state;
        }
      }
      return OTHER;
    }

    /** Whether it may end without anybody's doing. */
    public boolean isUnfinished() {
      return switch (this) {
        case NONE, PENDING, IN_PROGRESS, FINDINGS_UNAVAILABLE -> true;
        case COMPLETE,
            ACTIVE,
            FAILED,
            UNSUPPORTED_IMAGE,
            SCAN_ELIGIBILITY_EXPIRED,
            LIMIT_EXCEEDED,
            IMAGE_ARCHIVED,
            OTHER ->
            false;
      };
    }
  }

  /** Copies the collections. */
  public ImageScan {
    counts = counts.map(Map::copyOf);
    findings = List.copyOf(findings);
  }

  /** One without findings. */
  public ImageScan(
      ImageDigest manifest, State state, String description, Optional<Instant> pushedAt) {
    this(manifest, state, description, pushedAt, Optional.empty(), List.of(), true);
  }
}
