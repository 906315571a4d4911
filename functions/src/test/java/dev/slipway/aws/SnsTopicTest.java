package dev.slipway.aws;

import static dev.slipway.announce.SampleNotifications.notification;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SnsTopicTest {
  /** SNS takes 256 KB: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
  @ParameterizedTest
  @CsvSource({"x", "\u4e16", "\"", "\\", "&", "*", "'\u001b'", "'\ud83d'"})
  void the_longest_notification_is_one_that_sns_takes(String character) {
    String text = character.repeat(4_000);
    Map<String, String> facts = new LinkedHashMap<>();
    for (int i = 0; i < 24; i++) {
      facts.put("Image of container " + i, text);
    }

    String message =
        Json.text(SnsTopic.message(notification(text, facts, Collections.nCopies(100, text))));

    assertThat(message.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(256 * 1_024);
  }
}
