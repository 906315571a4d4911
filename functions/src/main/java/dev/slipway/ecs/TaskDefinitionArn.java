package dev.slipway.ecs;

import dev.slipway.text.OutsideText;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The ARN of one revision of a task definition.
 *
 * @param value {@code arn:PARTITION:ecs:REGION:ACCOUNT:task-definition/FAMILY:REVISION}
 */
public record TaskDefinitionArn(String value) {
  private static final Pattern FORM =
      Pattern.compile(
          "arn:[a-z-]+:ecs:[a-z0-9-]+:[0-9]{12}"
              + ":task-definition/(?<family>[A-Za-z0-9_-]{1,255}):(?<revision>[1-9][0-9]{0,8})");

  /** Refuses anything else. */
  public TaskDefinitionArn {
    match(value);
  }

  /**
   * The revision that people call {@code family:revision}, of a service's account and Region.
   *
   * @throws IllegalArgumentException if it is no such name
   */
  public static TaskDefinitionArn of(ServiceArn beside, String shortName) {
    String service = beside.value();
    return new TaskDefinitionArn(
        service.substring(0, service.indexOf(":service/")) + ":task-definition/" + shortName);
  }

  private static Matcher match(String value) {
    Matcher matcher = FORM.matcher(value);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "not the ARN of a task definition's revision: "
              + OutsideText.quoted(value)
              + " (expected arn:aws:ecs:REGION:ACCOUNT:task-definition/FAMILY:REVISION)");
    }
    return matcher;
  }

  /** The family that the revision belongs to. */
  public String family() {
    return match(value).group("family");
  }

  /** The revision's number, from 1 upward. */
  public int revision() {
    return Integer.parseInt(match(value).group("revision"));
  }

  /** {@code family:revision}: how people call it. */
  public String shortName() {
    return family() + ":" + revision();
  }

  @Override
  public String toString() {
    return value;
  }
}
