package dev.slipway.handler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.announce.ImageChangesJson;
import dev.slipway.aws.Json;
import dev.slipway.operate.Consent;
import dev.slipway.operate.Planned;
import dev.slipway.operate.RollbackCommand;
import dev.slipway.operate.RollbackCommand.RollbackPlan;
import dev.slipway.operate.ServiceChanges;
import dev.slipway.operate.ServiceSelector;
import java.time.InstantSource;
import java.util.List;

/**
 * Brings a service back to an earlier revision. {@code {"service": …}}, with {@code revision} and
 * {@code dryRun}.
 */
final class RollbackEndpoint implements Endpoint.Change {
  private final RollbackCommand rollback;
  private final ServiceChanges changes;
  private final InstantSource clock;

  RollbackEndpoint(OperatorPorts ports) {
    this.clock = ports.clock;
    this.rollback =
        new RollbackCommand(
            ports.directory,
            ports.reader(),
            ports.evaluator(),
            ports.ecs,
            ports.deployments,
            ports.registry);
    this.changes = ports.changes();
  }

  @Override
  public String command() {
    return "rollback";
  }

  @Override
  public List<String> members() {
    return List.of("service", "revision");
  }

  @Override
  public Operation plan(Request request) {
    ServiceSelector service =
        request.need("service", "the service to roll back", request.service());
    Planned<RollbackPlan> plan =
        rollback.plan(service, request.text("revision"), request.trigger(), clock.instant());
    return new Operation() {
      @Override
      public List<String> facts() {
        return plan.plan().facts();
      }

      @Override
      public Response preview() {
        return response(plan.plan(), " (dry run)");
      }

      @Override
      public Response apply(Consent consent) {
        ServiceChanges.Applied<RollbackPlan> applied = changes.apply(consent.holding(plan));
        return response(RollbackPlan.after(applied), "");
      }
    };
  }

  private static Response response(RollbackPlan plan, String suffix) {
    ObjectNode body =
        Json.object()
            .put("service", plan.service().toString())
            .put("from", plan.from().shortName())
            .put("to", plan.to().shortName());
    body.set("images", ImageChangesJson.of(plan.images()));
    ArrayNode blocked = body.putArray("blocked");
    plan.blocked().forEach(digest -> blocked.add(digest.value()));
    ArrayNode unrecorded = body.putArray("unrecorded");
    plan.unrecorded().forEach(unrecorded::add);
    body.put("how", plan.how());
    return new Response(
        body,
        "%s goes back from %s to %s: %s%s"
            .formatted(
                plan.service(),
                plan.from().shortName(),
                plan.to().shortName(),
                plan.how(),
                suffix));
  }
}
