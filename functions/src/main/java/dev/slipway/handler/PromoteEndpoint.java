package dev.slipway.handler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.announce.PromotedImage;
import dev.slipway.aws.EcrImageTags;
import dev.slipway.aws.Json;
import dev.slipway.aws.PromotionEvents;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.operate.Consent;
import dev.slipway.operate.Promotion;
import dev.slipway.operate.PromotionPlan;
import java.util.List;

/**
 * Gives the images of one environment the tag that another follows. {@code {"from": …, "to": …}},
 * with {@code repository}, {@code evenIfBlocked} and {@code dryRun}.
 */
final class PromoteEndpoint implements Endpoint.Change {
  private final Promotion promotion;
  private final Promotion.Executor executor;
  private final PromotionEvents events;

  PromoteEndpoint(OperatorPorts ports) {
    FunctionContext context = ports.context;
    this.promotion =
        new Promotion(ports.directory, ports.ecs, ports.evaluator(), ports.registry, ports.records);
    this.executor = new Promotion.Executor(new EcrImageTags(context.clients().ecr()));
    this.events =
        new PromotionEvents(context.clients().eventBridge(), context.eventBus(), context.log());
  }

  @Override
  public String command() {
    return "promote";
  }

  @Override
  public List<String> members() {
    return List.of("from", "to", "repository", "evenIfBlocked");
  }

  @Override
  public Operation plan(Request request) {
    String from = request.needText("from", "the environment whose images are good");
    String to = request.needText("to", "the environment that gets them");
    PromotionPlan plan =
        promotion.plan(from, to, request.text("repository"), request.flag("evenIfBlocked"));
    String summary = "promoted %d images from %s to %s".formatted(plan.promoted().size(), from, to);
    return new Operation() {
      @Override
      public List<String> facts() {
        return plan.facts();
      }

      @Override
      public Response preview() {
        return new Response(body(plan), summary + " (dry run)");
      }

      @Override
      public Response apply(Consent consent) {
        executor.apply(plan);
        List<ServiceArn> services = plan.services().stream().map(Service::arn).toList();
        plan.promoted()
            .forEach(image ->
                events.promoted(
                    new PromotedImage(
                        image.repository(),
                        image.digest(),
                        image.tag(),
                        image.replaces(),
                        from,
                        to,
                        services),
                    request.trigger()));
        return new Response(body(plan), summary);
      }
    };
  }

  private static ObjectNode body(PromotionPlan plan) {
    ObjectNode body = Json.object();
    ArrayNode promotions = body.putArray("promotions");
    plan.promoted()
        .forEach(image ->
            promotions
                .addObject()
                .put("repository", image.repository().name())
                .put("digest", image.digest().value())
                .put("tag", image.tag().value())
                .put("replaces", image.replaces().map(Object::toString).orElse(null)));
    ArrayNode services = body.putArray("services");
    plan.services().forEach(service -> services.add(service.toString()));
    ArrayNode warnings = body.putArray("warnings");
    plan.warnings().forEach(warnings::add);
    return body;
  }
}
