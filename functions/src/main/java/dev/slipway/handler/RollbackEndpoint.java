package dev.slipway.handler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.announce.ImageChangesJson;
import dev.slipway.aws.Json;
import dev.slipway.operate.RollbackCommand;
import dev.slipway.operate.RollbackCommand.RollbackPlan;
import dev.slipway.operate.ServiceSelector;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Brings a service back to an earlier revision. {@code {"service": …}}, with {@code revision} and
 * {@code dryRun}.
 */
final class RollbackEndpoint implements Endpoint {
  private final RollbackCommand rollback;
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
            ports.registry,
            ports.changes());
  }

  @Override
  public String command() {
    return "rollback";
  }

  @Override
  public List<String> members() {
    return List.of("service", "revision", "dryRun");
  }

  @Override
  public Reply reply(Request request) {
    ServiceSelector service =
        request.need("service", "the service to roll back", request.service());
    Optional<String> revision = request.text("revision");
    RollbackPlan plan =
        request.dryRun()
            ? rollback.plan(service, revision, request.trigger(), clock.instant())
            : rollback.rollBack(service, revision, request.trigger(), clock.instant());
    ObjectNode answer =
        Json.object()
            .put("service", plan.service().toString())
            .put("from", plan.from().shortName())
            .put("to", plan.to().shortName());
    answer.set("images", ImageChangesJson.of(plan.images()));
    ArrayNode blocked = answer.putArray("blocked");
    plan.blocked().forEach(digest -> blocked.add(digest.value()));
    ArrayNode unrecorded = answer.putArray("unrecorded");
    plan.unrecorded().forEach(unrecorded::add);
    answer.put("how", plan.how());
    return new Reply(
        answer,
        "%s goes back from %s to %s: %s%s"
            .formatted(
                plan.service(),
                plan.from().shortName(),
                plan.to().shortName(),
                plan.how(),
                request.dryRun() ? " (dry run)" : ""));
  }
}
