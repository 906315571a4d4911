package dev.slipway.handler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.AwsTaskLogs;
import dev.slipway.aws.Json;
import dev.slipway.ecs.Service;
import dev.slipway.operate.Logs;
import dev.slipway.operate.ServiceDirectory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * What a service's containers have logged, the newest tasks' and those that failed first. Asked
 * with {@code {"service": …}} and, where less is wanted, {@code "container"}, {@code "since"} and
 * {@code "limit"}. Ten logs of 200 lines of 1,000 characters stay under the 6 MB that Lambda allows
 * an answer.
 */
final class LogsEndpoint implements Endpoint.Query {
  private static final int DEFAULT_LIMIT = 50;
  private static final int MAX_LIMIT = 200;
  private static final Duration SINCE = Duration.ofHours(1);

  private final ServiceDirectory directory;
  private final Logs logs;
  private final InstantSource clock;

  LogsEndpoint(OperatorPorts ports) {
    this.directory = ports.directory;
    this.clock = ports.clock;
    this.logs =
        new Logs(
            ports.ecs,
            new AwsTaskLogs(ports.context.clients().ecs(), ports.context.clients().logs()));
  }

  @Override
  public String command() {
    return "logs";
  }

  @Override
  public List<String> members() {
    return List.of("service", "container", "since", "limit");
  }

  @Override
  public Response respond(Request request) {
    Service service =
        directory.service(
            request.need("service", "the service whose logs are wanted", request.service()));
    Logs.Found found =
        logs.of(
            service,
            request.text("container"),
            request.instant("since").orElseGet(() -> clock.instant().minus(SINCE)),
            request.number("limit", 1, MAX_LIMIT).orElse(DEFAULT_LIMIT));
    ObjectNode answer = Json.object().put("service", service.arn().shortName());
    ArrayNode array = answer.putArray("logs");
    found.logs().forEach(log -> array.add(json(log)));
    ArrayNode warnings = answer.putArray("warnings");
    found.warnings().forEach(warnings::add);
    return new Response(answer, "reported %d logs of %s".formatted(found.logs().size(), service));
  }

  private static ObjectNode json(Logs.Log log) {
    ObjectNode json =
        Json.object()
            .put("task", log.task().id())
            .put("container", log.container())
            .put("taskDefinition", log.task().revision().shortName())
            .put("state", log.task().state().toString())
            .put("warning", log.warning().map(StatusEndpoint::brief).orElse(null));
    ArrayNode lines = json.putArray("lines");
    log.lines()
        .forEach(
            line -> lines.addObject().put("at", line.at().toString()).put("text", line.text()));
    return json;
  }
}
