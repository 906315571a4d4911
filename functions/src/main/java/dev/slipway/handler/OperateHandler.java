package dev.slipway.handler;

import java.util.List;

/**
 * OperateFunction: what people decide. {@code command} is {@code deploy}, {@code rollback}, {@code
 * approve}, {@code pause} or {@code resume}. It writes the record, and DeployFunction carries it
 * out.
 */
public final class OperateHandler extends OperatorHandler {
  /** Used by Lambda. Fails, with all problems named, if slipway.yaml is not right. */
  public OperateHandler() {
    this(FunctionContext.ofLambda());
  }

  /** A function in another context. */
  public OperateHandler(FunctionContext context) {
    super(context.log(), endpoints(new OperatorPorts(context)));
  }

  private static List<Endpoint> endpoints(OperatorPorts ports) {
    return List.of(
        new DeployEndpoint(ports),
        new RollbackEndpoint(ports),
        new ApproveEndpoint(ports),
        new PauseEndpoint(ports),
        new ResumeEndpoint(ports));
  }
}
