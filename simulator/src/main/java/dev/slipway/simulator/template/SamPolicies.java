package dev.slipway.simulator.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * The policies that SAM writes for its users.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/serverless-policy-template-list.html">Policy
 *     template list</a>
 */
final class SamPolicies {
  private SamPolicies() {}

  /** Of the role of a service. */
  static ObjectNode trust(String service) {
    ObjectNode document = JsonNodeFactory.instance.objectNode().put("Version", "2012-10-17");
    ObjectNode statement = document.putArray("Statement").addObject();
    statement.put("Effect", "Allow").put("Action", "sts:AssumeRole");
    statement.putObject("Principal").put("Service", service);
    return document;
  }

  static ObjectNode document(List<String> actions, JsonNode resource) {
    ObjectNode document = JsonNodeFactory.instance.objectNode().put("Version", "2012-10-17");
    ObjectNode statement = document.putArray("Statement").addObject().put("Effect", "Allow");
    ArrayNode all = statement.putArray("Action");
    actions.forEach(all::add);
    statement.set("Resource", resource);
    return document;
  }

  /** A policy template with its parameter. */
  static ObjectNode template(String logicalId, String name, JsonNode parameters) {
    return switch (name) {
      case "SQSSendMessagePolicy" ->
          document(List.of("sqs:SendMessage*"), arn("sqs", "", parameters.path("QueueName")));
      case "SQSPollerPolicy" ->
          document(
              List.of(
                  "sqs:ChangeMessageVisibility",
                  "sqs:ChangeMessageVisibilityBatch",
                  "sqs:DeleteMessage",
                  "sqs:DeleteMessageBatch",
                  "sqs:GetQueueAttributes",
                  "sqs:ReceiveMessage"),
              arn("sqs", "", parameters.path("QueueName")));
      case "EventBridgePutEventsPolicy" ->
          document(
              List.of("events:PutEvents"),
              arn("events", "event-bus/", parameters.path("EventBusName")));
      case "LambdaInvokePolicy" ->
          document(
              List.of("lambda:InvokeFunction"),
              arn("lambda", "function:", parameters.path("FunctionName")));
      case "SNSPublishMessagePolicy" ->
          document(List.of("sns:Publish"), arn("sns", "", parameters.path("TopicName")));
      default ->
          throw new TemplateException(
              logicalId + ": the policy template " + name + " is not simulated");
    };
  }

  private static ObjectNode arn(String service, String prefix, JsonNode name) {
    ObjectNode sub = JsonNodeFactory.instance.objectNode();
    ArrayNode arguments = sub.putArray("Fn::Sub");
    // the parameter's name is not AWS's, so that it hides no resource of the template
    arguments.add(
        "arn:${AWS::Partition}:%s:${AWS::Region}:${AWS::AccountId}:%s${slipway::name}"
            .formatted(service, prefix));
    arguments.addObject().set("slipway::name", name);
    return sub;
  }
}
