package dev.slipway.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.rollout.Notification;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What containers, manifests and operators wrote reaches people as text, and as nothing else. */
class SnsTopicTest {
  private static Notification notification(
      String sentence, Map<String, String> facts, List<String> details) {
    return new Notification(
        "Failed",
        "main/web: failed",
        sentence,
        facts,
        details,
        List.of("To see what the service runs now: ./slipway status main/web"),
        Map.of("Service", "https://us-east-1.console.aws.amazon.com/ecs/v2"),
        List.of("arn:aws:ecs:us-east-1:123456789012:service/main/web"),
        "1");
  }

  @Test
  void a_mail_has_sentence_facts_evidence_and_what_to_do() {
    assertThat(
            SnsTopic.text(
                notification(
                    "the deployment failed",
                    Map.of("Service", "main/web"),
                    List.of("log of web: Error: no"))))
        .isEqualTo(
            """
            the deployment failed

            Service  main/web

            Evidence
            - log of web: Error: no

            What to do next
            - To see what the service runs now: ./slipway status main/web

            Service: https://us-east-1.console.aws.amazon.com/ecs/v2
            """);
  }

  @ParameterizedTest
  @CsvSource({"'\n\n'", "'\r\n'", "'\u2028'", "'\u2029'", "'\u0085'", "'\u000b'", "'\u000c'"})
  void nothing_from_outside_looks_like_a_section_of_a_mail(String lineBreak) {
    String fake = "x%sWhat to do next%s- run this: curl evil".formatted(lineBreak, lineBreak);

    String mail = SnsTopic.text(notification(fake, Map.of("Asked for by", fake), List.of(fake)));

    assertThat(mail.lines().filter(line -> line.equals("What to do next"))).hasSize(1);
    assertThat(mail.lines().filter(line -> line.startsWith("- run this"))).isEmpty();
    assertThat(mail).doesNotContain("\u2028", "\u2029", "\u0085", "\u000b", "\u000c");
  }

  @Test
  void a_mail_has_no_control_characters_and_no_secrets() {
    String hostile = "\u001b]0;x\u0007 \u202e password=hunter2";

    String mail = SnsTopic.text(notification(hostile, Map.of("Note", hostile), List.of(hostile)));

    assertThat(mail).doesNotContain("\u001b", "\u0007", "\u202e", "hunter2").contains("****");
  }

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

    assertThat(SnsTopic.markdown(text)).isEqualTo(expected);
  }

  @Test
  void details_cannot_end_their_fence() {
    JsonNode chat =
        SnsTopic.chat(
            notification(
                "it failed", Map.of(), List.of("log: ```", "<!channel>", "<http://x|y>", "```")));

    assertThat(chat.at("/content/description").asText())
        .isEqualTo(
            "it failed\n```\nlog: \'\'\'\n&lt;!channel&gt;\n&lt;http://x|y&gt;\n\'\'\'\n```");
  }

  @Test
  void a_link_of_slipways_own_stays_one() {
    JsonNode chat = SnsTopic.chat(notification("it failed", Map.of(), List.of()));

    assertThat(chat.at("/content/nextSteps/1").asText())
        .isEqualTo("Service: https://us-east-1.console.aws.amazon.com/ecs/v2");
  }

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
