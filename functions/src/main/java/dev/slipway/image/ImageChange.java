package dev.slipway.image;

/**
 * One container's image, before and after.
 *
 * @param container its name in the task definition
 */
public record ImageChange(String container, ImageReference from, ImageReference to) {}
