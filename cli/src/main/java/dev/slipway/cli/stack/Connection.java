package dev.slipway.cli.stack;

import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * Where the stack is. What is empty is found as AWS tools find it: in the environment, then in the
 * profile.
 *
 * @param stack name of the CloudFormation stack
 * @param environment the environment's variables
 * @see <a
 *     href="https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html">settings</a>
 */
public record Connection(
    String stack,
    Optional<String> region,
    Optional<String> profile,
    Optional<URI> endpoint,
    Map<String, String> environment) {

  /** {@code slipway-query}. */
  public String functionName(String name) {
    return stack + "-" + name;
  }
}
