package dev.slipway.handler;

import java.util.List;

/** PromoteFunction: the only one that writes to ECR. See {@link PromoteEndpoint}. */
public final class PromoteHandler extends OperatorHandler {
  /** Used by Lambda. Fails, with all problems named, if slipway.yaml is not right. */
  public PromoteHandler() {
    this(FunctionContext.ofLambda());
  }

  /** A function in another context. */
  public PromoteHandler(FunctionContext context) {
    super(context.log(), List.of(new PromoteEndpoint(new OperatorPorts(context))));
  }
}
