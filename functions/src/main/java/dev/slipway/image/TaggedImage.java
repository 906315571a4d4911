package dev.slipway.image;

import java.time.Instant;

/**
 * A tag of a repository, and the image that it points at.
 *
 * @param pushedAt when the image was pushed first: Amazon ECR does not change that when the image
 *     gets another tag
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageDetail.html">ImageDetail</a>
 */
public record TaggedImage(ImageTag tag, ImageDigest digest, Instant pushedAt) {}
