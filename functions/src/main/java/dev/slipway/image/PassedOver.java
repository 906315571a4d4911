package dev.slipway.image;

/**
 * An image that a policy might be expected to select, and does not.
 *
 * @param image its tag; its digest, abbreviated, where the policy does not go by tags
 * @param why in words that follow "because", such as {@code it does not match main-*}
 */
public record PassedOver(String image, String why) {
  /** The image that a tag points at. */
  PassedOver(ImageTag tag, String why) {
    this(tag.value(), why);
  }
}
