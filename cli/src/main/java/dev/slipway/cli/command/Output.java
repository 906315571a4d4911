package dev.slipway.cli.command;

/** How answers are printed. */
enum Output {
  /** For people. */
  table,
  /** For scripts: the function's answer as it is. */
  json
}
