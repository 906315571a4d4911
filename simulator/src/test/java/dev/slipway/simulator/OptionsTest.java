package dev.slipway.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {
  @Test
  void have_defaults() {
    Options options = Options.parse(List.of());
    assertThat(options.port()).isEqualTo(4566);
    assertThat(options.speed()).isEqualTo(10);
    assertThat(options.template()).isEqualTo(Path.of("template.yaml"));
    assertThat(options.packageDirectory()).isEqualTo(Path.of("functions/target/package"));
  }

  @Test
  void are_taken_from_the_command_line() {
    Options options =
        Options.parse(
            List.of(
                "--port",
                "0",
                "--speed",
                "0.5",
                "--listen",
                "172.17.0.1",
                "--parameters",
                "A=b=c"));
    assertThat(options.port()).isZero();
    assertThat(options.speed()).isEqualTo(0.5);
    assertThat(options.listen())
        .singleElement()
        .satisfies(address -> assertThat(address.getHostAddress()).isEqualTo("172.17.0.1"));
    assertThat(options.parameters()).isEqualTo(Map.of("A", "b=c"));
  }

  @Test
  void have_parameters_whose_values_have_blanks() {
    assertThat(
            Options.parse(List.of("--parameters", "SweepRate=rate(1 minute)  SweepState=ENABLED"))
                .parameters())
        .isEqualTo(Map.of("SweepRate", "rate(1 minute)", "SweepState", "ENABLED"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --port http       | PORT is a number from 0 (any) to 65535, not http
          --port 70000      | PORT is a number from 0 (any) to 65535, not 70000
          --speed fast      | SPEED is how many times as fast tasks start and stop, up to 10000, not fast
          --speed 0         | SPEED is how many times as fast tasks start and stop, up to 10000, not 0
          --listen 1.2.3.4.5 | LISTEN is an address of this machine, not 1.2.3.4.5
          --parameters A    | --parameters takes NAME=VALUE, not A
          --port            | --port needs a value
          --colour red      | unknown option --colour
          """)
  void are_checked_with_the_remedy(String line, String message) {
    assertThatThrownBy(() -> Options.parse(List.of(line.split(" ", -1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }
}
