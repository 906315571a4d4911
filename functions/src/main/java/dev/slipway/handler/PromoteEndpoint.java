package dev.slipway.handler;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.announce.PromotedImage;
import dev.slipway.aws.EcrImageTags;
import dev.slipway.aws.Json;
import dev.slipway.aws.Log;
import dev.slipway.aws.PromotionEvents;
import dev.slipway.deploy.Hint;
import dev.slipway.deploy.HintQueue;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.operate.Consent;
import dev.slipway.operate.FollowerDecision;
import dev.slipway.operate.Promotion;
import dev.slipway.operate.PromotionPlan;
import dev.slipway.operate.PromotionRequest;
import dev.slipway.record.Trigger;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gives the images of one environment the tag that another follows. {@code {"from": …, "to": …}},
 * with {@code repository}, {@code evenIfBlocked}, {@code evenIfOlder} and {@code dryRun}. The
 * response says of each service that follows what is decided about it then, and which pin that
 * ends; of many services only of the first.
 */
final class PromoteEndpoint implements Endpoint.Change {
  private final Promotion promotion;
  private final Promotion.Executor executor;
  private final PromotionEvents events;
  private final HintQueue queue;
  private final InstantSource clock;
  private final Log log;

  PromoteEndpoint(OperatorPorts ports) {
    FunctionContext context = ports.context;
    this.queue = ports.queue("SLIPWAY_QUEUE_URL");
    this.clock = ports.clock;
    this.log = context.log();
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
    return List.of("from", "to", "repository", "evenIfBlocked", "evenIfOlder");
  }

  @Override
  public Operation plan(Request request) {
    String from = request.needText("from", "the environment whose images are good");
    String to = request.needText("to", "the environment that gets them");
    PromotionPlan plan =
        promotion.plan(
            new PromotionRequest(
                from,
                to,
                request.text("repository"),
                request.flag("evenIfBlocked"),
                request.flag("evenIfOlder")));
    List<FollowerDecision> decisions = promotion.decisions(plan, clock.instant());
    String summary = "promoted %d images from %s to %s".formatted(plan.promoted().size(), from, to);
    return new Operation() {
      @Override
      public List<String> facts() {
        List<String> facts = new ArrayList<>(plan.facts());
        decisions.forEach(follower ->
            facts.add(
                "%s is %s then"
                    .formatted(
                        follower.decision().service().shortName(), follower.decision().words())));
        return facts;
      }

      @Override
      public Response preview() {
        return new Response(body(plan, decisions), summary + " (dry run)");
      }

      @Override
      public Response apply(Consent consent) {
        executor.apply(plan);
        List<ServiceArn> services =
            plan.followers().stream().map(follower -> follower.service().arn()).toList();
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
        sayWho(plan, request.trigger());
        return new Response(body(plan, decisions), summary);
      }
    };
  }

  /**
   * ECR reports the new tag as it reports any push, and does not say whose it is. A hint of
   * Slipway's own does, for each service that follows; whichever comes first, the deployment is
   * credited to who promoted. That a hint is lost keeps nothing from being deployed.
   */
  private void sayWho(PromotionPlan plan, Trigger.Operator who) {
    Instant now = clock.instant();
    List<Hint> hints = new ArrayList<>();
    for (PromotionPlan.Follower follower : plan.followers()) {
      plan.promoted().stream()
          .filter(image -> follower.repositories().contains(image.repository()))
          .findFirst()
          .map(image ->
              new Trigger.Push(
                  who.eventId(),
                  image.repository(),
                  image.tag(),
                  Optional.of(image.digest()),
                  Optional.of(now),
                  Optional.of(who.by())))
          .ifPresent(push -> hints.add(new Hint.CheckService(follower.service().arn(), push)));
    }
    if (hints.isEmpty()) {
      return;
    }
    try {
      queue.send(hints);
    } catch (RuntimeException e) {
      log.error(
          "the images are promoted, but the history will not say by whom: " + e.getMessage(),
          Json.object(),
          e);
    }
  }

  private static ObjectNode body(PromotionPlan plan, List<FollowerDecision> decisions) {
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
    plan.followers().forEach(follower -> services.add(follower.service().toString()));
    ArrayNode followers = body.putArray("followers");
    decisions.forEach(follower -> {
      ObjectNode decision = DecisionJson.of(follower.decision());
      follower
          .endedPin()
          .ifPresent(pin ->
              decision
                  .putObject("endsPin")
                  .put("revision", pin.revision().shortName())
                  .put("by", pin.by()));
      followers.add(decision);
    });
    ArrayNode warnings = body.putArray("warnings");
    plan.warnings().forEach(warnings::add);
    return body;
  }
}
