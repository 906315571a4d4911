package dev.slipway.handler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.announce.TriggerJson;
import dev.slipway.aws.Json;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.operate.History;
import dev.slipway.operate.ServiceDirectory;
import dev.slipway.record.Trigger;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What was deployed to a service, newest first: by Slipway, and by other clients in the last 90
 * days. Asked with {@code {"service": …}} and, for other than the last ten, {@code "limit"}.
 */
final class HistoryEndpoint implements Endpoint.Query {
  private static final int DEFAULT_LIMIT = 10;
  private static final int MAX_LIMIT = 100;

  private final ServiceDirectory directory;
  private final History history;

  HistoryEndpoint(OperatorPorts ports) {
    this.directory = ports.directory;
    this.history = new History(ports.records, ports.deployments, ports.failures());
  }

  @Override
  public String command() {
    return "history";
  }

  @Override
  public List<String> members() {
    return List.of("service", "limit");
  }

  @Override
  public Response respond(Request request) {
    Service service =
        directory.service(
            request.need("service", "the service whose history is wanted", request.service()));
    List<History.Entry> entries =
        history.of(service, request.number("limit", 1, MAX_LIMIT).orElse(DEFAULT_LIMIT));
    ObjectNode body = Json.object().put("service", service.arn().shortName());
    ArrayNode deployments = body.putArray("deployments");
    entries.forEach(entry -> deployments.add(json(entry)));
    return new Response(body, "reported %d deployments of %s".formatted(entries.size(), service));
  }

  private static ObjectNode json(History.Entry entry) {
    ObjectNode json =
        Json.object()
            .put("id", entry.own().map(Object::toString).orElse(null))
            .put("deploymentId", entry.ecs().map(Object::toString).orElse(null))
            .put("foreign", entry.isForeign())
            .put(
                "taskDefinition",
                entry.taskDefinition().map(TaskDefinitionArn::shortName).orElse(null))
            .put("tag", entry.tag().map(ImageTag::value).orElse(null));
    ArrayNode images = json.putArray("images");
    entry
        .images()
        .forEach((container, image) ->
            images
                .addObject()
                .put("container", container)
                .put(
                    "repository",
                    image
                        .repository()
                        .map(Repository::name)
                        .or(() -> Optional.of(image.name()).filter(name -> !name.isEmpty()))
                        .orElse(null))
                .put("digest", image.digest().map(ImageDigest::value).orElse(null)));
    json.put("startedAt", entry.startedAt().toString())
        .put("finishedAt", entry.finishedAt().map(Instant::toString).orElse(null))
        .put("outcome", entry.outcome().toString());
    entry.tasks().ifPresentOrElse(n -> json.put("tasks", n), () -> json.putNull("tasks"));
    json.put("why", entry.why().map(StatusEndpoint::brief).orElse(null))
        .put("reason", entry.reason().map(StatusEndpoint::brief).orElse(null))
        .put("diagnosis", entry.diagnosis().map(StatusEndpoint::brief).orElse(null))
        .put("rolledBackTo", entry.rollback().map(TaskDefinitionArn::shortName).orElse(null))
        .put("stoppedBy", entry.stoppedBy().orElse(null));
    ArrayNode hooks = json.putArray("hooks");
    entry.hooks().forEach(wait -> hooks.add(StatusEndpoint.brief(wait.withTime())));
    json.set("details", FailureJson.details(entry.evidence()));
    json.set("trigger", entry.trigger().map(TriggerJson::of).orElse(null));
    return json.put("eventId", entry.trigger().map(Trigger::eventId).orElse(null))
        .put("by", by(entry).orElse(null));
  }

  private static Optional<String> by(History.Entry entry) {
    return switch (entry.origin()) {
      case SLIPWAY -> entry.trigger().flatMap(Trigger::askedBy);
      case OTHER_CLIENT -> Optional.of("another client");
      case NOT_RECORDED -> Optional.of("not recorded");
    };
  }
}
