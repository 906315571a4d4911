package dev.slipway.simulator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.simulator.world.World;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JournalPrinterTest {
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  private String print(boolean colours) {
    try (World world = new World(Instant.parse("2026-01-01T10:20:30Z"), 1e-9);
        JournalPrinter journal =
            new JournalPrinter(world, new PrintStream(printed, false, UTF_8), colours)) {
      journal.note("ecr", "website: pushed");
      journal.note("lambda", "started");
    }
    return printed.toString(UTF_8);
  }

  @Test
  void prints_a_line_for_everything() {
    assertThat(print(false).lines())
        .containsExactly("10:20:30 ecr    website: pushed", "10:20:30 lambda started");
  }

  @Test
  void colours_topics_on_a_terminal() {
    assertThat(print(true).lines())
        .first()
        .isEqualTo("\u001b[2m10:20:30\u001b[0m \u001b[36mecr   \u001b[0m website: pushed");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          f: {"level":"INFO","message":"1 current","a":{}} | f: INFO 1 current
          f: {"errorType":"X"}                             | f: {"errorType":"X"}
          a set {1, 2}                                     | a set {1, 2}
          no braces                                        | no braces
          """)
  void shows_of_a_json_log_level_and_message(String line, String readable) {
    assertThat(JournalPrinter.readable(line)).isEqualTo(readable);
  }
}
