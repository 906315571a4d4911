package dev.slipway.aws;

import dev.slipway.rollout.Notification;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
  private static final int LONGEST_DESCRIPTION = 3_000;
  // SNS takes 256 KB, people much less
  private static final int LONGEST_TEXT = 20_000;

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
    String text = cut(text(notification), LONGEST_TEXT);
    ObjectNode byProtocol =
        Json.object()
            .put("default", text)
            .put("email", text)
            .put("https", Json.text(chat(notification)));
    AwsErrors.permitted(
        "sns:Publish",
        topicArn,
        () ->
            client.publish(r ->
                r.topicArn(topicArn)
                    .subject(notification.title())
                    .messageStructure("json")
                    .message(Json.text(byProtocol))));
  }

  static String text(Notification notification) {
    StringBuilder text = new StringBuilder(notification.sentence()).append("\n\n");
    Map<String, String> facts = notification.facts();
    int width = facts.keySet().stream().mapToInt(String::length).max().orElse(0);
    facts.forEach((name, value) ->
        text.append(name).append(" ".repeat(width - name.length() + 2)).append(value).append('\n'));
    section(text, "What this rests on", notification.details());
    section(text, "What to do next", notification.nextSteps());
    notification.links().forEach((name, link) -> text.append("\n%s: %s\n".formatted(name, link)));
    return text.toString();
  }

  private static void section(StringBuilder text, String title, Iterable<String> lines) {
    StringBuilder list = new StringBuilder();
    lines.forEach(line -> list.append("- ").append(line).append('\n'));
    if (!list.isEmpty()) {
      text.append('\n').append(title).append('\n').append(list);
    }
  }

  static ObjectNode chat(Notification notification) {
    ObjectNode message = Json.object().put("version", "1.0").put("source", "custom");
    ObjectNode content =
        message
            .putObject("content")
            .put("textType", "client-markdown")
            .put("title", emoji(notification.event()) + " " + notification.title())
            .put("description", description(notification));
    ArrayNode steps = content.putArray("nextSteps");
    notification.nextSteps().forEach(steps::add);
    notification.links().forEach((name, link) -> steps.add(name + ": " + link));
    Map<String, String> facts = notification.facts();
    ArrayNode keywords = content.putArray("keywords");
    for (String name : new String[] {"Environment", "Service"}) {
      String value = facts.get(name);
      if (value != null) {
        keywords.add(value);
      }
    }
    ObjectNode metadata =
        message
            .putObject("metadata")
            .put("threadId", notification.thread())
            .put("summary", notification.title())
            .put("eventType", "Deployment " + notification.event());
    notification.resources().forEach(metadata.putArray("relatedResources")::add);
    facts.forEach(metadata.putObject("additionalContext")::put);
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
    StringBuilder text = new StringBuilder(notification.sentence());
    notification
        .facts()
        .forEach((name, value) -> text.append("\n*").append(name).append(":* ").append(value));
    if (!notification.details().isEmpty()) {
      text.append("\n```\n").append(String.join("\n", notification.details()));
      return cut(text.toString(), LONGEST_DESCRIPTION) + "\n```";
    }
    return cut(text.toString(), LONGEST_DESCRIPTION);
  }

  private static String cut(String text, int longest) {
    return text.length() <= longest ? text : text.substring(0, longest) + "…";
  }
}
