package dev.slipway.cli.command;

import picocli.CommandLine.Option;

/** What every command that changes something can be given. */
final class Confirmation {
  @Option(
      names = {"-y", "--yes"},
      description = "Do it without asking.")
  private boolean given;

  @Option(names = "--dry-run", description = "Show what would be done, and do nothing.")
  private boolean dryRun;

  boolean isGiven() {
    return given;
  }

  boolean isDryRun() {
    return dryRun;
  }
}
