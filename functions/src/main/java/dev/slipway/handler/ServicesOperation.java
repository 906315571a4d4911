package dev.slipway.handler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.Json;
import dev.slipway.operate.Consent;
import dev.slipway.operate.EachService;
import dev.slipway.operate.Plan;
import dev.slipway.operate.Planned;
import dev.slipway.operate.ServiceChanges;
import dev.slipway.operate.ServiceResult;
import java.util.List;
import java.util.Optional;

/**
 * A change of many services, with a row of the response for each of them: {@code services}, whose
 * members are {@code service} and what the command adds.
 */
record ServicesOperation<P extends Plan>(
    List<Planned<ServiceResult<P>>> plans, ServiceChanges changes, Answer<P> answer)
    implements Endpoint.Operation {
  ServicesOperation {
    plans = List.copyOf(plans);
  }

  /** How a command says what became of its services. */
  interface Answer<P extends Plan> {
    /** Completes the row of one service. */
    void row(ObjectNode row, ServiceResult<P> result);

    /** Completes the response of a dry run, or of what was done; its summary. */
    String complete(ObjectNode body, List<ServiceResult<P>> results, boolean dryRun);
  }

  @Override
  public List<String> facts() {
    return plans.stream().flatMap(plan -> plan.plan().facts().stream()).toList();
  }

  @Override
  public Endpoint.Response preview() {
    return response(plans.stream().map(Planned::plan).toList(), true);
  }

  @Override
  public Endpoint.Response apply(Consent consent) {
    return response(
        plans.stream().map(plan -> EachService.apply(consent.holding(plan), changes)).toList(),
        false);
  }

  private Endpoint.Response response(List<ServiceResult<P>> results, boolean dryRun) {
    ObjectNode body = Json.object();
    ArrayNode services = body.putArray("services");
    results.forEach(result ->
        answer.row(services.addObject().put("service", result.service().toString()), result));
    String summary = answer.complete(body, results, dryRun);
    return new Endpoint.Response(
        body,
        dryRun ? summary + " (dry run)" : summary,
        Json.object(),
        results.stream().flatMap(result -> failure(result).stream()).toList());
  }

  private static Optional<RuntimeException> failure(ServiceResult<?> result) {
    return result instanceof ServiceResult.Rejected<?> rejected
        ? rejected.failure()
        : Optional.empty();
  }
}
