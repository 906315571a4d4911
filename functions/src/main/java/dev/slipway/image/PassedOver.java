package dev.slipway.image;

/**
 * A tag that a policy might be expected to select, and does not.
 *
 * @param why in words that follow "because", such as {@code it does not match main-*}
 */
public record PassedOver(ImageTag tag, String why) {}
