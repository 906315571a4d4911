package dev.slipway.simulator.lambda;

import dev.slipway.simulator.events.Delivery;
import dev.slipway.simulator.events.DeliveryFailure;
import dev.slipway.simulator.events.TargetService;

/** Functions as targets of EventBridge's rules: they are invoked asynchronously. */
public final class FunctionTarget implements TargetService {
  private final LambdaService lambda;

  /** For the functions of a simulated Lambda. */
  public FunctionTarget(LambdaService lambda) {
    this.lambda = lambda;
  }

  @Override
  public boolean isFor(String arn) {
    return arn.startsWith("arn:aws:lambda:");
  }

  @Override
  public void deliver(Delivery delivery) throws DeliveryFailure {
    FunctionReference function = lambda.find(delivery.targetArn()).orElse(null);
    if (function == null) {
      throw new DeliveryFailure(
          "NO_RESOURCE", false, "Function not found: " + delivery.targetArn());
    }
    if (!function.mayBeInvokedBy("events.amazonaws.com", delivery.ruleArn())) {
      throw new DeliveryFailure(
          "NO_PERMISSIONS",
          false,
          "The policy of "
              + delivery.targetArn()
              + " does not let events.amazonaws.com invoke it for "
              + delivery.ruleArn());
    }
    lambda.invokeLater(function, delivery.payload());
  }
}
