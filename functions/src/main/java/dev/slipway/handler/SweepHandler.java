package dev.slipway.handler;

import java.util.List;

/** SweepFunction: on a schedule, or by hand. See {@link SweepEndpoint}. */
public final class SweepHandler extends OperatorHandler {
  /** Used by Lambda. Fails, with all problems named, if slipway.yaml is not right. */
  public SweepHandler() {
    this(FunctionContext.ofLambda());
  }

  /** A function in another context. */
  public SweepHandler(FunctionContext context) {
    super(context.log(), List.of(new SweepEndpoint(new OperatorPorts(context))));
  }
}
