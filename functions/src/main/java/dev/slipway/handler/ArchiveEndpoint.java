package dev.slipway.handler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.EventBridgeArchive;
import dev.slipway.aws.Json;
import dev.slipway.operate.Consent;
import dev.slipway.operate.EventArchive;
import dev.slipway.operate.MalformedRequest;
import dev.slipway.operate.Sweep;
import dev.slipway.operate.SweepPlan;
import dev.slipway.record.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;

/**
 * Replays the archived pushes of a time: {@code {"from": …, "to": …}}, with {@code dryRun}. It
 * previews what they would lead to.
 */
final class ArchiveEndpoint implements Endpoint.Change {
  /** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-archive.html */
  private static final Duration UNTIL_ARCHIVED = Duration.ofMinutes(10);

  /** So many services are evaluated to preview what a replay would lead to. */
  private static final int MAX_PREVIEW = 300;

  private static final int MAX_REPLAY_NAME = 64;

  private final Sweep preview;
  private final EventArchive archive;
  private final InstantSource clock;

  ArchiveEndpoint(OperatorPorts ports) {
    this.preview = new Sweep(ports.directory, ports.ecs, ports.evaluator(), ports.records);
    this.archive =
        new EventBridgeArchive(
            ports.context.clients().eventBridge(),
            ports.context.need("SLIPWAY_ARCHIVE_ARN"),
            ports.context.need("SLIPWAY_EVENT_BUS_ARN"),
            ports.context.need("SLIPWAY_PUSH_RULE_ARN"));
    this.clock = ports.clock;
  }

  @Override
  public String command() {
    return "archive";
  }

  @Override
  public List<String> members() {
    return List.of("from", "to");
  }

  @Override
  public Operation plan(Request request) {
    Instant from =
        request.need(
            "from",
            "when the first push was, such as 2026-11-21T13:00:00Z",
            request.instant("from"));
    Instant now = clock.instant();
    Instant to = request.instant("to").orElse(now);
    if (!from.isBefore(to)) {
      throw new MalformedRequest("from: %s is not before %s".formatted(from, to));
    }
    SweepPlan found =
        preview.preview(
            new Sweep.Target.All(),
            new Trigger.Sweep(request.id(), now),
            request.remaining(),
            MAX_PREVIEW);
    ObjectNode body = Json.object();
    ArrayNode previewed = body.putArray("preview");
    found.decisions().forEach(decision -> previewed.add(DecisionJson.of(decision)));
    ArrayNode warnings = body.putArray("warnings");
    found.warnings().stream().limit(MAX_PREVIEW).forEach(warnings::add);
    if (!found.finished()) {
      warnings.add(
          "%d services were evaluated, and there are more: a replay concerns them too"
              .formatted(found.decisions().size()));
    }
    found
        .failures()
        .forEach((service, failure) ->
            warnings.add(service + " could not be evaluated: " + failure.getMessage()));
    if (to.isAfter(now.minus(UNTIL_ARCHIVED))) {
      warnings.add("pushes of the last ten minutes may not be in the archive yet");
    }
    return new Operation() {
      @Override
      public List<String> facts() {
        List<String> facts = new ArrayList<>();
        facts.add(
            "the pushes from %s to %s are replayed"
                .formatted(from, request.instant("to").map(Instant::toString).orElse("now")));
        found
            .differences()
            .forEach(deploy ->
                deploy
                    .images()
                    .forEach((container, image) ->
                        facts.add(
                            "%s: container %s gets %s"
                                .formatted(deploy.service().shortName(), container, image))));
        return facts;
      }

      @Override
      public Response preview() {
        body.putNull("replay").putNull("state");
        return new Response(
            body, "a replay would lead to %d deployments".formatted(found.differences().size()));
      }

      @Override
      public Response apply(Consent consent) {
        String name = replayName(from, request.id());
        body.put("replay", name).put("state", archive.replay(name, from, to));
        return new Response(body, "replay %s of pushes from %s to %s".formatted(name, from, to));
      }
    };
  }

  private static String replayName(Instant from, String request) {
    String name =
        "slipway-%s-%s"
            .formatted(from.truncatedTo(ChronoUnit.SECONDS).toString().replace(":", ""), request);
    return name.substring(0, Math.min(name.length(), MAX_REPLAY_NAME));
  }
}
