package dev.slipway.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The process that {@code make local} starts. */
class MainTest {
  private static Process start(int port) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "--port",
            Integer.toString(port),
            "--template",
            "../template.yaml")
        .redirectErrorStream(true)
        .start();
  }

  @Test
  void tells_what_clients_need_and_ends_well_when_told_to() throws Exception {
    Process simulator = start(0);
    List<String> lines = new ArrayList<>();
    try (BufferedReader output =
        new BufferedReader(new InputStreamReader(simulator.getInputStream(), UTF_8))) {
      String line;
      do {
        line = output.readLine();
        assertThat(line).as("the end came too early, after %s", lines).isNotNull();
        lines.add(line);
      } while (!line.contains("Ctrl-C"));
      assertThat(lines)
          .anyMatch(l -> l.matches("  DeployFunctionName +slipway-deploy"))
          .anyMatch(l -> l.matches("  export AWS_ENDPOINT_URL=http://127.0.0.1:\\d+"))
          .contains("  export AWS_REGION=us-east-1", "  export AWS_DEFAULT_REGION=us-east-1")
          .noneMatch(l -> l.contains("\u001b"));
      simulator.destroy();
      assertThat(simulator.waitFor(20, TimeUnit.SECONDS)).isTrue();
    } finally {
      simulator.destroyForcibly();
    }
    assertThat(simulator.exitValue()).isZero();
  }

  @Test
  void says_what_to_do_about_a_port_that_is_taken() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Process simulator = start(taken.getLocalPort());
      String output = new String(simulator.getInputStream().readAllBytes(), UTF_8);
      assertThat(simulator.waitFor()).isEqualTo(2);
      assertThat(output)
          .contains("cannot listen on 127.0.0.1:" + taken.getLocalPort())
          .contains("choose another port with make local PORT=");
    }
  }
}
