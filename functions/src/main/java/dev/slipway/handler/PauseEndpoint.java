package dev.slipway.handler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.Json;
import dev.slipway.operate.PauseCommand;
import dev.slipway.operate.PauseCommand.PausePlan;
import java.time.InstantSource;
import java.util.List;

/**
 * Pauses services, so that nothing is deployed to them, or resumes them. {@code {"service" or
 * "environment": …}}, with {@code dryRun} and, for a pause, {@code note}.
 */
final class PauseEndpoint implements Endpoint {
  private final PauseCommand pause;
  private final InstantSource clock;
  private final boolean resumes;

  private PauseEndpoint(OperatorPorts ports, boolean resumes) {
    this.clock = ports.clock;
    this.resumes = resumes;
    this.pause = new PauseCommand(ports.directory, ports.reader(), ports.changes());
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
    return resumes
        ? List.of("environment", "service", "dryRun")
        : List.of("environment", "service", "note", "dryRun");
  }

  @Override
  public Reply reply(Request request) {
    List<PausePlan> services =
        resumes
            ? pause.resume(request.scope(), request.trigger(), request.dryRun())
            : pause.pause(
                request.scope(),
                request.text("note"),
                request.trigger(),
                clock.instant(),
                request.dryRun());
    ObjectNode answer = Json.object();
    ArrayNode list = answer.putArray("services");
    services.forEach(plan ->
        list.addObject()
            .put("service", plan.service().toString())
            .put("paused", plan.paused())
            .put("reason", plan.reason()));
    return new Reply(
        answer,
        "%s %d services%s"
            .formatted(
                resumes ? "resumed" : "paused",
                services.size(),
                request.dryRun() ? " (dry run)" : ""));
  }
}
