package dev.slipway.simulator.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Who is on call: types commands, and reads what they say. */
final class Operator {
  private final Path command;
  private final Map<String, String> environment;
  private final PrintStream out;

  /**
   * At a keyboard.
   *
   * @param command {@code ./slipway}
   * @param environment by which it finds AWS
   * @param out where what it says is shown as well
   */
  Operator(Path command, Map<String, String> environment, PrintStream out) {
    this.command = command;
    this.environment = environment;
    this.out = out;
  }

  /**
   * Runs {@code slipway} with these arguments.
   *
   * @return what it says
   * @throws IllegalStateException if it does not end with 0
   */
  String slipway(String... arguments) {
    out.println("  $ slipway " + String.join(" ", arguments));
    List<String> line = new ArrayList<>(List.of(command.toString()));
    line.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
    builder.environment().putAll(environment);
    builder.environment().keySet().removeAll(List.of("AWS_PROFILE", "SLIPWAY_STACK", "MAKEFLAGS"));
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      said.lines().forEach(text -> out.println(("  " + text).stripTrailing()));
      if (process.waitFor() != 0) {
        throw new IllegalStateException("slipway ended with " + process.exitValue());
      }
      return said;
    } catch (IOException e) {
      throw new IllegalStateException(command + " cannot be run", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
