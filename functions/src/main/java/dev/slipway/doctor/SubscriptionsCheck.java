package dev.slipway.doctor;

import java.util.List;

/** Whether the topic of the notifications has a confirmed subscription. */
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
                "no confirmed subscription: failures and alarms reach no one"
                    + (subscriptions.pending() == 0
                        ? ""
                        : "; %s not confirmed"
                            .formatted(
                                subscriptions.pending() == 1
                                    ? "1 subscription is"
                                    : subscriptions.pending() + " subscriptions are")),
                subscriptions.pending() == 0
                    ? "`aws sns subscribe --topic-arn %s --protocol email --notification-endpoint ADDRESS`"
                        .formatted(topic)
                    : "open the link in the mail that Amazon SNS sent to confirm the address"))
        .stream()
        .toList();
  }
}
