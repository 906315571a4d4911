package dev.slipway.announce;

import dev.slipway.text.OutsideText;
import java.util.List;
import java.util.Map;

/** A notification as the text of an e-mail. */
public final class MailText {
  // SNS takes 256 KB, people much less
  private static final int MAX_TEXT = 16_000;

  private MailText() {}

  /**
   * The text. Each value is on one line that begins with its name or with a dash, so that nothing
   * from outside can look like a section of its own.
   */
  public static String of(Notification notification) {
    StringBuilder text =
        new StringBuilder(OutsideText.line(notification.sentence(), Notification.MAX_SENTENCE))
            .append("\n\n");
    Map<String, String> facts = notification.facts();
    int width = facts.keySet().stream().mapToInt(String::length).max().orElse(0);
    facts.forEach((name, value) ->
        text.append(name)
            .append(" ".repeat(width - name.length() + 2))
            .append(OutsideText.line(value, Notification.MAX_VALUE))
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
    OutsideText.lines(lines.stream().limit(Notification.MAX_LINES).toList(), Notification.MAX_LINE)
        .forEach(line -> text.append("- ").append(line).append('\n'));
  }
}
