package dev.slipway.simulator.autoscaling;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.Authorizer;
import dev.slipway.simulator.world.AwsOperation;
import dev.slipway.simulator.world.AwsService;
import dev.slipway.simulator.world.Caller;
import java.util.Map;

/**
 * Application Auto Scaling's answers in an account that scales nothing.
 *
 * @see <a href="https://docs.aws.amazon.com/autoscaling/application/APIReference/">Application Auto
 *     Scaling API Reference</a>
 */
public final class AutoScalingService implements AwsService {
  private final Authorizer authorizer;

  /** Whoever asks needs the permission for it. */
  public AutoScalingService(Authorizer authorizer) {
    this.authorizer = authorizer;
  }

  @Override
  public String signingName() {
    return "application-autoscaling";
  }

  @Override
  public Map<String, AwsOperation.OfMembers> operations() {
    return Map.of(
        "DescribeScalableTargets",
        (caller, _) -> none(caller, "DescribeScalableTargets", "ScalableTargets"),
        "DescribeScalingPolicies",
        (caller, _) -> none(caller, "DescribeScalingPolicies", "ScalingPolicies"));
  }

  private ObjectNode none(Caller caller, String operation, String member) {
    authorizer.authorize(caller, "application-autoscaling:" + operation, "*", Map.of());
    ObjectNode output = JsonNodeFactory.instance.objectNode();
    output.putArray(member);
    return output;
  }
}
