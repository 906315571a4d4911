package dev.slipway.handler;

import dev.slipway.aws.AwsEcs;
import dev.slipway.aws.EcrRegistry;
import dev.slipway.aws.ImageChangesJson;
import dev.slipway.aws.Json;
import dev.slipway.config.Configuration;
import dev.slipway.decide.Decision;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.operate.Explain;
import dev.slipway.operate.Explanation;
import dev.slipway.operate.ServiceSelector;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * ExplainFunction: what a deployment would do now, and why. Asked with {@code {"service": …}} or
 * with {@code {"repository": …, "tag": …}}.
 */
public final class ExplainHandler extends OperatorHandler {
  private final Configuration configuration;
  private final AwsEcs ecs;
  private final EcrRegistry registry;
  private final String account;
  private final String region;

  /** Used by Lambda. Fails, with all mistakes named, if slipway.yaml is not right. */
  public ExplainHandler() {
    this(FunctionContext.ofLambda());
  }

  /**
   * A function with an environment of its own.
   *
   * @param environment the function's variables
   * @param credentials null for the SDK's default chain
   * @param lines where the log goes
   */
  public ExplainHandler(
      Map<String, String> environment,
      @Nullable AwsCredentialsProvider credentials,
      Consumer<String> lines) {
    this(new FunctionContext(environment, credentials, lines));
  }

  private ExplainHandler(FunctionContext context) {
    super("explain", context.log(), "service", "repository", "tag");
    this.configuration = context.configuration();
    this.ecs = new AwsEcs(context.clients().ecs());
    this.registry = new EcrRegistry(context.clients().ecr());
    this.account = context.need("SLIPWAY_ACCOUNT_ID");
    this.region = context.need("AWS_REGION");
  }

  @Override
  Reply reply(Request request) {
    Explain explain = new Explain(configuration.environments(), ecs, registry);
    request.needOneOf("service", "repository");
    Optional<ServiceSelector> service = request.service();
    Explain.Report report =
        service.isPresent()
            ? explain.ofService(service.get(), request.cause())
            : explain.ofPush(repository(request), tag(request), request.cause());
    ObjectNode answer = Json.object();
    ArrayNode services = answer.putArray("services");
    report.services().forEach(explanation -> services.add(json(explanation)));
    answer.put("reason", report.reason());
    return new Reply(answer, summary(report));
  }

  private Repository repository(Request request) {
    return request.need(
        "repository",
        "the repository that is pushed to",
        request.valid("repository", name -> new Repository(account, region, name)));
  }

  private static ImageTag tag(Request request) {
    return request.need(
        "tag", "the tag that is pushed to the repository", request.valid("tag", ImageTag::new));
  }

  private static String summary(Explain.Report report) {
    List<Explanation> services = report.services();
    return switch (services.size()) {
      case 0 -> report.reason();
      case 1 -> services.getFirst().decision().reason();
      default -> "told of %d services".formatted(services.size());
    };
  }

  private static ObjectNode json(Explanation explanation) {
    Decision decision = explanation.decision();
    ObjectNode json =
        Json.object()
            .put("service", decision.service().shortName())
            .put("environment", decision.environmentName().orElse(null))
            .put("decision", Answer.word(decision))
            .put("reason", decision.reason())
            .put("from", explanation.from().map(TaskDefinitionArn::shortName).orElse(null));
    ArrayNode changes = json.putArray("changes");
    ArrayNode difference = json.putArray("difference");
    explanation
        .difference()
        .forEach(at -> {
          ObjectNode place = difference.addObject().put("path", at.path());
          place.set("from", at.from());
          place.set("to", at.to());
        });
    json.putNull("deploymentConfiguration");
    explanation
        .deployment()
        .ifPresent(deploy -> {
          changes.addAll(ImageChangesJson.of(deploy.changes()));
          if (deploy.target() instanceof Decision.Target.Existing(var revision)) {
            json.put("to", revision.arn().shortName());
          }
          ObjectNode deploymentConfiguration = deploy.deploymentConfiguration();
          if (!deploymentConfiguration.isEmpty()) {
            json.set("deploymentConfiguration", deploymentConfiguration);
          }
        });
    return json;
  }
}
