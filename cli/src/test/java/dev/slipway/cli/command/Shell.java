package dev.slipway.cli.command;

import dev.slipway.cli.stack.Connection;
import dev.slipway.cli.stack.Functions;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Runs command lines against a fake stack, at noon (UTC) of a day in Berlin's winter. */
final class Shell {
  private static final Pattern ARGUMENT = Pattern.compile("'([^']*)'|(\\S+)");

  final FakeFunctions functions = new FakeFunctions();
  final FakeServiceTags tags = new FakeServiceTags();
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final List<String> echoes = new ArrayList<>();
  private final List<Connection> connections = new ArrayList<>();
  private Map<String, String> environment = Map.of();
  private Instant now = Instant.parse("2026-11-21T12:00:00Z");
  private Duration tick = Duration.ZERO;
  private String typed = "";
  private boolean terminal;
  private boolean redraws;
  private boolean colours;
  private int columns = 100;
  private @Nullable Runnable meanwhile;

  Shell environment(Map<String, String> variables) {
    environment = variables;
    return this;
  }

  /** A person sits there and types this. */
  Shell typing(String text) {
    terminal = true;
    typed = text;
    return this;
  }

  /** A second passes at each look at the clock. */
  Shell ticking() {
    tick = Duration.ofSeconds(1);
    return this;
  }

  Shell redrawing() {
    redraws = true;
    return this;
  }

  Shell inColours() {
    colours = true;
    return this;
  }

  Shell columns(int number) {
    columns = number;
    return this;
  }

  /** While the command waits next, this happens. */
  Shell meanwhile(Runnable happens) {
    meanwhile = happens;
    return this;
  }

  /** Runs a command line; 'what is quoted' stays together. */
  int run(String line) {
    return run(
        functions,
        ARGUMENT
            .matcher(line)
            .results()
            .map(match -> match.group(1) == null ? match.group(2) : match.group(1))
            .toList());
  }

  /** Runs a command with another stack's functions. */
  int run(Functions stack, List<String> arguments) {
    Terminal console =
        new Terminal(
            new BufferedReader(new StringReader(typed)),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            terminal,
            redraws,
            colours,
            columns,
            this::echoOff);
    CliContext surroundings =
        new CliContext(
            console,
            (connection, _) -> {
              connections.add(connection);
              return stack;
            },
            _ -> tags,
            environment,
            this::now,
            ZoneId.of("Europe/Berlin"),
            this::sleep);
    return Slipway.run(surroundings, arguments.toArray(String[]::new));
  }

  private Echo.Restored echoOff() {
    echoes.add("off");
    return () -> echoes.add("restored");
  }

  /** What became of the terminal's echo. */
  List<String> echoes() {
    return echoes;
  }

  private Instant now() {
    now = now.plus(tick);
    return now;
  }

  private void sleep(Duration time) {
    Runnable happens = meanwhile;
    meanwhile = null;
    if (happens != null) {
      happens.run();
    }
    now = now.plus(time);
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  Connection connection() {
    return connections.getLast();
  }
}
