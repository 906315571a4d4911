package dev.slipway.handler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.Json;
import dev.slipway.operate.Consent;
import dev.slipway.operate.PauseCommand;
import dev.slipway.operate.PauseCommand.PausePlan;
import dev.slipway.operate.Planned;
import dev.slipway.operate.ServiceChanges;
import java.time.InstantSource;
import java.util.List;

/**
 * Pauses services, so that nothing is deployed to them, or resumes them. {@code {"service" or
 * "environment": …}}, with {@code dryRun} and, for a pause, {@code note}.
 */
final class PauseEndpoint implements Endpoint.Change {
  private final PauseCommand pause;
  private final ServiceChanges changes;
  private final InstantSource clock;
  private final boolean resumes;

  private PauseEndpoint(OperatorPorts ports, boolean resumes) {
    this.clock = ports.clock;
    this.resumes = resumes;
    this.pause = new PauseCommand(ports.directory, ports.reader());
    this.changes = ports.changes();
  }

  static PauseEndpoint pause(OperatorPorts ports) {
    return new PauseEndpoint(ports, false);
  }

  static PauseEndpoint resume(OperatorPorts ports) {
    return new PauseEndpoint(ports, true);
  }

  @Override
  public String command() {
    return resumes ? "resume" : "pause";
  }

  @Override
  public List<String> members() {
    return resumes ? List.of("environment", "service") : List.of("environment", "service", "note");
  }

  @Override
  public Operation plan(Request request) {
    List<Planned<PausePlan>> plans =
        resumes
            ? pause.resume(request.scope(), request.trigger())
            : pause.pause(
                request.scope(), request.text("note"), request.trigger(), clock.instant());
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
            plans.stream().map(plan -> PauseCommand.apply(consent.holding(plan), changes)).toList(),
            "");
      }
    };
  }

  private Response response(List<PausePlan> services, String suffix) {
    ObjectNode body = Json.object();
    ArrayNode list = body.putArray("services");
    services.forEach(plan -> {
      ObjectNode service =
          list.addObject()
              .put("service", plan.service().toString())
              .put("paused", plan.paused())
              .put("reason", plan.reason());
      if (plan.isRejected()) {
        service.put("rejected", true);
      }
    });
    return new Response(
        body,
        "%s %d services%s".formatted(resumes ? "resumed" : "paused", services.size(), suffix));
  }
}
