package dev.slipway.image;

import java.util.Optional;

/**
 * What a policy selects in one repository, as the registry has it now.
 *
 * @param candidate the image, or what is there instead of one
 * @param tag that it came from; empty where it was chosen by its digest, or nothing was
 */
public record Selection(Candidate candidate, Optional<ImageTag> tag) {
  /** Nothing: the repository is not followed, or has nothing that fits. */
  public static final Selection NONE = new Selection(new Candidate.Missing(), Optional.empty());

  /** The image; empty where the policy selects none that a container can be made from. */
  public Optional<Candidate.Image> image() {
    return candidate instanceof Candidate.Image image ? Optional.of(image) : Optional.empty();
  }

  /** Whether a container with this digest runs what is selected. */
  public boolean isRunAs(ImageDigest running) {
    return image().filter(image -> image.isRunAs(running)).isPresent();
  }
}
