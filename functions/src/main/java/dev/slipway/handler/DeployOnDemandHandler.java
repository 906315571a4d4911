package dev.slipway.handler;

import dev.slipway.aws.AwsEcs;
import dev.slipway.aws.AwsServiceTags;
import dev.slipway.aws.EcrRegistry;
import dev.slipway.aws.Json;
import dev.slipway.aws.SqsHintQueue;
import dev.slipway.deploy.RevisionRegistrar;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageTag;
import dev.slipway.operate.DeployOnDemand;
import dev.slipway.operate.Refusal;
import dev.slipway.operate.ServiceDirectory;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.operate.DeployOnDemand.Answer;
import dev.slipway.operate.DeployOnDemand.Image;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/** RequestFunction: deploys because a person asks. */
public final class DeployOnDemandHandler extends OperatorHandler {
  private final DeployOnDemand deployOnDemand;

  /** Used by Lambda. Fails, with all mistakes named, if slipway.yaml is not right. */
  public DeployOnDemandHandler() {
    this(FunctionContext.ofLambda());
  }

  /**
   * A function with an environment of its own.
   *
   * @param environment the function's variables
   * @param credentials null for the SDK's default chain
   * @param lines where the log goes
   */
  public DeployOnDemandHandler(
      Map<String, String> environment,
      @Nullable AwsCredentialsProvider credentials,
      Consumer<String> lines) {
    this(new FunctionContext(environment, credentials, lines));
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
        "dryRun");
    var clients = context.clients();
    var environments = context.configuration().environments();
    AwsEcs ecs = new AwsEcs(clients.ecs());
    EcrRegistry registry = new EcrRegistry(clients.ecr());
    this.deployOnDemand =
        new DeployOnDemand(
            new ServiceDirectory(environments, ecs),
            new ServiceEvaluator(environments, ecs, registry),
            registry,
            new RevisionRegistrar(ecs),
            new AwsServiceTags(clients.ecs()),
            new SqsHintQueue(clients.sqs(), context.need("SLIPWAY_QUEUE_URL")));
  }

  @Override
  Reply reply(Request request) {
    boolean dryRun = request.dryRun();
    List<Answer> answers =
        deployOnDemand.deploy(
            request.scope(), image(request), request.flag("unblock"), request.cause(), dryRun);
    ObjectNode answer = Json.object();
    ArrayNode services = answer.putArray("services");
    answers.forEach(about ->
        services
            .addObject()
            .put("service", about.service().toString())
            .put("decision", about.decision())
            .put("reason", about.reason()));
    long deployed = answers.stream().filter(Answer::isDeploy).count();
    answer.put("sent", dryRun ? 0 : deployed);
    return new Reply(
        answer,
        "%d of %d services are to be deployed%s"
            .formatted(deployed, answers.size(), dryRun ? " (dry run)" : ""));
  }

  private static Optional<Image> image(Request request) {
    Optional<Image> tag = request.valid("tag", ImageTag::new).map(Image.Tagged::new);
    Optional<Image> digest = request.valid("digest", ImageDigest::new).map(Image.Digested::new);
    if (tag.isPresent() && digest.isPresent()) {
      throw new Refusal("tag and digest: only one of them can say which image is meant");
    }
    return tag.or(() -> digest);
  }
}
