package dev.slipway.record;

import dev.slipway.image.ImageDigest;
import java.time.Instant;
import java.util.Optional;

/**
 * An image that must not be deployed to a service again, until a person says so.
 *
 * @param repository its name in Amazon ECR
 * @param by who blocked it: a caller's ARN, or {@code Slipway} where a deployment failed
 * @param deployment that failed; empty where an operator blocked it, or ECS alone knows of it
 * @param reason one sentence for people
 */
public record Block(
    ImageDigest digest,
    String repository,
    Instant since,
    String by,
    Optional<DeploymentId> deployment,
    String reason) {
  /** Who blocks what failed. */
  public static final String SLIPWAY = "Slipway";
}
