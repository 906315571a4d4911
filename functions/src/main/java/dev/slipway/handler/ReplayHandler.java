package dev.slipway.handler;

import dev.slipway.aws.SqsDeadLetterQueue;
import dev.slipway.operate.DeadLetterQueue;
import dev.slipway.operate.Redrive;
import java.util.List;

/**
 * ReplayFunction: what could not be handled, and doing it again. {@code command} is {@code list},
 * {@code redrive}, {@code discard} or {@code archive}.
 */
public final class ReplayHandler extends OperatorHandler {
  /** Used by Lambda. Fails, with all problems named, if slipway.yaml is not right. */
  public ReplayHandler() {
    this(FunctionContext.ofLambda());
  }

  /** A function in another context. */
  public ReplayHandler(FunctionContext context) {
    super(context.log(), endpoints(new OperatorPorts(context)));
  }

  private static List<Endpoint> endpoints(OperatorPorts ports) {
    Redrive redrive = new Redrive(queues(ports.context));
    return List.of(
        new DeadLettersEndpoint(redrive),
        new RedriveEndpoint(redrive),
        new DiscardEndpoint(redrive),
        new ArchiveEndpoint(ports));
  }

  private static List<DeadLetterQueue> queues(FunctionContext context) {
    String deploy = context.need("SLIPWAY_QUEUE_URL");
    String rollout = context.need("SLIPWAY_ROLLOUT_QUEUE_URL");
    return List.of(
        queue(context, "deploy", "SLIPWAY_DEAD_LETTER_QUEUE_URL", deploy),
        queue(context, "rollout", "SLIPWAY_ROLLOUT_DEAD_LETTER_QUEUE_URL", rollout),
        queue(context, "undeliverable", "SLIPWAY_UNDELIVERABLE_QUEUE_URL", deploy),
        queue(context, "undeliverable", "SLIPWAY_ROLLOUT_UNDELIVERABLE_QUEUE_URL", rollout));
  }

  private static DeadLetterQueue queue(
      FunctionContext context, String name, String variable, String sourceUrl) {
    return new SqsDeadLetterQueue(context.clients().sqs(), name, context.need(variable), sourceUrl);
  }
}
