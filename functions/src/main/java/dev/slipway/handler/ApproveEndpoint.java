package dev.slipway.handler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.ecs.PauseHook;
import dev.slipway.operate.ApproveCommand;
import dev.slipway.operate.ApproveCommand.ApprovePlan;
import dev.slipway.operate.KnownDigests;
import dev.slipway.operate.ServiceChanges;
import dev.slipway.operate.ServiceResult;
import java.time.InstantSource;
import java.util.List;

/**
 * Approves the images that wait for it, and has rollouts go on that wait at ECS's pause hooks, or
 * with {@code reject} rolls those back. {@code {"service" or "environment": …}}, with {@code
 * digest} (as it begins) where just one image is meant, {@code note} and {@code dryRun}.
 */
final class ApproveEndpoint implements Endpoint.Change, ServicesOperation.Answer<ApprovePlan> {
  private final ApproveCommand approve;
  private final ServiceChanges changes;
  private final InstantSource clock;

  ApproveEndpoint(OperatorPorts ports) {
    this.clock = ports.clock;
    this.approve =
        new ApproveCommand(ports.directory, ports.reader(), ports.evaluator(), ports.deployments);
    this.changes = ports.changes();
  }

  @Override
  public String command() {
    return "approve";
  }

  @Override
  public List<String> members() {
    return List.of("environment", "service", "digest", "note", "reject");
  }

  @Override
  public Operation plan(Request request) {
    return new ServicesOperation<>(
        approve.plan(
            request.scope(),
            new ApproveCommand.Wanted(
                request.flag("reject") ? PauseHook.Action.ROLLBACK : PauseHook.Action.CONTINUE,
                request.valid("digest", ApproveEndpoint::digest),
                request.text("note"),
                request.trigger()),
            clock.instant()),
        changes,
        this);
  }

  @Override
  public void row(ObjectNode row, ServiceResult<ApprovePlan> result) {
    switch (result) {
      case ServiceResult.Accepted(ApprovePlan plan) -> {
        ArrayNode approved = row.put("reason", plan.reason()).putArray("approved");
        plan.approved().forEach(digest -> approved.add(digest.value()));
        ArrayNode hooks = row.putArray("hooks");
        plan.answer()
            .ifPresent(answer ->
                answer
                    .hooks()
                    .forEach(hook ->
                        hooks
                            .addObject()
                            .put("id", hook.id())
                            .put("stage", hook.stage().orElse(null))
                            .put("action", answer.action().name())));
      }
      case ServiceResult.Rejected<ApprovePlan> rejected ->
          row.put("reason", rejected.why()).put("rejected", true).putArray("approved");
    }
  }

  @Override
  public String complete(
      ObjectNode body, List<ServiceResult<ApprovePlan>> results, boolean dryRun) {
    return "answered for %d of %d services"
        .formatted(
            results.stream().filter(result -> result.change().isPresent()).count(), results.size());
  }

  /** A digest, whole or as it begins. */
  private static String digest(String text) {
    return KnownDigests.isBeginning(text) ? text : DeployEndpoint.digest(text).value();
  }
}
