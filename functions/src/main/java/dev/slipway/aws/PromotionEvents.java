package dev.slipway.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.record.Trigger;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;

/**
 * Announces promotions as log lines and as events on an event bus. The event has the source {@code
 * slipway}, the detail type {@code Image Promoted}, the ARNs of the services that follow it as its
 * resources, and this detail: {@code repository}, {@code digest}, {@code tag}, {@code replaces}
 * (the digest that had the tag before, where one did), {@code from} and {@code to} (environments),
 * {@code trigger} ({@link TriggerJson}).
 */
public final class PromotionEvents {
  /** The detail type of the event. */
  public static final String IMAGE_PROMOTED = "Image Promoted";

  private final EventBus bus;
  private final Log log;

  /**
   * @param events from {@link Clients}
   * @param bus name or ARN of the event bus that promotions are announced on
   */
  public PromotionEvents(EventBridgeClient events, String bus, Log log) {
    this.bus = new EventBus(events, bus, log);
    this.log = log;
  }

  /**
   * One image that has another tag now.
   *
   * @param replaces what had the tag before
   * @param from name of the environment that proved the image
   * @param to name of the environment that follows the tag
   * @param services that follow it
   */
  public record Promotion(
      Repository repository,
      ImageDigest digest,
      ImageTag tag,
      Optional<ImageDigest> replaces,
      String from,
      String to,
      List<ServiceArn> services) {
    /** Copies the list. */
    public Promotion {
      services = List.copyOf(services);
    }
  }

  /** Never throws: the tag is there, whether the event is or not. */
  public void promoted(Promotion promotion, Trigger trigger) {
    ObjectNode detail =
        Json.object()
            .put("repository", promotion.repository().name())
            .put("digest", promotion.digest().value())
            .put("tag", promotion.tag().value());
    promotion.replaces().ifPresent(digest -> detail.put("replaces", digest.value()));
    detail.put("from", promotion.from()).put("to", promotion.to());
    detail.set("trigger", TriggerJson.of(trigger));
    log.info(
        "image %s of %s is promoted from %s to %s"
            .formatted(
                promotion.digest().abbreviated(),
                promotion.repository().name(),
                promotion.from(),
                promotion.to()),
        detail);
    bus.put(
        IMAGE_PROMOTED,
        promotion.services().stream().map(ServiceArn::value).toList(),
        detail,
        "the image is promoted, but its");
  }
}
