package dev.slipway.cli.command;

import picocli.CommandLine.Mixin;

/** A command that changes something: previewed, confirmed, done. */
abstract class ChangeCommand extends StackCommand implements Change {
  @Mixin private Confirmation consent = new Confirmation();

  ChangeCommand(Slipway slipway) {
    super(slipway);
  }

  @Override
  final ExitCode run(Session session) {
    session.make(this, consent);
    return ExitCode.DONE;
  }
}
