package dev.slipway.cli.command;

import picocli.CommandLine.Option;

/** Whether a command shows what a cause was found from. */
final class Details {
  @Option(
      names = "--details",
      description = "Also the evidence: stopped tasks, ECS's messages, the last log lines.")
  private boolean wanted;

  boolean areWanted() {
    return wanted;
  }
}
