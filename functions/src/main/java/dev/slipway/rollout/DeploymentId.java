package dev.slipway.rollout;

import java.util.regex.Pattern;

/**
 * Which deployment of a service: the number that ECS's id of the deployment ({@code ecs-svc/N}) and
 * the ARN of the service revision that it rolls out both end in.
 *
 * @param number decimal digits
 */
public record DeploymentId(String number) {
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,32}");
  private static final String PREFIX = "ecs-svc/";

  /** Refuses anything else than digits. */
  public DeploymentId {
    if (!NUMBER.matcher(number).matches()) {
      throw new IllegalArgumentException("not the number of an ECS deployment: " + number);
    }
  }

  /** Reads {@code ecs-svc/N}. */
  public static DeploymentId parse(String text) {
    if (!text.startsWith(PREFIX)) {
      throw new IllegalArgumentException(
          "not the id of an ECS deployment: \"" + text + "\" (expected " + PREFIX + " and digits)");
    }
    return new DeploymentId(text.substring(PREFIX.length()));
  }

  /** The deployment that made a service revision, by the revision's ARN. */
  public static DeploymentId ofRevision(String serviceRevisionArn) {
    return new DeploymentId(serviceRevisionArn.substring(serviceRevisionArn.lastIndexOf('/') + 1));
  }

  /** {@code ecs-svc/N}. */
  @Override
  public String toString() {
    return PREFIX + number;
  }
}
