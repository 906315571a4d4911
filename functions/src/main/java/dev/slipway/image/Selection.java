package dev.slipway.image;

import java.util.List;
import java.util.Optional;

/**
 * What a policy selects in one repository, as the registry has it now.
 *
 * @param candidate the image, or what is there instead of one
 * @param tag that it came from; empty where it was chosen by its digest, or nothing was
 * @param passedOver what was not selected, what people may have expected first
 * @param warnings what looks like a mistake in the policy, each a sentence
 * @param note why nothing can be selected there; empty where something can
 */
public record Selection(
    Candidate candidate,
    Optional<ImageTag> tag,
    List<PassedOver> passedOver,
    List<String> warnings,
    Optional<String> note) {
  /** Nothing: the repository is not followed. */
  public static final Selection NONE =
      new Selection(new Candidate.Missing(), Optional.empty(), List.of(), List.of());

  /** Copies the lists. */
  public Selection {
    passedOver = List.copyOf(passedOver);
    warnings = List.copyOf(warnings);
  }

  /** One that has nothing to note. */
  public Selection(
      Candidate candidate,
      Optional<ImageTag> tag,
      List<PassedOver> passedOver,
      List<String> warnings) {
    this(candidate, tag, passedOver, warnings, Optional.empty());
  }

  /** Nothing, since the policy is limited to other repositories. */
  public static Selection outside(String why) {
    return new Selection(
        new Candidate.Missing(), Optional.empty(), List.of(), List.of(), Optional.of(why));
  }

  /** The image; empty where the policy selects none that a container can be made from. */
  public Optional<Candidate.Image> image() {
    return candidate instanceof Candidate.Image image ? Optional.of(image) : Optional.empty();
  }

  /** The digest of the image; also of one that is gone, and would be selected. */
  public Optional<ImageDigest> digest() {
    return candidate instanceof Candidate.Gone(ImageDigest gone)
        ? Optional.of(gone)
        : image().map(Candidate.Image::digest);
  }

  /** Whether a container with this digest runs what is selected. */
  public boolean isRunAs(ImageDigest running) {
    return image().filter(image -> image.isRunAs(running)).isPresent();
  }
}
