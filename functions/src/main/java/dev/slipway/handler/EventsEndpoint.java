package dev.slipway.handler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.Json;
import dev.slipway.ecs.Service;
import dev.slipway.operate.ServiceDirectory;
import dev.slipway.operate.ServiceEvents;
import java.time.Instant;
import java.util.List;

/**
 * What happened to a service, ECS's messages and what Slipway's record tells, oldest first. Asked
 * with {@code {"service": …}} and, where less is wanted, {@code "since"} and {@code "limit"}.
 */
final class EventsEndpoint implements Endpoint.Query {
  private static final int DEFAULT_LIMIT = 30;
  private static final int MAX_LIMIT = 300;

  private final ServiceDirectory directory;
  private final ServiceEvents events;

  EventsEndpoint(OperatorPorts ports) {
    this.directory = ports.directory;
    this.events = new ServiceEvents(ports.records);
  }

  @Override
  public String command() {
    return "events";
  }

  @Override
  public List<String> members() {
    return List.of("service", "since", "limit");
  }

  @Override
  public Response respond(Request request) {
    Service service =
        directory.service(
            request.need("service", "the service whose events are wanted", request.service()));
    ServiceEvents.Newest found =
        events.of(
            service,
            request.instant("since").orElse(Instant.EPOCH),
            request.number("limit", 1, MAX_LIMIT).orElse(DEFAULT_LIMIT));
    ObjectNode answer = Json.object().put("service", service.arn().shortName());
    ArrayNode array = answer.putArray("events");
    answer.put("older", found.older());
    found
        .events()
        .forEach(event ->
            array
                .addObject()
                .put("at", event.at().toString())
                .put("source", event.source().toString())
                .put("deployment", event.deployment().map(Object::toString).orElse(null))
                .put("kind", event.kind().map(Object::toString).orElse(null))
                .put("text", event.text()));
    return new Response(
        answer, "reported %d events of %s".formatted(found.events().size(), service));
  }
}
