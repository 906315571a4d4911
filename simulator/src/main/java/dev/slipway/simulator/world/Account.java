package dev.slipway.simulator.world;

/**
 * The account and Region that are simulated.
 *
 * @param id twelve digits
 * @param region such as {@code us-east-1}
 */
public record Account(String id, String region) {
  /** The account that AWS's own documentation uses. */
  public static final String DEFAULT_ID = "123456789012";

  /** An ARN of this account and Region. */
  public String arn(String service, String resource) {
    return "arn:aws:" + service + ":" + region + ":" + id + ":" + resource;
  }

  /** An ARN of this account in a global service, such as IAM. */
  public String globalArn(String service, String resource) {
    return "arn:aws:" + service + "::" + id + ":" + resource;
  }

  /** The account's root, who may do all. */
  public Caller root() {
    return new Caller(globalArn("iam", "root"));
  }
}
