package dev.slipway.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.announce.PromotedImage;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.ImageDigest;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.record.Trigger;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PromotionEventsTest {
  private final LoopbackAws aws = new LoopbackAws();
  private final List<String> lines = new ArrayList<>();

  @AfterEach
  void end() {
    aws.close();
  }

  @Test
  void a_promotion_is_an_event_and_a_log_line() throws Exception {
    aws.answers("PutEvents", "{\"FailedEntryCount\":0,\"Entries\":[{\"EventId\":\"1\"}]}");
    String digest = "sha256:" + "a".repeat(64);
    String service = "arn:aws:ecs:us-east-1:123456789012:service/main/web";

    new PromotionEvents(
            aws.clients().eventBridge(),
            "default",
            new Log(lines::add, InstantSource.fixed(Instant.EPOCH)))
        .promoted(
            new PromotedImage(
                new Repository("123456789012", "us-east-1", "web"),
                new ImageDigest(digest),
                new ImageTag("live"),
                Optional.empty(),
                "staging",
                "production",
                List.of(new ServiceArn(service))),
            new Trigger.Operator("r-1", "ann"));

    var entry = aws.received("PutEvents").getFirst().json().path("Entries").path(0);
    assertThat(entry.path("DetailType").asText()).isEqualTo("Image Promoted");
    assertThat(entry.path("Resources")).hasToString("[\"" + service + "\"]");
    assertThat(entry.path("Detail").asText())
        .isEqualTo(
            """
            {"repository":"web","digest":"%s","tag":"live","from":"staging","to":"production",\
            "trigger":{"kind":"operator","eventId":"r-1","by":"ann"}}\
            """
                .formatted(digest));
    assertThat(lines)
        .singleElement()
        .asString()
        .contains("image aaaaaaaaaaaa of web is promoted from staging to production");
  }
}
