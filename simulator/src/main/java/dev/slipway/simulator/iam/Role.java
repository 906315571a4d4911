package dev.slipway.simulator.iam;

import dev.slipway.simulator.world.ResourcePolicies.Verdict;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A role.
 *
 * @param trust who may assume it
 * @param inline its own policies, whose use is recorded
 * @param managed policies of AWS attached to it
 */
public record Role(String name, Policy trust, List<Policy> inline, List<Policy> managed) {
  /** Whether the AWS service, such as {@code lambda.amazonaws.com}, may assume it. */
  public boolean trusts(String service, String roleArn) {
    return trusts(service, roleArn, Map.of());
  }

  /**
   * Whether an AWS service may assume it.
   *
   * @param context condition keys and their values, such as {@code aws:SourceAccount}
   */
  public boolean trusts(String service, String roleArn, Map<String, String> context) {
    return trust.verdict(Set.of(service), "sts:AssumeRole", roleArn, new RequestContext(context))
        == Verdict.ALLOWED;
  }
}
