package dev.slipway.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.announce.EventDocument;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventBusTest {
  private static String fitting(ObjectNode detail) {
    return EventBus.fitting(new EventDocument("Deployment Ended", List.of(), detail));
  }

  @Test
  void a_detail_that_fits_is_put_whole() {
    ObjectNode detail = Json.object().put("reason", "x".repeat(100_000));

    assertThat(fitting(detail)).isEqualTo(Json.text(detail));
  }

  @Test
  void the_details_go_first_and_the_event_says_so() throws Exception {
    ObjectNode detail = Json.object().put("reason", "r".repeat(10_000));
    ArrayNode details = detail.putArray("details");
    for (int i = 0; i < 100; i++) {
      details.add("d".repeat(10_000));
    }

    assertThat(Json.read(fitting(detail)))
        .isEqualTo(Json.object().put("reason", "r".repeat(10_000)).put("shortened", true));
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "\u4e16", "\"", "\u0001"})
  void whatever_texts_there_are_the_event_is_one_that_eventbridge_takes(String character)
      throws Exception {
    ObjectNode detail = Json.object().put("service", "main/web");
    ArrayNode images = detail.putArray("images");
    for (int i = 0; i < 30; i++) {
      images
          .addObject()
          .put("from", character.repeat(60_000))
          .putArray("x")
          .add(character.repeat(60_000));
    }

    String text = fitting(detail);

    assertThat(text.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(EventBus.MAX_DETAIL);
    assertThat(Json.read(text).path("service").asText()).isEqualTo("main/web");
    assertThat(Json.read(text).path("images")).hasSize(30);
    assertThat(detail.path("images").path(0).path("from").asText()).hasSize(60_000);
  }
}
