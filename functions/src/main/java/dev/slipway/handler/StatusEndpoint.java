package dev.slipway.handler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.Json;
import dev.slipway.decide.Decision;
import dev.slipway.ecs.EcsDeployment;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageDigest;
import dev.slipway.operate.ServiceStatus;
import dev.slipway.operate.Status;
import dev.slipway.record.Block;
import dev.slipway.record.DeployRequest;
import dev.slipway.record.Pause;
import dev.slipway.record.Pin;
import dev.slipway.text.OutsideText;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How the services stand. {@code {}} asks for those that follow an environment, {@code
 * {"environment": …}} for those of one, {@code {"service": …}} for one service. The first two are
 * listed page by page: {@code next} of a response is the {@code page} of the next request, and
 * {@code limit} the most services of one.
 *
 * <p>Lambda allows a response of 6 MB. A page of 100 services stays under it whatever the services
 * are: lists and texts are cut.
 */
final class StatusEndpoint implements Endpoint.Query {
  private static final int MAX_TEXT = 1_000;
  private static final int MAX_BLOCKED = 10;
  private static final int MAX_DEPLOYMENTS = 10;
  private static final int MAX_IMAGES = 20;
  private static final int MAX_WARNINGS = 200;

  private final Status status;
  private final InstantSource clock;

  StatusEndpoint(OperatorPorts ports) {
    this.clock = ports.clock;
    this.status =
        new Status(
            ports.environments,
            ports.followed,
            ports.ecs,
            ports.deployments,
            ports.registry,
            ports.calendars,
            ports.records,
            ports.evidence());
  }

  @Override
  public String command() {
    return "status";
  }

  @Override
  public List<String> members() {
    return List.of("environment", "service", "page", "limit");
  }

  @Override
  public Response respond(Request request) {
    request.needAtMostOneOf("environment", "service");
    Status.Report report =
        request
            .service()
            .map(selector -> status.of(selector, clock.instant()))
            .orElseGet(() ->
                status.page(
                    request.environment(),
                    request.text("page"),
                    request.number("limit", 1, Status.MAX_PAGE).orElse(Status.MAX_PAGE),
                    clock.instant()));
    ObjectNode body = Json.object();
    ArrayNode services = body.putArray("services");
    report.services().forEach(service -> services.add(json(service)));
    ArrayNode warnings = body.putArray("warnings");
    report.warnings().stream().limit(MAX_WARNINGS).forEach(warning -> warnings.add(brief(warning)));
    body.put("next", report.next().orElse(null));
    return new Response(
        body,
        "reported %d services".formatted(report.services().size()),
        Json.object(),
        report.failures());
  }

  private static ObjectNode json(ServiceStatus status) {
    Service service = status.service();
    ObjectNode json =
        Json.object()
            .put("service", service.arn().shortName())
            .put("arn", service.arn().value())
            .put("environment", service.environment().orElse(null))
            .put(
                "taskDefinition",
                service.taskDefinition().map(TaskDefinitionArn::shortName).orElse(null))
            .put("desired", service.desiredCount())
            .put("running", service.runningCount())
            .put("pending", service.pendingCount());
    ArrayNode images = json.putArray("images");
    status.images().stream().limit(MAX_IMAGES).forEach(image -> images.add(json(image)));
    json.put("since", text(status.since()))
        .put("rollout", status.newest().flatMap(EcsDeployment::rolloutState).orElse(null))
        .put(
            "rolloutReason",
            status.newest().flatMap(EcsDeployment::reason).map(StatusEndpoint::brief).orElse(null));
    ArrayNode deployments = json.putArray("deployments");
    service.deployments().stream()
        .limit(MAX_DEPLOYMENTS)
        .forEach(deployment -> deployments.add(json(deployment)));
    List<Block> blocks = status.record().blocked();
    ArrayNode blocked = json.putArray("blocked");
    blocks.reversed().stream().limit(MAX_BLOCKED).forEach(block -> blocked.add(json(block)));
    json.put("blockedCount", blocks.size())
        .put("paused", status.record().pause().map(Pause::toString).orElse(null));
    status
        .record()
        .pin()
        .ifPresentOrElse(pin -> json.set("pin", json(pin)), () -> json.putNull("pin"));
    status
        .record()
        .request()
        .ifPresentOrElse(
            waiting -> json.set("request", json(waiting)), () -> json.putNull("request"));
    ArrayNode waitingFor = json.putArray("waitingFor");
    status.waitingFor().forEach(waitingFor::add);
    json.set("hooks", HooksJson.of(service.arn(), service.taskDefinition(), status.hooks()));
    json.set("failure", FailureJson.of(status.failure()));
    return json.put("state", status.state().toString())
        .put("decision", status.decision().name())
        .put("waitEndsSoon", status.decision() instanceof Decision.Held held && held.endsSoon())
        .put("reason", brief(status.decision().reason()));
  }

  private static ObjectNode json(ServiceStatus.Image image) {
    return Json.object()
        .put("container", image.container())
        .put("repository", image.repository())
        .put("tag", image.tag().orElse(null))
        .put("digest", image.digest().map(ImageDigest::value).orElse(null))
        .put("selected", image.selected().map(ImageDigest::value).orElse(null));
  }

  private static ObjectNode json(EcsDeployment deployment) {
    return Json.object()
        .put("id", deployment.id())
        .put("status", deployment.status())
        .put("taskDefinition", deployment.taskDefinition())
        .put("desired", deployment.desired())
        .put("running", deployment.running())
        .put("pending", deployment.pending())
        .put("failed", deployment.failed())
        .put("rolloutState", deployment.rolloutState().orElse(null))
        .put("reason", deployment.reason().map(StatusEndpoint::brief).orElse(null))
        .put("createdAt", text(deployment.createdAt()));
  }

  private static ObjectNode json(Block block) {
    return Json.object()
        .put("digest", block.digest().value())
        .put("repository", block.repository())
        .put("since", block.since().toString())
        .put("by", brief(block.by()))
        .put("deployment", block.deployment().map(Object::toString).orElse(null))
        .put("reason", brief(block.reason()));
  }

  private static ObjectNode json(Pin pin) {
    ObjectNode json =
        Json.object()
            .put("revision", pin.revision().shortName())
            .put("by", brief(pin.by()))
            .put("at", pin.at().toString())
            .put("applied", pin.applied());
    ObjectNode images = json.putObject("images");
    pin.images().entrySet().stream()
        .limit(MAX_IMAGES)
        .forEach(image -> images.put(image.getKey(), image.getValue().toString()));
    ArrayNode insteadOf = json.putArray("insteadOf");
    pin.insteadOf().stream()
        .map(ImageDigest::value)
        .sorted()
        .limit(MAX_IMAGES)
        .forEach(insteadOf::add);
    return json;
  }

  private static ObjectNode json(DeployRequest request) {
    return Json.object()
        .put("by", brief(request.by()))
        .put("at", request.at().toString())
        .put("force", request.force());
  }

  /** A text on one line that is not too long for a response. */
  static String brief(String text) {
    return OutsideText.line(text, MAX_TEXT);
  }

  private static @Nullable String text(Optional<Instant> instant) {
    return instant.map(Instant::toString).orElse(null);
  }
}
