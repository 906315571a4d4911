package dev.slipway.handler;

import dev.slipway.operate.PauseCommand;
import dev.slipway.operate.ServiceChanges;
import java.time.InstantSource;
import java.util.List;

/**
 * Resumes paused services: what only the pause held is deployed. {@code {"service" or
 * "environment": …}}, with {@code dryRun}.
 */
final class ResumeEndpoint implements Endpoint.Change {
  private final PauseCommand pause;
  private final ServiceChanges changes;
  private final InstantSource clock;

  ResumeEndpoint(OperatorPorts ports) {
    this.clock = ports.clock;
    this.pause = new PauseCommand(ports.directory, ports.reader(), ports.evaluator());
    this.changes = ports.changes();
  }

  @Override
  public String command() {
    return "resume";
  }

  @Override
  public List<String> members() {
    return List.of("environment", "service");
  }

  @Override
  public Operation plan(Request request) {
    return new ServicesOperation<>(
        pause.resume(request.scope(), request.trigger(), clock.instant()),
        changes,
        new PauseEndpoint.Answer("resumed"));
  }
}
