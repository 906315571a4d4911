package dev.slipway.handler;

import dev.slipway.aws.AwsEcs;
import dev.slipway.aws.AwsServiceTags;
import dev.slipway.aws.EcrImageTags;
import dev.slipway.aws.EcrRegistry;
import dev.slipway.aws.Json;
import dev.slipway.aws.PromotionEvents;
import dev.slipway.ecs.Service;
import dev.slipway.operate.Promotion;
import dev.slipway.operate.ServiceDirectory;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.operate.Promotion.Promoted;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/** PromoteFunction: gives the images of one environment the tag that another follows. */
public final class PromoteHandler extends OperatorHandler {
  private final Promotion promotion;
  private final PromotionEvents events;

  /** Used by Lambda. Fails, with all mistakes named, if slipway.yaml is not right. */
  public PromoteHandler() {
    this(FunctionContext.ofLambda());
  }

  /**
   * A function with an environment of its own.
   *
   * @param environment the function's variables
   * @param credentials null for the SDK's default chain
   * @param lines where the log goes
   */
  public PromoteHandler(
      Map<String, String> environment,
      @Nullable AwsCredentialsProvider credentials,
      Consumer<String> lines) {
    this(new FunctionContext(environment, credentials, lines));
  }

  private PromoteHandler(FunctionContext context) {
    super("promote", context.log(), "from", "to", "repository", "dryRun");
    var clients = context.clients();
    AwsEcs ecs = new AwsEcs(clients.ecs());
    this.promotion =
        new Promotion(
            new ServiceDirectory(context.configuration().environments(), ecs),
            ecs,
            new EcrRegistry(clients.ecr()),
            new EcrImageTags(clients.ecr()),
            new AwsServiceTags(clients.ecs()));
    this.events =
        new PromotionEvents(clients.eventBridge(), context.eventBus(), context.log());
  }

  @Override
  Reply reply(Request request) {
    String from = request.needText("from", "the environment whose images are good");
    String to = request.needText("to", "the environment that gets them");
    boolean dryRun = request.dryRun();
    Promotion.Plan plan =
        promotion.promote(from, to, request.text("repository"), request.cause(), dryRun);
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
            new PromotionEvents.Promotion(
                promoted.repository(),
                promoted.digest(),
                promoted.tag(),
                promoted.replaces(),
                from,
                to,
                plan.services().stream().map(Service::arn).toList()),
            request.cause());
      }
    }
    ArrayNode services = answer.putArray("services");
    plan.services().forEach(service -> services.add(service.toString()));
    ArrayNode remarks = answer.putArray("remarks");
    plan.remarks().forEach(remarks::add);
    return new Reply(
        answer,
        "promoted %d images from %s to %s%s"
            .formatted(plan.promoted().size(), from, to, dryRun ? " (dry run)" : ""));
  }
}
