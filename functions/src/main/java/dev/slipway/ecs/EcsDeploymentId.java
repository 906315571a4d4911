package dev.slipway.ecs;

import dev.slipway.text.OutsideText;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which deployment of a service: the number that ECS's id of the deployment ({@code ecs-svc/N}) and
 * the ARN of the service revision that it rolls out both end in.
 *
 * @param number decimal digits
 */
public record EcsDeploymentId(String number) {
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,32}");
  private static final String PREFIX = "ecs-svc/";

  /** Refuses anything else than digits. */
  public EcsDeploymentId {
    if (!NUMBER.matcher(number).matches()) {
      throw new IllegalArgumentException(
          "not the number of an ECS deployment: " + OutsideText.quoted(number));
    }
  }

  /** Reads {@code ecs-svc/N}. */
  public static EcsDeploymentId parse(String text) {
    if (!text.startsWith(PREFIX)) {
      throw new IllegalArgumentException(
          "not the id of an ECS deployment: "
              + OutsideText.quoted(text)
              + " (expected "
              + PREFIX
              + " and digits)");
    }
    return new EcsDeploymentId(text.substring(PREFIX.length()));
  }

  /** The id that a text is; empty where it is none. */
  public static Optional<EcsDeploymentId> tryParse(String text) {
    return text.startsWith(PREFIX) && NUMBER.matcher(text.substring(PREFIX.length())).matches()
        ? Optional.of(new EcsDeploymentId(text.substring(PREFIX.length())))
        : Optional.empty();
  }

  /** The deployment that made a service revision, by the revision's ARN. */
  public static EcsDeploymentId ofRevision(String serviceRevisionArn) {
    return new EcsDeploymentId(
        serviceRevisionArn.substring(serviceRevisionArn.lastIndexOf('/') + 1));
  }

  /** The ARN of the service revision that the deployment rolls out. */
  public String serviceRevisionOf(ServiceArn service) {
    return service.value().replace(":service/", ":service-revision/") + "/" + number;
  }

  /** {@code ecs-svc/N}. */
  @Override
  public String toString() {
    return PREFIX + number;
  }
}
