package dev.slipway.handler;

import dev.slipway.aws.AwsEcs;
import dev.slipway.aws.AwsServiceDeployments;
import dev.slipway.aws.AwsServiceTags;
import dev.slipway.aws.EcrRegistry;
import dev.slipway.aws.ImageChangesJson;
import dev.slipway.aws.Json;
import dev.slipway.aws.SqsHintQueue;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.operate.Rollback;
import dev.slipway.operate.ServiceDirectory;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/** RollbackFunction: brings a service back to an earlier revision. */
public final class RollbackHandler extends OperatorHandler {
  private final Rollback rollback;

  /** Used by Lambda. Fails, with all mistakes named, if slipway.yaml is not right. */
  public RollbackHandler() {
    this(FunctionContext.ofLambda());
  }

  /**
   * A function with an environment of its own.
   *
   * @param environment the function's variables
   * @param credentials null for the SDK's default chain
   * @param lines where the log goes
   */
  public RollbackHandler(
      Map<String, String> environment,
      @Nullable AwsCredentialsProvider credentials,
      Consumer<String> lines) {
    this(new FunctionContext(environment, credentials, lines));
  }

  private RollbackHandler(FunctionContext context) {
    super("rollback", context.log(), "service", "revision", "dryRun");
    var clients = context.clients();
    var environments = context.configuration().environments();
    AwsEcs ecs = new AwsEcs(clients.ecs());
    AwsServiceDeployments deployments = new AwsServiceDeployments(clients.ecs());
    this.rollback =
        new Rollback(
            new ServiceDirectory(environments, ecs),
            new ServiceEvaluator(environments, ecs, new EcrRegistry(clients.ecr())),
            ecs,
            deployments,
            new AwsServiceTags(clients.ecs()),
            deployments,
            new SqsHintQueue(clients.sqs(), context.need("SLIPWAY_QUEUE_URL")));
  }

  @Override
  Reply reply(Request request) {
    Rollback.Plan plan =
        rollback.rollBack(
            request.need("service", "the service to roll back", request.service()),
            request.text("revision"),
            request.cause(),
            request.dryRun());
    ObjectNode answer =
        Json.object()
            .put("service", plan.service().toString())
            .put("from", plan.from().shortName())
            .put("to", plan.to().shortName());
    answer.set("images", ImageChangesJson.of(plan.images()));
    ArrayNode blocked = answer.putArray("blocked");
    plan.blocked().forEach(digest -> blocked.add(digest.value()));
    answer.put("how", plan.how());
    return new Reply(
        answer,
        "%s goes back from %s to %s: %s%s"
            .formatted(
                plan.service(),
                plan.from().shortName(),
                plan.to().shortName(),
                plan.how(),
                request.dryRun() ? " (dry run)" : ""));
  }
}
