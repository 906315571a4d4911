package dev.slipway.handler;

import dev.slipway.aws.AwsEcs;
import dev.slipway.aws.EcrRegistry;
import dev.slipway.aws.Json;
import dev.slipway.ecs.EcsDeployment;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageDigest;
import dev.slipway.operate.Refusal;
import dev.slipway.operate.Standing;
import dev.slipway.operate.Status;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * StatusFunction: how the services stand. {@code {}} asks for all that follow an environment,
 * {@code {"environment": …}} for those of one, {@code {"service": …}} for one service.
 */
public final class StatusHandler extends OperatorHandler {
  private final Status status;

  /** Used by Lambda. Fails, with all mistakes named, if slipway.yaml is not right. */
  public StatusHandler() {
    this(FunctionContext.ofLambda());
  }

  /**
   * A function with an environment of its own.
   *
   * @param environment the function's variables
   * @param credentials null for the SDK's default chain
   * @param lines where the log goes
   */
  public StatusHandler(
      Map<String, String> environment,
      @Nullable AwsCredentialsProvider credentials,
      Consumer<String> lines) {
    this(new FunctionContext(environment, credentials, lines));
  }

  private StatusHandler(FunctionContext context) {
    super("status", context.log(), "environment", "service");
    this.status =
        new Status(
            context.configuration().environments(),
            new AwsEcs(context.clients().ecs()),
            new EcrRegistry(context.clients().ecr()));
  }

  @Override
  Reply reply(Request request) {
    if (request.environment().isPresent() && request.service().isPresent()) {
      throw new Refusal("environment and service: only one of them can be told");
    }
    Status.Report report =
        request
            .service()
            .map(selector -> status.of(selector, request.cause()))
            .orElseGet(() -> status.ofFollowers(request.environment(), request.cause()));
    ObjectNode answer = Json.object();
    ArrayNode services = answer.putArray("services");
    report.services().forEach(standing -> services.add(json(standing)));
    report.remarks().forEach(answer.putArray("remarks")::add);
    return new Reply(answer, "told of %d services".formatted(report.services().size()));
  }

  private static ObjectNode json(Standing standing) {
    Service service = standing.service();
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
    standing.images().forEach(image -> images.add(json(image)));
    json.put("since", text(standing.since()))
        .put("rollout", standing.newest().flatMap(EcsDeployment::rolloutState).orElse(null))
        .put("rolloutReason", standing.newest().flatMap(EcsDeployment::reason).orElse(null));
    ArrayNode deployments = json.putArray("deployments");
    service.deployments().forEach(deployment -> deployments.add(json(deployment)));
    ArrayNode blocked = json.putArray("blocked");
    service.tag(Service.BLOCKED_TAG).stream()
        .flatMap(digests -> Stream.of(digests.split("\\s+", -1)))
        .filter(digest -> !digest.isEmpty())
        .forEach(blocked::add);
    return json.put(
            "paused", service.tag(Service.PAUSED_TAG).filter(_ -> service.isPaused()).orElse(null))
        .put("chosen", service.tag(Service.CHOSEN_TAG).orElse(null))
        .put("decision", Answer.word(standing.decision()))
        .put("reason", standing.decision().reason());
  }

  private static ObjectNode json(Standing.Image image) {
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
        .put("reason", deployment.reason().orElse(null))
        .put("createdAt", text(deployment.createdAt()));
  }

  private static @Nullable String text(Optional<Instant> instant) {
    return instant.map(Instant::toString).orElse(null);
  }
}
