package dev.slipway.cli.command;

/** Ends a command before its end, with a message for people. */
final class Ending extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ExitCode exitCode;

  Ending(ExitCode exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  ExitCode exitCode() {
    return exitCode;
  }
}
