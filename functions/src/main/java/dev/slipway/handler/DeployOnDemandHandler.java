package dev.slipway.handler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.AwsEcs;
import dev.slipway.aws.AwsServiceDeployments;
import dev.slipway.aws.EcrRegistry;
import dev.slipway.aws.Json;
import dev.slipway.aws.SqsHintQueue;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageTag;
import dev.slipway.operate.DeployCommand;
import dev.slipway.operate.DeployCommand.Result;
import dev.slipway.operate.DeployCommand.Wanted;
import dev.slipway.operate.RejectedRequest;
import dev.slipway.operate.ServiceChanges;
import dev.slipway.operate.ServiceDirectory;
import dev.slipway.operate.ServiceReader;
import dev.slipway.record.RecordStore;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * RequestFunction: deploys because an operator asks. {@code {"service" or "environment": …}}, with
 * {@code tag} or {@code digest}, {@code unblock}, {@code force} and {@code dryRun}.
 */
public final class DeployOnDemandHandler extends OperatorHandler {
  private final DeployCommand command;
  private final InstantSource clock;

  /** Used by Lambda. Fails, with all problems named, if slipway.yaml is not right. */
  public DeployOnDemandHandler() {
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
  public DeployOnDemandHandler(
      Map<String, String> environment,
      @Nullable AwsCredentialsProvider credentials,
      Consumer<String> lines,
      InstantSource clock) {
    this(new FunctionContext(environment, credentials, lines, clock));
  }

  private DeployOnDemandHandler(FunctionContext context) {
    super(
        "request",
        context.log(),
        "environment",
        "service",
        "tag",
        "digest",
        "unblock",
        "force",
        "dryRun");
    var clients = context.clients();
    var environments = context.configuration().environments();
    AwsEcs ecs = new AwsEcs(clients.ecs());
    AwsServiceDeployments deployments = new AwsServiceDeployments(clients.ecs());
    EcrRegistry registry = new EcrRegistry(clients.ecr());
    RecordStore records = context.records();
    this.clock = context.clock();
    this.command =
        new DeployCommand(
            new ServiceDirectory(environments, ecs),
            new ServiceReader(ecs, deployments, records),
            new ServiceEvaluator(
                environments, context.followedRepositories(), ecs, deployments, registry),
            registry,
            new ServiceChanges(
                records,
                deployments,
                new SqsHintQueue(clients.sqs(), context.need("SLIPWAY_QUEUE_URL"))));
  }

  @Override
  Reply reply(Request request) {
    boolean dryRun = request.dryRun();
    Wanted wanted = wanted(request);
    List<Result> results =
        dryRun
            ? command.plan(request.scope(), wanted, request.trigger(), clock.instant())
            : command.deploy(request.scope(), wanted, request.trigger(), clock.instant());
    ObjectNode answer = Json.object();
    ArrayNode services = answer.putArray("services");
    results.forEach(result -> {
      ArrayNode unblocked =
          services
              .addObject()
              .put("service", result.service().toString())
              .put("decision", result.decision())
              .put("reason", result.reason())
              .putArray("unblocked");
      result.unblocked().forEach(digest -> unblocked.add(digest.value()));
    });
    long deployed = results.stream().filter(Result::isDeploy).count();
    answer.put("sent", dryRun ? 0 : deployed);
    return new Reply(
        answer,
        "%d of %d services are to be deployed%s"
            .formatted(deployed, results.size(), dryRun ? " (dry run)" : ""));
  }

  private static Wanted wanted(Request request) {
    Optional<ImageTag> tag = request.valid("tag", ImageTag::new);
    Optional<ImageDigest> digest = request.valid("digest", ImageDigest::new);
    if (tag.isPresent() && digest.isPresent()) {
      throw new RejectedRequest("tag and digest: only one of them can say which image is meant");
    }
    return new Wanted(tag, digest, request.flag("unblock"), request.flag("force"));
  }
}
