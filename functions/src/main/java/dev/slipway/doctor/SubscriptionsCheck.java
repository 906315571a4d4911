package dev.slipway.doctor;

import java.util.List;

/** Whether anybody is sent the notifications. */
final class SubscriptionsCheck implements Check<StackSeen> {
  @Override
  public String subject() {
    return "subscriptions";
  }

  @Override
  public List<Finding> findings(StackSeen seen) {
    String topic = seen.resources().topicArn();
    return seen
        .subscriptions()
        .filter(subscriptions -> subscriptions.confirmed() == 0)
        .map(subscriptions ->
            Finding.warning(
                "topic " + topic.substring(topic.lastIndexOf(':') + 1),
                "nobody is subscribed, so nobody is told of failed deployments and alarms"
                    + (subscriptions.pending() == 0
                        ? ""
                        : "; %d subscribed and did not confirm it"
                            .formatted(subscriptions.pending())),
                subscriptions.pending() == 0
                    ? "`aws sns subscribe --topic-arn %s --protocol email --notification-endpoint ADDRESS`"
                        .formatted(topic)
                    : "open the link in the mail that Amazon SNS sent to confirm the address"))
        .stream()
        .toList();
  }
}
