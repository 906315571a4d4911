package dev.slipway.aws;

import dev.slipway.operate.EventArchive;
import java.time.Instant;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;

/** An archive of Amazon EventBridge, replayed to one rule of the bus that it belongs to. */
public final class EventBridgeArchive implements EventArchive {
  private final EventBridgeClient client;
  private final String archiveArn;
  private final String busArn;
  private final String ruleArn;

  /**
   * @param client from {@link Clients}
   * @param busArn that the archive belongs to
   * @param ruleArn the only rule that replayed events are handed to
   */
  public EventBridgeArchive(
      EventBridgeClient client, String archiveArn, String busArn, String ruleArn) {
    this.client = client;
    this.archiveArn = archiveArn;
    this.busArn = busArn;
    this.ruleArn = ruleArn;
  }

  @Override
  public String replay(String name, Instant from, Instant to) {
    return AwsErrors.permitted(
        "events:StartReplay",
        archiveArn,
        () ->
            client
                .startReplay(r ->
                    r.replayName(name)
                        .eventSourceArn(archiveArn)
                        .eventStartTime(from)
                        .eventEndTime(to)
                        .destination(d -> d.arn(busArn).filterArns(ruleArn)))
                .stateAsString());
  }
}
