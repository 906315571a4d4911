package dev.slipway.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.slipway.simulator.world.Journal;
import dev.slipway.simulator.world.World;
import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Prints a line for everything that happens: simulated time (UTC), topic, what. Of a function's
 * JSON log it prints level and message. It prints on a thread of its own, since things happen under
 * the world's lock and a terminal may be slow.
 */
final class JournalPrinter implements Journal, AutoCloseable {
  private record Entry(Instant time, String topic, String line) {}

  private static final JsonMapper JSON = new JsonMapper();
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final String RESET = "\u001b[0m";
  private static final String DIM = "\u001b[2m";
  private static final Map<String, String> COLOURS =
      Map.of(
          "ecr", "\u001b[36m",
          "ecs", "\u001b[32m",
          "events", "\u001b[35m",
          "sqs", "\u001b[33m",
          "sns", "\u001b[33m",
          "lambda", "\u001b[34m",
          "iam", "\u001b[31m");

  private final World world;
  private final PrintStream out;
  private final boolean colours;
  private final BlockingQueue<Entry> entries = new LinkedBlockingQueue<>();
  private final Thread printing = Thread.ofPlatform().name("journal").daemon().unstarted(this::run);

  /** Prints in colours if it is asked to. */
  JournalPrinter(World world, PrintStream out, boolean colours) {
    this.world = world;
    this.out = out;
    this.colours = colours;
    printing.start();
  }

  @Override
  public void note(String topic, String line) {
    entries.add(new Entry(world.now(), topic, line));
  }

  private void run() {
    try {
      while (true) {
        print(entries.take());
      }
    } catch (InterruptedException _) {
      for (Entry left = entries.poll(); left != null; left = entries.poll()) {
        print(left);
      }
    }
  }

  private void print(Entry entry) {
    String time = TIME.format(entry.time());
    String topic = String.format(Locale.ROOT, "%-6s", entry.topic());
    String line = readable(entry.line());
    out.println(
        colours
            ? DIM
                + time
                + RESET
                + " "
                + COLOURS.getOrDefault(entry.topic(), "")
                + topic
                + RESET
                + " "
                + line
            : time + " " + topic + " " + line);
    if (entries.isEmpty()) {
      out.flush();
    }
  }

  /** A line that ends in JSON with a message, with the level and the message instead. */
  static String readable(String line) {
    int brace = line.indexOf('{');
    if (brace < 0 || !line.endsWith("}")) {
      return line;
    }
    try {
      JsonNode json = JSON.readTree(line.substring(brace));
      JsonNode message = json.path("message");
      return message.isTextual()
          ? line.substring(0, brace) + json.path("level").asText("") + " " + message.asText()
          : line;
    } catch (JsonProcessingException _) {
      return line; // it only looked like JSON
    }
  }

  /** Prints what is left. */
  @Override
  public void close() {
    printing.interrupt();
    try {
      printing.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
