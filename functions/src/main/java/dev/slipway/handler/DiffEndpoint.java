package dev.slipway.handler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.Json;
import dev.slipway.deploy.EcsClientError;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.operate.JsonDiff;
import dev.slipway.operate.MalformedRequest;
import dev.slipway.operate.PreviousRevision;
import dev.slipway.operate.RejectedRequest;
import dev.slipway.operate.RevisionName;
import dev.slipway.operate.ServiceDirectory;
import java.util.List;

/**
 * How two revisions of a service's task definition differ, secrets masked. Asked with {@code
 * {"service": …}}: what it has, against what ran before; with {@code "from"}, against that
 * revision; with {@code "to"} too, those two.
 */
final class DiffEndpoint implements Endpoint.Query {
  private final OperatorPorts ports;
  private final ServiceDirectory directory;
  private final PreviousRevision previous;

  DiffEndpoint(OperatorPorts ports) {
    this.ports = ports;
    this.directory = ports.directory;
    this.previous = new PreviousRevision(ports.records, ports.deployments);
  }

  @Override
  public String command() {
    return "diff";
  }

  @Override
  public List<String> members() {
    return List.of("service", "from", "to");
  }

  @Override
  public Response respond(Request request) {
    Service service =
        directory.service(
            request.need("service", "the service whose revisions are meant", request.service()));
    TaskDefinitionArn now =
        service
            .taskDefinition()
            .orElseThrow(() ->
                new RejectedRequest("%s has no task definition of its own".formatted(service)));
    if (request.text("to").isPresent() && request.text("from").isEmpty()) {
      throw new MalformedRequest("to: say from too, the revision that it is compared with");
    }
    TaskDefinitionArn to =
        request.valid("to", text -> RevisionName.parse(service.arn(), now, text)).orElse(now);
    TaskDefinitionArn from =
        request
            .valid("from", text -> RevisionName.parse(service.arn(), now, text))
            .orElseGet(() -> before(service, now));
    ObjectNode answer =
        Json.object()
            .put("service", service.arn().shortName())
            .put("from", from.shortName())
            .put("to", to.shortName());
    ArrayNode difference = answer.putArray("difference");
    JsonDiff.between(read(service, now, from), read(service, now, to))
        .forEach(at -> {
          ObjectNode place = difference.addObject().put("path", at.path());
          place.set("from", at.from());
          place.set("to", at.to());
        });
    return new Response(answer, "compared %s with %s".formatted(from.shortName(), to.shortName()));
  }

  private TaskDefinitionArn before(Service service, TaskDefinitionArn now) {
    return previous
        .of(service, now)
        .orElseThrow(() ->
            new RejectedRequest(
                "%s ran no other revision than %s before: say one to compare it with"
                    .formatted(service, now.shortName())));
  }

  private ObjectNode read(Service service, TaskDefinitionArn now, TaskDefinitionArn revision) {
    try {
      ObjectNode definition = ports.ecs.taskDefinition(revision).definition().deepCopy();
      // of every revision another one
      definition.remove(List.of("taskDefinitionArn", "revision", "registeredAt", "registeredBy"));
      return definition;
    } catch (EcsClientError e) {
      throw RevisionName.unreadable(service.arn(), now, revision, String.valueOf(e.getMessage()));
    }
  }
}
