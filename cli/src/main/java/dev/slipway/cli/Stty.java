package dev.slipway.cli;

import dev.slipway.cli.command.Echo;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** The echo of the terminal that the command was started from, by {@code stty} as POSIX has it. */
final class Stty implements Echo {
  private static final File TERMINAL = new File("/dev/tty");

  /** Also where the command is ended by Ctrl-C. */
  @Override
  public Restored off() {
    Optional<String> before = run("-g");
    if (before.isEmpty() || run("-echo").isEmpty()) {
      return () -> {}; // what is typed shows: no more than that
    }
    AtomicBoolean done = new AtomicBoolean();
    Runnable restore =
        () -> {
          if (!done.getAndSet(true)) {
            run(before.get());
          }
        };
    Thread atEnd = new Thread(restore, "echo");
    Runtime.getRuntime().addShutdownHook(atEnd);
    return restore::run;
  }

  /** What it says; empty where there is no terminal, or no such program. */
  private static Optional<String> run(String argument) {
    try {
      Process process =
          new ProcessBuilder("stty", argument)
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
