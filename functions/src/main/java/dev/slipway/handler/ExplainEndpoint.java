package dev.slipway.handler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.Json;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
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
            ports.calendars,
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
    report.services().forEach(explanation -> services.add(ExplanationJson.of(explanation)));
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
}
