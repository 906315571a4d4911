package dev.slipway.announce;

import static dev.slipway.announce.SampleNotifications.notification;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
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
          *bold* ~gone~ `code`         ¦ *_bold*_ ~_gone~_ 'code'
          a DATABASE_URL is not _set_  ¦ a DATABASE_URL is not _^set_^
          a & b                        ¦ a &amp; b
          """)
  void a_chat_shows_markup_letter_by_letter(String text, String shown) {
    String expected =
        shown.contains("^")
            ? shown.replace("^", "\u200b")
            : shown.replaceAll("(?<=[*~\\[@:|])_", "\u200b");

    assertThat(ChatMessage.markdown(text)).isEqualTo(expected);
  }

  @Test
  void evidence_cannot_end_its_fence() {
    JsonNode chat =
        ChatMessage.of(
            notification(
                "it failed", Map.of(), List.of("log: ```", "<!channel>", "<http://x|y>", "```")));

    assertThat(chat.at("/content/description").asText())
        .isEqualTo(
            """
            ECS ended the deployment after 57 s
            ```
            log: '''
            &lt;!channel&gt;
            &lt;http://x|y&gt;
            '''
            ```\
            """);
  }

  @Test
  void a_link_of_slipways_own_stays_one() {
    JsonNode chat = ChatMessage.of(notification("it failed", Map.of(), List.of()));

    assertThat(chat.at("/content/nextSteps/1").asText())
        .isEqualTo("Service: https://us-east-1.console.aws.amazon.com/ecs/v2");
  }

  /** Log lines, names and notes of strangers, wherever they get into a message. */
  @ParameterizedTest
  @CsvSource({
    "'<!channel>', '<!channel>'",
    "'<@U012AB3CD>', '<@U012AB3CD>'",
    "'<https://evil.example|click>', '<https://evil.example|click>'",
    "'[click](https://evil.example)', '[click]('",
    "'@here', '@here'",
    "'*bold*', '*bold*'",
    "'```', '```'",
    "'password=hunter2', 'hunter2'",
    "'\u001b[31mred', '\u001b'",
    "'\u202ereversed', '\u202e'",
    "'\u2028line', '\u2028'",
  })
  void no_text_from_outside_is_markup_anywhere(String hostile, String harmful) {
    JsonNode chat =
        ChatMessage.of(
            notification(
                hostile, Map.of("Environment", hostile), List.of("log of web: " + hostile)));

    String[] description = chat.at("/content/description").asText().split("\n```\n?", -1);
    assertThat(description).as("a text, a fence, and nothing after it").hasSize(3);
    assertThat(description[0]).doesNotContain(harmful);
    // within a fence only these are markup
    assertThat(description[1]).doesNotContain("<", ">", "```", "hunter2", "\u001b", "\u202e");
    assertThat(description[2]).isEmpty();
    assertThat(chat.at("/content/title").asText()).doesNotContain(harmful);
    assertThat(chat.at("/content/keywords/0").asText()).doesNotContain(harmful);
    assertThat(chat.at("/metadata/summary").asText()).doesNotContain(harmful);
    assertThat(chat.at("/metadata/additionalContext/Environment").asText()).doesNotContain(harmful);
  }

  @Test
  void a_command_in_a_reason_can_be_copied() {
    assertThat(ChatMessage.markdown("To go on: `slipway resume main/web_1`"))
        .isEqualTo("To go on: 'slipway resume main/web_1'");
  }

  @Test
  void the_longest_message_is_one_that_chats_take() {
    JsonNode chat =
        ChatMessage.of(
            notification(
                "&".repeat(5_000),
                Map.of("Environment", "&".repeat(5_000)),
                Collections.nCopies(500, "&".repeat(5_000))));

    assertThat(chat.at("/content/title").asText()).hasSizeLessThan(3_000);
    assertThat(chat.at("/content/description").asText()).hasSizeLessThan(16_000);
  }
}
