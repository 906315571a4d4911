package dev.slipway.handler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.AwsEcs;
import dev.slipway.aws.AwsServiceDeployments;
import dev.slipway.aws.EcrRegistry;
import dev.slipway.aws.ImageChangesJson;
import dev.slipway.aws.Json;
import dev.slipway.aws.SqsHintQueue;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.operate.RollbackCommand;
import dev.slipway.operate.RollbackCommand.RollbackPlan;
import dev.slipway.operate.ServiceChanges;
import dev.slipway.operate.ServiceDirectory;
import dev.slipway.operate.ServiceReader;
import dev.slipway.operate.ServiceSelector;
import dev.slipway.record.RecordStore;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * RollbackFunction: brings a service back to an earlier revision. {@code {"service": …}}, with
 * {@code revision} and {@code dryRun}.
 */
public final class RollbackHandler extends OperatorHandler {
  private final RollbackCommand command;
  private final InstantSource clock;

  /** Used by Lambda. Fails, with all problems named, if slipway.yaml is not right. */
  public RollbackHandler() {
    this(FunctionContext.ofLambda());
  }

  /**
   * A function with an environment of its own.
   *
   * @param environment the function's variables
   * @param credentials null for the SDK's default chain
   * @param lines where the log goes
   * @param clock tells the time of AWS
   */
  public RollbackHandler(
      Map<String, String> environment,
      @Nullable AwsCredentialsProvider credentials,
      Consumer<String> lines,
      InstantSource clock) {
    this(new FunctionContext(environment, credentials, lines, clock));
  }

  private RollbackHandler(FunctionContext context) {
    super("rollback", context.log(), "service", "revision", "dryRun");
    var clients = context.clients();
    var environments = context.configuration().environments();
    AwsEcs ecs = new AwsEcs(clients.ecs());
    AwsServiceDeployments deployments = new AwsServiceDeployments(clients.ecs());
    EcrRegistry registry = new EcrRegistry(clients.ecr());
    RecordStore records = context.records();
    this.clock = context.clock();
    this.command =
        new RollbackCommand(
            new ServiceDirectory(environments, ecs),
            new ServiceReader(ecs, deployments, records),
            new ServiceEvaluator(
                environments, context.followedRepositories(), ecs, deployments, registry),
            ecs,
            deployments,
            registry,
            new ServiceChanges(
                records,
                deployments,
                new SqsHintQueue(clients.sqs(), context.need("SLIPWAY_QUEUE_URL"))));
  }

  @Override
  Reply reply(Request request) {
    ServiceSelector service =
        request.need("service", "the service to roll back", request.service());
    Optional<String> revision = request.text("revision");
    RollbackPlan plan =
        request.dryRun()
            ? command.plan(service, revision, request.trigger(), clock.instant())
            : command.rollBack(service, revision, request.trigger(), clock.instant());
    ObjectNode answer =
        Json.object()
            .put("service", plan.service().toString())
            .put("from", plan.from().shortName())
            .put("to", plan.to().shortName());
    answer.set("images", ImageChangesJson.of(plan.images()));
    ArrayNode blocked = answer.putArray("blocked");
    plan.blocked().forEach(digest -> blocked.add(digest.value()));
    ArrayNode unrecorded = answer.putArray("unrecorded");
    plan.unrecorded().forEach(unrecorded::add);
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
