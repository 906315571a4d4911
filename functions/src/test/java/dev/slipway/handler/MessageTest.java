package dev.slipway.handler;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.Json;
import dev.slipway.aws.Resending;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What the log says of a message. */
class MessageTest {
  private static ObjectNode described(String body) {
    return new Message(
            "m-1",
            body,
            "r-1",
            2,
            "arn:aws:sqs:us-east-1:123456789012:deploy",
            new Resending.Origin("m-1", Instant.EPOCH))
        .described();
  }

  @Test
  void what_can_be_read_of_the_event_is_named_and_cut() {
    ObjectNode event = Json.object().put("id", "e-1");
    event.putObject("detail").put("repository-name", "x".repeat(9_999)).put("image-tag", 7);

    ObjectNode described = described(Json.text(event));

    assertThat(described.path("eventId").asText()).isEqualTo("e-1");
    assertThat(described.path("tag").asInt()).isEqualTo(7);
    assertThat(described.path("repository").asText()).startsWith("xxx").hasSize(300);
  }

  @Test
  void what_cannot_be_read_is_cut_between_characters() {
    String begun = "x".repeat(998);

    assertThat(described(begun + "👍👍").path("body").asText()).isEqualTo(begun + "…");
  }
}
