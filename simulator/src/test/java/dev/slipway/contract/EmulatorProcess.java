package dev.slipway.contract;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** An emulator's server, a process on a free port of the loopback address. */
final class EmulatorProcess implements AutoCloseable {
  private static final Pattern STARTED =
      Pattern.compile("Running on (http://127\\.0\\.0\\.1:\\d+)");

  private final Process process;
  private final URI uri;

  private EmulatorProcess(Process process, URI uri) {
    this.process = process;
    this.uri = uri;
  }

  /** Where a command is installed, if it is: in .venv (make tools) or on PATH. */
  static Optional<Path> executable(String command) {
    String path = System.getenv().getOrDefault("PATH", "");
    return Stream.concat(
            Stream.of("../.venv/bin"), Arrays.stream(path.split(File.pathSeparator, -1)))
        .filter(directory -> !directory.isEmpty())
        .map(directory -> Path.of(directory, command))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Starts moto and waits until it listens. */
  static EmulatorProcess moto(Path executable) throws IOException {
    return start(new ProcessBuilder(executable.toString(), "-H", "127.0.0.1", "-p", "0"));
  }

  /** Starts MiniStack and waits until it listens. */
  static EmulatorProcess miniStack(Path executable) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(executable.toString());
    // without the first two it also listens on every interface, as an SFTP and an MQTT server
    builder
        .environment()
        .putAll(
            Map.of(
                "SFTP_ENABLED", "0",
                "IOT_MTLS_ENABLED", "0",
                "BIND_HOST", "127.0.0.1",
                "GATEWAY_PORT", Integer.toString(freePort()),
                "MINISTACK_REGION", "us-east-1"));
    return start(builder);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static EmulatorProcess start(ProcessBuilder builder) throws IOException {
    Process process = builder.redirectErrorStream(true).start();
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    StringBuilder said = new StringBuilder();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      said.append(line).append('\n');
      Matcher started = STARTED.matcher(line);
      if (started.find()) {
        drain(output);
        return new EmulatorProcess(process, URI.create(started.group(1)));
      }
    }
    throw new IOException(builder.command() + " ended before it listened:\n" + said);
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
