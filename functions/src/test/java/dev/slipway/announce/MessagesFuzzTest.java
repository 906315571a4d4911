package dev.slipway.announce;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.aws.Json;
import dev.slipway.text.Hostile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What containers, ECS and operators wrote, in all that is made of it for people. */
class MessagesFuzzTest {
  private static final int MAX_MAIL = 16_000;
  private static final int MAX_CHAT = 20_000;

  @FuzzTest
  void whatever_is_told_is_safe(byte[] input) throws Exception {
    String text = Hostile.text(input);
    Notification notification =
        SampleNotifications.notification(
            text, Map.of("Asked for by", text), List.of(text, "log of web: " + text));
    Headline headline =
        new Headline(text, Optional.of(text), "failed, rolling back", Optional.of(text));

    for (Headline each : List.of(headline, notification.headline())) {
      String subject = each.subject();
      Hostile.requireLine(subject, Headline.MAX_SUBJECT);
      Hostile.require(subject.chars().allMatch(c -> c >= ' ' && c <= '~'), "no ASCII", subject);
    }
    for (String mail : List.of(MailText.of(notification), MailText.belowSubject(notification))) {
      Hostile.requireShown(mail, MAX_MAIL);
      Hostile.require(
          mail.lines().filter(line -> line.equals("What to do next")).count() <= 1,
          "a section of somebody else",
          mail);
    }
    JsonNode chat = ChatMessage.of(notification);
    String sent = Json.text(chat);
    Hostile.require(sent.length() <= MAX_CHAT, "too long", sent);
    Hostile.require(Json.read(sent).equals(chat), "it is read as something else", sent);
    for (String shown : texts(chat)) {
      // Slipway's own, so that nothing is marked
      Hostile.requireShown(shown.replace("\u200b", ""), MAX_CHAT);
      Hostile.require(!shown.contains("<") && !shown.contains("<!"), "it has markup", shown);
    }
    String description = chat.path("content").path("description").asText();
    Hostile.require(
        description.split("```", -1).length == 3, "the evidence ends early", description);
  }

  private static List<String> texts(JsonNode node) {
    if (node.isTextual()) {
      return List.of(node.textValue());
    }
    List<String> texts = new ArrayList<>();
    node.forEach(each -> texts.addAll(texts(each)));
    return texts;
  }
}
