package dev.slipway.simulator.iam;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The managed policies that a template of ours may attach.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html">AWS
 *     managed policies</a>
 */
public final class ManagedPolicies {
  private static final List<String> LOGS =
      List.of("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents");

  private static final Map<String, List<String>> ACTIONS =
      Map.of(
          "AWSLambdaBasicExecutionRole",
          LOGS,
          "AWSLambdaSQSQueueExecutionRole",
          List.of(
              "sqs:ReceiveMessage",
              "sqs:DeleteMessage",
              "sqs:GetQueueAttributes",
              LOGS.get(0),
              LOGS.get(1),
              LOGS.get(2)),
          "AWSXrayWriteOnlyAccess",
          List.of(
              "xray:PutTraceSegments",
              "xray:PutTelemetryRecords",
              "xray:GetSamplingRules",
              "xray:GetSamplingTargets",
              "xray:GetSamplingStatisticSummaries"));

  private ManagedPolicies() {}

  /**
   * Finds the policy by ARN, such as {@code
   * arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole}; empty if it is not one of
   * those that are known here.
   */
  public static Optional<Policy> find(String arn) {
    List<String> actions = ACTIONS.get(arn.substring(arn.lastIndexOf('/') + 1));
    if (actions == null) {
      return Optional.empty();
    }
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    ObjectNode statement =
        document.putArray("Statement").addObject().put("Effect", "Allow").put("Resource", "*");
    ArrayNode all = statement.putArray("Action");
    actions.forEach(all::add);
    return Optional.of(Policy.parse(document));
  }
}
