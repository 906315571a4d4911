package dev.slipway.handler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.Json;
import dev.slipway.operate.ApproveCommand;
import dev.slipway.operate.ApproveCommand.ApprovePlan;
import dev.slipway.operate.Consent;
import dev.slipway.operate.KnownDigests;
import dev.slipway.operate.Planned;
import dev.slipway.operate.ServiceChanges;
import java.time.InstantSource;
import java.util.List;

/**
 * Approves the images that wait for it. {@code {"service" or "environment": …}}, with {@code
 * digest} (as it begins) where just one image is meant, {@code note} and {@code dryRun}.
 */
final class ApproveEndpoint implements Endpoint.Change {
  private final ApproveCommand approve;
  private final ServiceChanges changes;
  private final InstantSource clock;

  ApproveEndpoint(OperatorPorts ports) {
    this.clock = ports.clock;
    this.approve = new ApproveCommand(ports.directory, ports.reader(), ports.evaluator());
    this.changes = ports.changes();
  }

  @Override
  public String command() {
    return "approve";
  }

  @Override
  public List<String> members() {
    return List.of("environment", "service", "digest", "note");
  }

  @Override
  public Operation plan(Request request) {
    List<Planned<ApprovePlan>> plans =
        approve.plan(
            request.scope(),
            request.valid("digest", ApproveEndpoint::digest),
            request.text("note"),
            request.trigger(),
            clock.instant());
    return new Operation() {
      @Override
      public List<String> facts() {
        return plans.stream().flatMap(plan -> plan.plan().facts().stream()).toList();
      }

      @Override
      public Response preview() {
        return response(plans.stream().map(Planned::plan).toList(), " (dry run)");
      }

      @Override
      public Response apply(Consent consent) {
        return response(
            plans.stream()
                .map(plan -> ApproveCommand.apply(consent.holding(plan), changes))
                .toList(),
            "");
      }
    };
  }

  /** A digest, whole or as it begins. */
  private static String digest(String text) {
    return KnownDigests.isBeginning(text) ? text : DeployEndpoint.digest(text).value();
  }

  private static Response response(List<ApprovePlan> plans, String suffix) {
    ObjectNode body = Json.object();
    ArrayNode services = body.putArray("services");
    plans.forEach(plan -> {
      ObjectNode service =
          services
              .addObject()
              .put("service", plan.service().toString())
              .put("reason", plan.reason());
      if (plan.isRejected()) {
        service.put("rejected", true);
      }
      ArrayNode approved = service.putArray("approved");
      plan.approved().forEach(digest -> approved.add(digest.value()));
    });
    return new Response(
        body,
        "approved images for %d of %d services%s"
            .formatted(
                plans.stream().filter(plan -> !plan.approved().isEmpty()).count(),
                plans.size(),
                suffix));
  }
}
