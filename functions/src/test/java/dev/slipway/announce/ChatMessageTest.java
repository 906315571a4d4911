package dev.slipway.announce;

import static dev.slipway.announce.SampleNotifications.notification;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What containers, manifests and operators wrote reaches chats as text, and as nothing else. */
class ChatMessageTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '¦',
      textBlock =
          """
          <!channel> look              ¦ &lt;!channel&gt; look
          <https://evil.example|click> ¦ &lt;https:_//evil.example|_click&gt;
          [click](https://evil)        ¦ [_click](https:_//evil)
          @here and @channel           ¦ @_here and @_channel
          web@sha256:ab                ¦ web@sha256:ab
          *bold* ~gone~ `code`         ¦ *_bold*_ ~_gone~_ `_code`_
          a DATABASE_URL is not _set_  ¦ a DATABASE_URL is not _^set_^
          a & b                        ¦ a &amp; b
          """)
  void a_chat_shows_markup_letter_by_letter(String text, String shown) {
    String expected =
        shown.contains("^")
            ? shown.replace("^", "\u200b")
            : shown.replaceAll("(?<=[*~`\\[@:|])_", "\u200b");

    assertThat(ChatMessage.markdown(text)).isEqualTo(expected);
  }

  @Test
  void details_cannot_end_their_fence() {
    JsonNode chat =
        ChatMessage.of(
            notification(
                "it failed", Map.of(), List.of("log: ```", "<!channel>", "<http://x|y>", "```")));

    assertThat(chat.at("/content/description").asText())
        .isEqualTo(
            "it failed\n```\nlog: \'\'\'\n&lt;!channel&gt;\n&lt;http://x|y&gt;\n\'\'\'\n```");
  }

  @Test
  void a_link_of_slipways_own_stays_one() {
    JsonNode chat = ChatMessage.of(notification("it failed", Map.of(), List.of()));

    assertThat(chat.at("/content/nextSteps/1").asText())
        .isEqualTo("Service: https://us-east-1.console.aws.amazon.com/ecs/v2");
  }
}
