package dev.slipway.simulator.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who is on call: types commands, and reads what they say. */
final class Operator {
  private static final ObjectMapper MAPPER = JsonMapper.builder().build();

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
    try {
      Process process = command(arguments).redirectErrorStream(true).start();
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

  private ProcessBuilder command(String... arguments) {
    List<String> line = new ArrayList<>(List.of(command.toString()));
    line.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().putAll(environment);
    builder.environment().keySet().removeAll(List.of("AWS_PROFILE", "SLIPWAY_STACK", "MAKEFLAGS"));
    return builder;
  }

  /** {@code slipway dashboard}, until it is closed. */
  record Dashboard(Process process, String url) implements AutoCloseable {
    @Override
    public void close() {
      process.destroy();
    }
  }

  /**
   * Opens the dashboard.
   *
   * @throws IllegalStateException if it ends at once
   */
  Dashboard dashboard() throws IOException {
    Process process =
        command("dashboard", "--output", "json")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    @Nullable String line = process.inputReader(StandardCharsets.UTF_8).readLine();
    if (line == null) {
      throw new IllegalStateException("slipway dashboard ended at once");
    }
    return new Dashboard(process, MAPPER.readTree(line).path("url").asText());
  }
}
