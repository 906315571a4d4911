package dev.slipway.aws;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.rollout.Notification;
import dev.slipway.text.OutsideText;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.sns.SnsClient;

/**
 * Notifies people through a topic of Amazon SNS: those who are sent e-mail by a text, those behind
 * HTTPS by a custom notification of Amazon Q Developer in chat applications (Slack, Microsoft
 * Teams), everybody else by the text as well.
 *
 * @see <a href="https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html">Custom
 *     notifications</a>
 * @see <a href="https://docs.aws.amazon.com/sns/latest/api/API_Publish.html">MessageStructure of
 *     Publish</a>
 */
public final class SnsTopic {
  // chats show some hundred characters well; what is longer is in the e-mail and in the log
  private static final int MAX_DESCRIPTION = 3_000;
  private static final int MAX_DETAILS_IN_CHAT = 2_000;
  // SNS takes 256 KB, people much less
  private static final int MAX_TEXT = 16_000;
  private static final int MAX_SENTENCE = 1_500;
  private static final int MAX_VALUE = 500;
  private static final int MAX_LINE = 500;
  private static final int MAX_LINES = 80;

  private static final String NO_WIDTH = "\u200b";

  private final SnsClient client;
  private final String topicArn;

  /**
   * @param client from {@link Clients}
   */
  public SnsTopic(SnsClient client, String topicArn) {
    this.client = client;
    this.topicArn = topicArn;
  }

  /** Tells people, each by the format that they read, or throws. */
  public void publish(Notification notification) {
    AwsErrors.permitted(
        "sns:Publish",
        topicArn,
        () ->
            client.publish(r ->
                r.topicArn(topicArn)
                    .subject(notification.title())
                    .messageStructure("json")
                    .message(Json.text(message(notification)))));
  }

  /** The message by protocol, within the 256 KB that SNS takes. */
  static ObjectNode message(Notification notification) {
    String text = text(notification);
    return Json.object()
        .put("default", text)
        .put("email", text)
        .put("https", Json.text(chat(notification)));
  }

  /**
   * The text of an e-mail. Each value is on one line that begins with its name or with a dash, so
   * that nothing from outside can look like a section of its own.
   */
  static String text(Notification notification) {
    StringBuilder text =
        new StringBuilder(OutsideText.line(notification.sentence(), MAX_SENTENCE)).append("\n\n");
    Map<String, String> facts = notification.facts();
    int width = facts.keySet().stream().mapToInt(String::length).max().orElse(0);
    facts.forEach((name, value) ->
        text.append(name)
            .append(" ".repeat(width - name.length() + 2))
            .append(OutsideText.line(value, MAX_VALUE))
            .append('\n'));
    section(text, "Evidence", notification.details());
    section(text, "What to do next", notification.nextSteps());
    notification.links().forEach((name, link) -> text.append("\n%s: %s\n".formatted(name, link)));
    return OutsideText.cut(text.toString(), MAX_TEXT);
  }

  private static void section(StringBuilder text, String title, List<String> lines) {
    if (lines.isEmpty()) {
      return;
    }
    text.append('\n').append(title).append('\n');
    OutsideText.lines(lines.stream().limit(MAX_LINES).toList(), MAX_LINE)
        .forEach(line -> text.append("- ").append(line).append('\n'));
  }

  static ObjectNode chat(Notification notification) {
    ObjectNode message = Json.object().put("version", "1.0").put("source", "custom");
    ObjectNode content =
        message
            .putObject("content")
            .put("textType", "client-markdown")
            .put("title", emoji(notification.event()) + " " + markdown(notification.title()))
            .put("description", description(notification));
    ArrayNode steps = content.putArray("nextSteps");
    notification.nextSteps().forEach(step -> steps.add(entities(OutsideText.line(step, MAX_LINE))));
    notification.links().forEach((name, link) -> steps.add(name + ": " + link));
    Map<String, String> facts = notification.facts();
    ArrayNode keywords = content.putArray("keywords");
    for (String name : new String[] {"Environment", "Service"}) {
      String value = facts.get(name);
      if (value != null) {
        keywords.add(markdown(OutsideText.line(value, MAX_VALUE)));
      }
    }
    ObjectNode metadata =
        message
            .putObject("metadata")
            .put("threadId", notification.thread())
            .put("summary", markdown(notification.title()))
            .put("eventType", "Deployment " + notification.event());
    notification.resources().forEach(metadata.putArray("relatedResources")::add);
    ObjectNode context = metadata.putObject("additionalContext");
    facts.forEach((name, value) -> context.put(name, markdown(OutsideText.line(value, MAX_VALUE))));
    return message;
  }

  private static String emoji(String event) {
    return switch (event) {
      case "Succeeded" -> ":white_check_mark:";
      case "Failed", "Rolled Back" -> ":x:";
      case "Held" -> ":double_vertical_bar:";
      default -> ":information_source:";
    };
  }

  private static String description(Notification notification) {
    StringBuilder text =
        new StringBuilder(markdown(OutsideText.line(notification.sentence(), MAX_SENTENCE)));
    notification
        .facts()
        .forEach((name, value) ->
            text.append("\n*")
                .append(name)
                .append(":* ")
                .append(markdown(OutsideText.line(value, MAX_VALUE))));
    String description = OutsideText.cut(text.toString(), MAX_DESCRIPTION);
    if (notification.details().isEmpty()) {
      return description;
    }
    String details =
        String.join(
                "\n",
                OutsideText.lines(
                    notification.details().stream().limit(MAX_LINES).toList(), MAX_LINE))
            .replace('`', '\'');
    return description
        + "\n```\n"
        + entities(OutsideText.cut(details, MAX_DETAILS_IN_CHAT))
        + "\n```";
  }

  /**
   * Text as a chat's markdown shows it letter by letter. Slack knows no escape but for three
   * characters, and neither product can be told to leave links and mentions alone, so that marks
   * are parted from what they would mark by a blank of no width.
   *
   * @see <a href="https://docs.slack.dev/messaging/formatting-message-text#escaping">Escaping text
   *     in Slack</a>
   */
  static String markdown(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean wordBefore = i > 0 && Character.isLetterOrDigit(text.charAt(i - 1));
      boolean wordAfter = i + 1 < text.length() && Character.isLetterOrDigit(text.charAt(i + 1));
      switch (c) {
        case '*', '~', '`', '[', '|' -> plain.append(c).append(NO_WIDTH);
        // within a word it marks nothing: DATABASE_URL can still be copied
        case '_' -> plain.append(wordBefore && wordAfter ? "_" : "_" + NO_WIDTH);
        // of a mention, not of web@sha256:…
        case '@' -> plain.append(wordBefore ? "@" : "@" + NO_WIDTH);
        // of an address
        case ':' -> plain.append(text.startsWith("://", i) ? ":" + NO_WIDTH : ":");
        default -> plain.append(c);
      }
    }
    return entities(plain.toString());
  }

  private static String entities(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
