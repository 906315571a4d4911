package dev.slipway.contract;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** moto's server, a process on a free port of the loopback address. */
final class Moto implements AutoCloseable {
  private static final Pattern STARTED =
      Pattern.compile("Running on (http://127\\.0\\.0\\.1:\\d+)");

  private final Process process;
  private final URI uri;

  private Moto(Process process, URI uri) {
    this.process = process;
    this.uri = uri;
  }

  /** Where it is installed, if it is. */
  static Optional<Path> executable() {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.concat(
            Stream.of("../.venv/bin"), Arrays.stream(path.split(File.pathSeparator, -1)))
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory, "moto_server"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Starts it and waits until it listens. */
  static Moto start(Path executable) throws IOException {
    Process process =
        new ProcessBuilder(List.of(executable.toString(), "-H", "127.0.0.1", "-p", "0"))
            .redirectErrorStream(true)
            .start();
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    StringBuilder said = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      said.append(line).append('\n');
      Matcher started = STARTED.matcher(line);
      if (started.find()) {
        drain(output);
        return new Moto(process, URI.create(started.group(1)));
      }
    }
    throw new IOException(executable + " ended before it listened:\n" + said);
  }

  /** It would stop when nobody reads what it logs. */
  private static void drain(BufferedReader output) {
    Thread.ofVirtual()
        .start(() -> {
          try (output) {
            output.transferTo(Writer.nullWriter());
          } catch (IOException _) {
            return; // it has ended
          }
        });
  }

  /** For AWS_ENDPOINT_URL. */
  URI uri() {
    return uri;
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
