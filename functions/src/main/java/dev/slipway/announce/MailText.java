package dev.slipway.announce;

import dev.slipway.text.OutsideText;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A notification as text: of an e-mail, or of whatever has no subject. */
public final class MailText {
  // SNS takes 256 KB, people much less
  private static final int MAX_TEXT = 16_000;

  private MailText() {}

  /**
   * The text below a subject. It begins with what the subject had no room for: nobody has to read
   * the same line twice.
   */
  public static String belowSubject(Notification notification) {
    return text(notification, notification.headline().besideSubject());
  }

  /** The whole text, the headline first: for subscribers that get no subject. */
  public static String of(Notification notification) {
    return text(notification, Optional.of(notification.headline().line()));
  }

  /**
   * Each value is on one line that begins with its name or with a dash, so that nothing from
   * outside can look like a section of its own.
   */
  private static String text(Notification notification, Optional<String> beginning) {
    StringBuilder text = new StringBuilder();
    beginning.ifPresent(sentence -> sentence(text, sentence));
    notification.sentences().forEach(sentence -> sentence(text, sentence));
    if (!text.isEmpty()) {
      text.append('\n');
    }
    Map<String, String> facts = notification.facts();
    int width = facts.keySet().stream().mapToInt(String::length).max().orElse(0);
    facts.forEach((name, value) ->
        text.append(name)
            .append(" ".repeat(width - name.length() + 2))
            .append(OutsideText.line(value, Notification.MAX_VALUE))
            .append('\n'));
    section(text, "Services", notification.services());
    section(text, "Evidence", notification.evidence());
    section(text, "What to do next", notification.nextSteps());
    notification.links().forEach((name, link) -> text.append("\n%s: %s\n".formatted(name, link)));
    return OutsideText.cut(text.toString(), MAX_TEXT);
  }

  private static void sentence(StringBuilder text, String sentence) {
    text.append(OutsideText.line(sentence, Notification.MAX_SENTENCE)).append('\n');
  }

  private static void section(StringBuilder text, String title, List<String> lines) {
    if (lines.isEmpty()) {
      return;
    }
    text.append('\n').append(title).append('\n');
    OutsideText.lines(lines.stream().limit(Notification.MAX_LINES).toList(), Notification.MAX_LINE)
        .forEach(line -> text.append("- ").append(line).append('\n'));
  }
}
