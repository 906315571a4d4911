package dev.slipway.handler;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.operate.PauseCommand;
import dev.slipway.operate.PauseCommand.PausePlan;
import dev.slipway.operate.ServiceChanges;
import dev.slipway.operate.ServiceResult;
import java.time.InstantSource;
import java.util.List;

/**
 * Pauses services, so that nothing is deployed to them. {@code {"service" or "environment": …}},
 * with {@code note} and {@code dryRun}.
 */
final class PauseEndpoint implements Endpoint.Change {
  private final PauseCommand pause;
  private final ServiceChanges changes;
  private final InstantSource clock;

  PauseEndpoint(OperatorPorts ports) {
    this.clock = ports.clock;
    this.pause = new PauseCommand(ports.directory, ports.reader(), ports.evaluator());
    this.changes = ports.changes();
  }

  /**
   * How a pause, or its end, is answered: {@code paused} is left out of what is rejected, and
   * {@code changed} says whether it was otherwise before.
   *
   * @param done what was done, for the log
   */
  record Answer(String done) implements ServicesOperation.Answer<PausePlan> {
    @Override
    public void row(ObjectNode row, ServiceResult<PausePlan> result) {
      switch (result) {
        case ServiceResult.Accepted(PausePlan plan) ->
            row.put("paused", plan.paused())
                .put("changed", plan.change().isPresent())
                .put("reason", plan.reason());
        case ServiceResult.Rejected<PausePlan> rejected ->
            row.put("reason", rejected.why()).put("rejected", true);
      }
    }

    @Override
    public String complete(
        ObjectNode body, List<ServiceResult<PausePlan>> results, boolean dryRun) {
      return "%s %d of %d services"
          .formatted(
              done,
              results.stream().filter(result -> result.change().isPresent()).count(),
              results.size());
    }
  }

  @Override
  public String command() {
    return "pause";
  }

  @Override
  public List<String> members() {
    return List.of("environment", "service", "note");
  }

  @Override
  public Operation plan(Request request) {
    return new ServicesOperation<>(
        pause.pause(request.scope(), request.text("note"), request.trigger(), clock.instant()),
        changes,
        new Answer("paused"));
  }
}
