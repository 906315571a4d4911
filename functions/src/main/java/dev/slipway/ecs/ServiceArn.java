package dev.slipway.ecs;

import dev.slipway.text.OutsideText;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ARN of an ECS service, in the long form that names its cluster.
 *
 * @param value {@code arn:PARTITION:ecs:REGION:ACCOUNT:service/CLUSTER/NAME}
 */
public record ServiceArn(String value) {
  private static final Pattern FORM =
      Pattern.compile(
          "arn:(?<partition>[a-z-]+):ecs:(?<region>[a-z0-9-]+):(?<account>[0-9]{12})"
              + ":service/(?<cluster>[A-Za-z0-9_-]{1,255})/(?<name>[A-Za-z0-9_-]{1,255})");

  /** Refuses anything else. */
  public ServiceArn {
    match(value);
  }

  /**
   * An ARN as ECS gives it: that of a service from before 2018's long ARNs has no cluster, which is
   * put in.
   *
   * @param cluster ARN or name of the cluster that the service is in
   */
  public static ServiceArn parse(String arn, String cluster) {
    int resource = arn.lastIndexOf(':') + 1;
    String[] parts = arn.substring(resource).split("/", -1);
    return parts.length == 2 && parts[0].equals("service")
        ? new ServiceArn(
            arn.substring(0, resource)
                + "service/"
                + cluster.substring(cluster.lastIndexOf('/') + 1)
                + "/"
                + parts[1])
        : new ServiceArn(arn);
  }

  private static Matcher match(String value) {
    Matcher matcher = FORM.matcher(value);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "not the ARN of an ECS service: "
              + OutsideText.quoted(value)
              + " (expected arn:aws:ecs:REGION:ACCOUNT:service/CLUSTER/NAME)");
    }
    return matcher;
  }

  /** The Region that the service is in. */
  public String region() {
    return match(value).group("region");
  }

  /** The twelve-digit id of the account that the service is in. */
  public String account() {
    return match(value).group("account");
  }

  /** The cluster's name. */
  public String cluster() {
    return match(value).group("cluster");
  }

  /** The service's name, unique in its cluster. */
  public String name() {
    return match(value).group("name");
  }

  /** {@code cluster/name}: how people call it. */
  public String shortName() {
    return cluster() + "/" + name();
  }

  @Override
  public String toString() {
    return value;
  }
}
