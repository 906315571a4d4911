package dev.slipway.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.InstantSource;
import java.util.function.Consumer;

/**
 * The log: one JSON object for each line, as CloudWatch Logs Insights reads it. The members {@code
 * timestamp}, {@code level} and {@code message} are those of Lambda's own JSON log lines.
 */
public final class Log {
  private final Consumer<String> lines;
  private final InstantSource clock;

  /**
   * @param lines takes each line, without its end; on Lambda that is standard output
   */
  public Log(Consumer<String> lines, InstantSource clock) {
    this.lines = lines;
    this.clock = clock;
  }

  /** Writes a line. */
  public void info(String message, ObjectNode members) {
    write("INFO", message, members);
  }

  /** Writes a line about something that a person should look at some time. */
  public void warn(String message, ObjectNode members) {
    write("WARN", message, members);
  }

  /** Writes a line about something that failed, with the stack trace. */
  public void error(String message, ObjectNode members, Throwable failure) {
    StringWriter stack = new StringWriter();
    failure.printStackTrace(new PrintWriter(stack, true));
    ObjectNode whole = members.deepCopy();
    whole.put("errorType", failure.getClass().getName());
    whole.put("stackTrace", stack.toString());
    write("ERROR", message, whole);
  }

  private void write(String level, String message, ObjectNode members) {
    ObjectNode line = Json.object();
    line.put("timestamp", clock.instant().toString());
    line.put("level", level);
    line.put("message", message);
    line.setAll(members);
    lines.accept(Json.text(line));
  }

  /** The time by which lines are stamped. */
  InstantSource clock() {
    return clock;
  }
}
