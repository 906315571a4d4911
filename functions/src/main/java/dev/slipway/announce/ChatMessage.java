package dev.slipway.announce;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.text.OutsideText;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A notification as a custom notification of Amazon Q Developer in chat applications (Slack,
 * Microsoft Teams).
 *
 * @see <a href="https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html">Custom
 *     notifications</a>
 */
public final class ChatMessage {
  // chats show some hundred characters well; what is longer is in the e-mail and in the log
  private static final int MAX_TITLE = 200;
  private static final int MAX_DESCRIPTION = 3_000;
  private static final int MAX_DETAILS = 2_000;

  private static final String NO_WIDTH = "\u200b";

  private ChatMessage() {}

  /** The message. */
  public static ObjectNode of(Notification notification) {
    String title = markdown(OutsideText.line(notification.headline().line(), MAX_TITLE));
    ObjectNode message =
        JsonNodeFactory.instance.objectNode().put("version", "1.0").put("source", "custom");
    ObjectNode content =
        message
            .putObject("content")
            .put("textType", "client-markdown")
            .put("title", emoji(notification.event()) + " " + title)
            .put("description", description(notification));
    ArrayNode steps = content.putArray("nextSteps");
    notification
        .nextSteps()
        // the backticks of a command are Slipway's own
        .forEach(step -> steps.add(entities(OutsideText.line(step, Notification.MAX_LINE))));
    notification.links().forEach((name, link) -> steps.add(name + ": " + link));
    ArrayNode keywords = content.putArray("keywords");
    keywords(notification)
        .forEach(word -> keywords.add(markdown(OutsideText.line(word, Notification.MAX_VALUE))));
    ObjectNode metadata =
        message
            .putObject("metadata")
            .put("threadId", notification.thread())
            .put("summary", title)
            .put("eventType", "Deployment " + notification.event());
    notification.resources().forEach(metadata.putArray("relatedResources")::add);
    ObjectNode context = metadata.putObject("additionalContext");
    notification
        .facts()
        .forEach((name, value) ->
            context.put(name, markdown(OutsideText.line(value, Notification.MAX_VALUE))));
    return message;
  }

  private static List<String> keywords(Notification notification) {
    List<String> words = new ArrayList<>();
    Optional.ofNullable(notification.facts().get("Environment")).ifPresent(words::add);
    words.add(notification.headline().service());
    return words;
  }

  private static String emoji(String event) {
    return switch (event) {
      case "Succeeded" -> ":white_check_mark:";
      case "Failed", "Rollback Failed", "Refused" -> ":x:";
      case "Held", "Waiting" -> ":double_vertical_bar:";
      default -> ":information_source:";
    };
  }

  /** What the title does not say. */
  private static String description(Notification notification) {
    List<String> lines = new ArrayList<>();
    if (notification.headline().line().length() > MAX_TITLE) {
      notification
          .headline()
          .cause()
          .map(cause -> "Why: " + cause)
          .map(why -> markdown(OutsideText.line(why, Notification.MAX_SENTENCE)))
          .ifPresent(lines::add);
    }
    notification
        .sentences()
        .forEach(
            sentence -> lines.add(markdown(OutsideText.line(sentence, Notification.MAX_SENTENCE))));
    notification
        .facts()
        .forEach((name, value) ->
            lines.add(
                "*%s:* %s"
                    .formatted(name, markdown(OutsideText.line(value, Notification.MAX_VALUE)))));
    if (!notification.services().isEmpty()) {
      lines.add(
          "*Services:* "
              + markdown(
                  OutsideText.line(
                      String.join(", ", notification.services()), Notification.MAX_SENTENCE)));
    }
    String description = String.join("\n", fitting(lines));
    if (notification.evidence().isEmpty()) {
      return description;
    }
    String evidence =
        String.join(
                "\n",
                OutsideText.lines(
                    notification.evidence().stream().limit(Notification.MAX_LINES).toList(),
                    Notification.MAX_LINE))
            .replace('`', '\'');
    return description + "\n```\n" + entities(OutsideText.cut(evidence, MAX_DETAILS)) + "\n```";
  }

  /** As many whole lines as fit: a cut through one could split what was escaped. */
  private static List<String> fitting(List<String> lines) {
    List<String> fitting = new ArrayList<>();
    int length = 0;
    for (String line : lines) {
      length += line.length() + 1;
      if (length > MAX_DESCRIPTION) {
        fitting.add("…");
        break;
      }
      fitting.add(line);
    }
    return fitting;
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
        case '*', '~', '[', '|' -> plain.append(c).append(NO_WIDTH);
        // a command in it can still be copied
        case '`' -> plain.append('\'');
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
