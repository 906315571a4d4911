package dev.slipway.aws;

import dev.slipway.doctor.RuleState;
import dev.slipway.doctor.StackReader;
import dev.slipway.doctor.Subscriptions;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.DescribeRuleResponse;
import software.amazon.awssdk.services.eventbridge.model.ResourceNotFoundException;
import software.amazon.awssdk.services.sns.SnsClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** The rules, queues and topic of a stack, in Amazon EventBridge, SQS and SNS. */
public final class AwsStack implements StackReader {
  private static final QueueAttributeName[] COUNTS = {
    QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
    QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE,
    QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED
  };

  private final EventBridgeClient events;
  private final SqsClient sqs;
  private final SnsClient sns;

  /** Clients from {@link Clients}. */
  public AwsStack(EventBridgeClient events, SqsClient sqs, SnsClient sns) {
    this.events = events;
    this.sqs = sqs;
    this.sns = sns;
  }

  /** Of the states that a rule can have, one takes no events. */
  @Override
  public Optional<RuleState> rule(String name) {
    try {
      DescribeRuleResponse rule =
          AwsErrors.permitted(
              "events:DescribeRule", "rule " + name, () -> events.describeRule(r -> r.name(name)));
      return Optional.of(
          new RuleState(
              !"DISABLED".equals(rule.stateAsString()),
              Optional.ofNullable(rule.description()).orElse("")));
    } catch (ResourceNotFoundException _) {
      return Optional.empty();
    }
  }

  @Override
  public int messages(String queueUrl) {
    return AwsErrors.permitted(
            "sqs:GetQueueAttributes",
            queueUrl,
            () -> sqs.getQueueAttributes(r -> r.queueUrl(queueUrl).attributeNames(COUNTS)))
        .attributes()
        .values()
        .stream()
        .mapToInt(Integer::parseInt)
        .sum();
  }

  @Override
  public Subscriptions subscriptions(String topicArn) {
    Map<String, String> attributes =
        AwsErrors.permitted(
                "sns:GetTopicAttributes",
                topicArn,
                () -> sns.getTopicAttributes(r -> r.topicArn(topicArn)))
            .attributes();
    return new Subscriptions(
        Integer.parseInt(attributes.getOrDefault("SubscriptionsConfirmed", "0")),
        Integer.parseInt(attributes.getOrDefault("SubscriptionsPending", "0")));
  }
}
