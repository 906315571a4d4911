package dev.slipway.simulator.sqs;

import dev.slipway.simulator.events.Delivery;
import dev.slipway.simulator.events.DeliveryFailure;
import dev.slipway.simulator.events.TargetService;
import dev.slipway.simulator.world.AwsError;
import java.util.LinkedHashMap;
import java.util.Map;

/** Queues as targets of EventBridge's rules, and as their dead-letter queues. */
public final class QueueTarget implements TargetService {
  private static final String EVENTS = "events.amazonaws.com";

  private final SqsService sqs;

  /** For the queues of a simulated SQS. */
  public QueueTarget(SqsService sqs) {
    this.sqs = sqs;
  }

  @Override
  public boolean isFor(String arn) {
    return arn.startsWith("arn:aws:sqs:");
  }

  @Override
  public void deliver(Delivery delivery) throws DeliveryFailure {
    Queue queue = sqs.queueByArn(delivery.targetArn()).orElse(null);
    if (queue == null) {
      throw new DeliveryFailure(
          "NO_RESOURCE", false, "The specified queue does not exist: " + delivery.targetArn());
    }
    if (!sqs.serviceMay(queue, EVENTS, "sqs:SendMessage", delivery.ruleArn())) {
      throw new DeliveryFailure(
          "NO_PERMISSIONS",
          false,
          "The policy of "
              + queue.arn()
              + " does not let "
              + EVENTS
              + " send messages for "
              + delivery.ruleArn());
    }
    Map<String, MessageAttribute> attributes = new LinkedHashMap<>();
    delivery
        .attributes()
        .forEach((name, value) -> attributes.put(name, MessageAttribute.string(value)));
    try {
      queue.send(
          new Outgoing(
              delivery.payload(), attributes, null, null, delivery.messageGroupId(), null, EVENTS));
    } catch (AwsError e) {
      throw new DeliveryFailure("ERROR_FROM_TARGET", false, e.code() + ": " + e.getMessage());
    }
  }
}
