package dev.slipway.image;

import java.util.Optional;

/**
 * One container's image, before and after.
 *
 * @param container its name in the task definition
 * @param tag that the environment's policy selected the new image by; empty where an operator chose
 *     it by its digest, or a pin brings it back
 */
public record ImageChange(
    String container, ImageReference from, ImageReference to, Optional<ImageTag> tag) {}
