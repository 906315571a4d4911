package dev.slipway.handler;

import static java.util.Comparator.comparing;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.announce.ImageChangesJson;
import dev.slipway.aws.Json;
import dev.slipway.decide.Decision;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.image.Selection;
import dev.slipway.operate.Explain;
import dev.slipway.operate.Explanation;
import dev.slipway.operate.ServiceSelector;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * What a deployment would do now, and why. Asked with {@code {"service": …}} or with {@code
 * {"repository": …, "tag": …}}. Of one service it also says what went wrong last.
 */
final class ExplainEndpoint implements Endpoint.Query {
  private final Explain explain;
  private final InstantSource clock;
  private final String account;
  private final String region;

  ExplainEndpoint(OperatorPorts ports) {
    this.explain =
        new Explain(
            ports.environments,
            ports.followed,
            ports.ecs,
            ports.deployments,
            ports.registry,
            ports.records,
            ports.evidence());
    this.clock = ports.clock;
    this.account = ports.context.need("SLIPWAY_ACCOUNT_ID");
    this.region = ports.context.need("AWS_REGION");
  }

  @Override
  public String command() {
    return "explain";
  }

  @Override
  public List<String> members() {
    return List.of("service", "repository", "tag");
  }

  @Override
  public Response respond(Request request) {
    request.needOneOf("service", "repository");
    Optional<ServiceSelector> service = request.service();
    Explain.Report report =
        service.isPresent()
            ? explain.ofService(service.get(), clock.instant())
            : explain.ofPush(repository(request), tag(request), clock.instant());
    ObjectNode body = Json.object();
    ArrayNode services = body.putArray("services");
    report.services().forEach(explanation -> services.add(json(explanation)));
    body.put("reason", report.reason());
    return new Response(body, summary(report));
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
      default -> "explained %d services".formatted(services.size());
    };
  }

  private static ObjectNode json(Explanation explanation) {
    Decision decision = explanation.decision();
    ObjectNode json =
        Json.object()
            .put("service", decision.service().shortName())
            .put("environment", decision.environmentName().orElse(null))
            .put("decision", decision.name())
            .put("reason", decision.reason())
            .put("waiting", explanation.waiting().orElse(null))
            .put("from", explanation.from().map(TaskDefinitionArn::shortName).orElse(null));
    ArrayNode selections = json.putArray("selections");
    explanation.selections().entrySet().stream()
        .sorted(comparing(entry -> entry.getKey().name()))
        .forEach(entry -> selections.add(json(entry.getKey(), entry.getValue())));
    json.set("gates", GatesJson.of(explanation.gates()));
    ArrayNode changes = json.putArray("changes");
    ArrayNode difference = json.putArray("difference");
    explanation
        .difference()
        .forEach(at -> {
          ObjectNode place = difference.addObject().put("path", at.path());
          place.set("from", at.from());
          place.set("to", at.to());
        });
    json.set("failure", FailureJson.of(explanation.failure()));
    json.putNull("deploymentConfiguration");
    explanation
        .deployment()
        .ifPresent(deploy -> {
          changes.addAll(ImageChangesJson.of(deploy.changes()));
          ObjectNode deploymentConfiguration = deploy.deploymentConfiguration();
          if (!deploymentConfiguration.isEmpty()) {
            json.set("deploymentConfiguration", deploymentConfiguration);
          }
        });
    return json;
  }

  private static ObjectNode json(Repository repository, Selection selection) {
    ObjectNode json =
        Json.object()
            .put("repository", repository.name())
            .put("tag", selection.tag().map(ImageTag::value).orElse(null))
            .put("digest", selection.image().map(image -> image.digest().value()).orElse(null));
    ArrayNode passedOver = json.putArray("passedOver");
    selection
        .passedOver()
        .forEach(tag -> passedOver.addObject().put("image", tag.image()).put("why", tag.why()));
    return json;
  }
}
