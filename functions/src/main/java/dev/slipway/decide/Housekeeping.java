package dev.slipway.decide;

import java.util.Optional;

/**
 * What an environment wants done once a deployment has completed, so that the past stays usable and
 * others can read the present.
 *
 * @param images so many earlier deployments' images are kept by a tag; 0 for none
 * @param revisions so many earlier deployments' revisions stay, older ones are deregistered; 0
 *     deregisters none
 * @param publish where the deployed image is published; empty for nowhere
 */
public record Housekeeping(int images, int revisions, Optional<ParameterName> publish) {
  /** Nothing is done. */
  public static final Housekeeping NONE = new Housekeeping(0, 0, Optional.empty());

  /** Whether there is anything to do. */
  public boolean isWanted() {
    return !equals(NONE);
  }

  /** Such as {@code images 5, revisions 20, publish /slipway/{cluster}/{service}/image}. */
  @Override
  public String toString() {
    return "images %d, revisions %d, publish %s"
        .formatted(images, revisions, publish.map(ParameterName::toString).orElse("nowhere"));
  }
}
