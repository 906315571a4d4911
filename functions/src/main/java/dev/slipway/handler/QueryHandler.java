package dev.slipway.handler;

import java.util.List;

/**
 * QueryFunction: what people ask. {@code command} is {@code status}, {@code explain}, {@code
 * history}, {@code logs}, {@code events}, {@code diff} or {@code doctor}; or {@code follow} and
 * {@code unfollow}, of which it says what they would lead to. It reads and changes nothing.
 */
public final class QueryHandler extends OperatorHandler {
  /** Used by Lambda. Fails, with all problems named, if slipway.yaml is not right. */
  public QueryHandler() {
    this(FunctionContext.ofLambda());
  }

  /** A function in another context. */
  public QueryHandler(FunctionContext context) {
    super(context.log(), endpoints(new OperatorPorts(context)));
  }

  private static List<Endpoint> endpoints(OperatorPorts ports) {
    return List.of(
        new StatusEndpoint(ports),
        new ExplainEndpoint(ports),
        new HistoryEndpoint(ports),
        new LogsEndpoint(ports),
        new EventsEndpoint(ports),
        new DiffEndpoint(ports),
        new DoctorEndpoint(ports),
        new FollowEndpoint(ports),
        new UnfollowEndpoint(ports));
  }
}
