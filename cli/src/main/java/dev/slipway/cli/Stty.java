package dev.slipway.cli;

import dev.slipway.cli.command.Echo;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

/**
 * The echo of the terminal that the command was started from, by {@code stty} as POSIX has it. In
 * the background the terminal belongs to another process: setting it there stops this one.
 */
final class Stty implements Echo {
  private static final File TERMINAL = new File("/dev/tty");
  private static final List<String> STATE =
      List.of("ps", "-o", "stat=", "-p", Long.toString(ProcessHandle.current().pid()));

  private final Function<List<String>, Optional<String>> programs;

  Stty() {
    this(Stty::run);
  }

  /**
   * @param programs runs one, and has what it says; empty where it fails, or there is none
   */
  Stty(Function<List<String>, Optional<String>> programs) {
    this.programs = programs;
  }

  /** Also where the command is ended by Ctrl-C. */
  @Override
  public Restored off() {
    Optional<String> before = isInForeground() ? stty("-g") : Optional.empty();
    if (before.isEmpty()) {
      return () -> {}; // what is typed shows: no more than that
    }
    AtomicBoolean done = new AtomicBoolean();
    Runnable restore =
        () -> {
          if (!done.get() && isInForeground() && stty(before.get()).isPresent()) {
            done.set(true);
          }
        };
    // before the echo is off: from then on Ctrl-C may come at any time
    Runtime.getRuntime().addShutdownHook(new Thread(restore, "echo"));
    if (stty("-echo").isEmpty()) {
      done.set(true);
    }
    return restore::run;
  }

  private boolean isInForeground() {
    return programs.apply(STATE).filter(state -> state.contains("+")).isPresent();
  }

  private Optional<String> stty(String argument) {
    return programs.apply(List.of("stty", argument));
  }

  private static Optional<String> run(List<String> command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectInput(TERMINAL)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String says =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return process.waitFor() == 0 ? Optional.of(says) : Optional.empty();
    } catch (IOException _) {
      return Optional.empty();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
