package dev.slipway.image;

import java.util.List;
import java.util.Optional;

/**
 * What a policy selects in one repository, as the registry has it now.
 *
 * @param candidate the image, or what is there instead of one
 * @param tag that it came from; empty where it was chosen by its digest, or nothing was
 * @param passedOver what is newer and was not selected, the newest first
 */
public record Selection(Candidate candidate, Optional<ImageTag> tag, List<PassedOver> passedOver) {
  /** Nothing: the repository is not followed. */
  public static final Selection NONE =
      new Selection(new Candidate.Missing(), Optional.empty(), List.of());

  /** Copies the list. */
  public Selection {
    passedOver = List.copyOf(passedOver);
  }

  /** The image; empty where the policy selects none that a container can be made from. */
  public Optional<Candidate.Image> image() {
    return candidate instanceof Candidate.Image image ? Optional.of(image) : Optional.empty();
  }

  /** Whether a container with this digest runs what is selected. */
  public boolean isRunAs(ImageDigest running) {
    return image().filter(image -> image.isRunAs(running)).isPresent();
  }
}
