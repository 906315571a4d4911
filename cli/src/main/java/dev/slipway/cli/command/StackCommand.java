package dev.slipway.cli.command;

import java.util.concurrent.Callable;

/** A command that talks to the stack. */
abstract class StackCommand implements Callable<Integer> {
  private final Slipway slipway;

  StackCommand(Slipway slipway) {
    this.slipway = slipway;
  }

  /** Runs it, and gives what it ends with. */
  abstract ExitCode run(Session session);

  @Override
  public final Integer call() {
    try (Session session = slipway.open()) {
      return run(session).number();
    }
  }
}
