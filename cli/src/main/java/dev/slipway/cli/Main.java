package dev.slipway.cli;

import dev.slipway.cli.aws.EcsServiceTags;
import dev.slipway.cli.aws.LambdaFunctions;
import dev.slipway.cli.command.CliContext;
import dev.slipway.cli.command.Echo;
import dev.slipway.cli.command.Slipway;
import dev.slipway.cli.command.Terminal;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;

/** {@code ./slipway}. The launcher tells what Java cannot find out by itself. */
public final class Main {
  /** Which of 0 (in), 1 (out), 2 (error) are terminals: the launcher's {@code [ -t N ]}. */
  private static final String TERMINALS = "slipway.terminals";

  /** Of the terminal. */
  private static final String COLUMNS = "slipway.columns";

  private static final int USUAL_COLUMNS = 100;
  private static final int MIN_COLUMNS = 20;

  private Main() {}

  /** Runs one command. */
  public static void main(String[] arguments) {
    Map<String, String> environment = System.getenv();
    CliContext surroundings =
        new CliContext(
            terminal(environment),
            (connection, notices) -> new LambdaFunctions(connection, notices, Main::sleep),
            EcsServiceTags::new,
            environment,
            InstantSource.system(),
            ZoneId.systemDefault(),
            Main::sleep);
    System.exit(Slipway.run(surroundings, arguments));
  }

  private static Terminal terminal(Map<String, String> environment) {
    List<String> terminals = List.of(System.getProperty(TERMINALS, "").split(","));
    boolean drawn = terminals.contains("1") && !"dumb".equals(environment.get("TERM"));
    return new Terminal(
        new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())),
        utf8(FileDescriptor.out),
        utf8(FileDescriptor.err),
        terminals.contains("0") && terminals.contains("2"),
        drawn,
        drawn && environment.getOrDefault("NO_COLOR", "").isEmpty(),
        terminals.contains("1") ? columns() : USUAL_COLUMNS,
        terminals.contains("0") && drawn ? new Stty() : Echo.NONE);
  }

  /** Terminals that do not know their width say 0. */
  private static int columns() {
    int told = Integer.getInteger(COLUMNS, USUAL_COLUMNS);
    return told < MIN_COLUMNS ? USUAL_COLUMNS : told;
  }

  /** Whatever the locale is: marks and arrows are more than ASCII. */
  private static PrintStream utf8(FileDescriptor stream) {
    return new PrintStream(new FileOutputStream(stream), true, StandardCharsets.UTF_8);
  }

  private static void sleep(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
