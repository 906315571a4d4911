package dev.slipway.handler;

import java.util.List;

/** ReplayFunction: dead letters and the archive of pushes. See {@link ReplayEndpoint}. */
public final class ReplayHandler extends OperatorHandler {
  /** Used by Lambda. Fails, with all problems named, if slipway.yaml is not right. */
  public ReplayHandler() {
    this(FunctionContext.ofLambda());
  }

  /** A function in another context. */
  public ReplayHandler(FunctionContext context) {
    super(context.log(), List.of(new ReplayEndpoint(new OperatorPorts(context))));
  }
}
