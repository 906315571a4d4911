package dev.slipway.handler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.announce.PromotedImage;
import dev.slipway.aws.EcrImageTags;
import dev.slipway.aws.Json;
import dev.slipway.aws.PromotionEvents;
import dev.slipway.ecs.Service;
import dev.slipway.operate.Promotion;
import dev.slipway.operate.Promotion.Promoted;
import java.util.List;

/**
 * Gives the images of one environment the tag that another follows. {@code {"from": …, "to": …}},
 * with {@code repository}, {@code evenIfBlocked} and {@code dryRun}.
 */
final class PromoteEndpoint implements Endpoint {
  private final Promotion promotion;
  private final PromotionEvents events;

  PromoteEndpoint(OperatorPorts ports) {
    FunctionContext context = ports.context;
    this.promotion =
        new Promotion(
            ports.directory,
            ports.ecs,
            ports.evaluator(),
            ports.registry,
            new EcrImageTags(context.clients().ecr()),
            ports.records);
    this.events =
        new PromotionEvents(context.clients().eventBridge(), context.eventBus(), context.log());
  }

  @Override
  public String command() {
    return "promote";
  }

  @Override
  public List<String> members() {
    return List.of("from", "to", "repository", "evenIfBlocked", "dryRun");
  }

  @Override
  public Reply reply(Request request) {
    String from = request.needText("from", "the environment whose images are good");
    String to = request.needText("to", "the environment that gets them");
    boolean dryRun = request.dryRun();
    Promotion.PromotionPlan plan =
        promotion.plan(from, to, request.text("repository"), request.flag("evenIfBlocked"));
    if (!dryRun) {
      promotion.promote(plan);
    }
    ObjectNode answer = Json.object();
    ArrayNode promotions = answer.putArray("promotions");
    for (Promoted promoted : plan.promoted()) {
      promotions
          .addObject()
          .put("repository", promoted.repository().name())
          .put("digest", promoted.digest().value())
          .put("tag", promoted.tag().value())
          .put("replaces", promoted.replaces().map(Object::toString).orElse(null));
      if (!dryRun) {
        events.promoted(
            new PromotedImage(
                promoted.repository(),
                promoted.digest(),
                promoted.tag(),
                promoted.replaces(),
                from,
                to,
                plan.services().stream().map(Service::arn).toList()),
            request.trigger());
      }
    }
    ArrayNode services = answer.putArray("services");
    plan.services().forEach(service -> services.add(service.toString()));
    ArrayNode warnings = answer.putArray("warnings");
    plan.warnings().forEach(warnings::add);
    return new Reply(
        answer,
        "promoted %d images from %s to %s%s"
            .formatted(plan.promoted().size(), from, to, dryRun ? " (dry run)" : ""));
  }
}
