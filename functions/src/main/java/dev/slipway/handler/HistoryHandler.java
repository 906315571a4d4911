package dev.slipway.handler;

import dev.slipway.aws.AwsEcs;
import dev.slipway.aws.AwsServiceDeployments;
import dev.slipway.aws.Json;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageDigest;
import dev.slipway.operate.History;
import dev.slipway.operate.ServiceDirectory;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * HistoryFunction: what was deployed to a service in the last 90 days, newest first. Asked with
 * {@code {"service": …}} and, for other than the last ten, {@code "limit"}.
 */
public final class HistoryHandler extends OperatorHandler {
  private static final int USUAL = 10;
  private static final int MOST = 100;

  private final ServiceDirectory directory;
  private final History history;

  /** Used by Lambda. Fails, with all mistakes named, if slipway.yaml is not right. */
  public HistoryHandler() {
    this(FunctionContext.ofLambda());
  }

  /**
   * A function with an environment of its own.
   *
   * @param environment the function's variables
   * @param credentials null for the SDK's default chain
   * @param lines where the log goes
   */
  public HistoryHandler(
      Map<String, String> environment,
      @Nullable AwsCredentialsProvider credentials,
      Consumer<String> lines) {
    this(new FunctionContext(environment, credentials, lines));
  }

  private HistoryHandler(FunctionContext context) {
    super("history", context.log(), "service", "limit");
    AwsEcs ecs = new AwsEcs(context.clients().ecs());
    this.directory = new ServiceDirectory(context.configuration().environments(), ecs);
    this.history = new History(ecs, new AwsServiceDeployments(context.clients().ecs()));
  }

  @Override
  Reply reply(Request request) {
    Service service =
        directory.service(
            request.need("service", "the service whose history is wanted", request.service()));
    List<History.Entry> entries =
        history.of(service, request.number("limit", 1, MOST).orElse(USUAL));
    ObjectNode answer = Json.object().put("service", service.arn().shortName());
    ArrayNode deployments = answer.putArray("deployments");
    entries.forEach(entry -> deployments.add(json(entry)));
    return new Reply(answer, "told of %d deployments of %s".formatted(entries.size(), service));
  }

  private static ObjectNode json(History.Entry entry) {
    ObjectNode json =
        Json.object()
            .put("deploymentId", entry.id().toString())
            .put(
                "taskDefinition",
                entry.taskDefinition().map(TaskDefinitionArn::shortName).orElse(null))
            .put("tag", entry.tag().orElse(null));
    ArrayNode images = json.putArray("images");
    entry
        .images()
        .forEach(image ->
            images
                .addObject()
                .put("container", image.container())
                .put("digest", image.digest().map(ImageDigest::value).orElse(null)));
    return json.put("startedAt", entry.startedAt().toString())
        .put("finishedAt", entry.finishedAt().map(Instant::toString).orElse(null))
        .put("outcome", entry.outcome())
        .put("reason", entry.reason().orElse(null))
        .put("eventId", entry.eventId().orElse(null))
        .put("by", entry.by().orElse(null));
  }
}
