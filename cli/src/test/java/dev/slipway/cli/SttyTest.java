package dev.slipway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.cli.command.Echo;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** When the echo of a terminal is set; the programs are played. */
class SttyTest {
  private final List<String> ran = new ArrayList<>();
  private final Stty stty = new Stty(this::run);
  private String state = "Sl+";
  private boolean broken;

  private Optional<String> run(List<String> command) {
    if (command.getFirst().equals("ps")) {
      return Optional.of(state);
    }
    if (broken) {
      return Optional.empty();
    }
    ran.add(String.join(" ", command));
    return Optional.of(command.getLast().equals("-g") ? "4500:5:bf" : "");
  }

  @Test
  void the_echo_is_off_and_the_terminal_as_it_was_once() {
    Echo.Restored echo = stty.off();
    assertThat(ran).containsExactly("stty -g", "stty -echo");

    echo.close();
    echo.close();

    assertThat(ran).containsExactly("stty -g", "stty -echo", "stty 4500:5:bf");
  }

  /** {@code slipway watch web &}: whoever sets a terminal that is not its own is stopped. */
  @Test
  void in_the_background_the_terminal_is_left_alone() {
    state = "Sl";

    stty.off().close();

    assertThat(ran).isEmpty();
  }

  /** Ctrl-Z and {@code bg}: the shell has set its terminal anew. */
  @Test
  void what_went_to_the_background_meanwhile_sets_nothing() {
    Echo.Restored echo = stty.off();
    state = "Sl";

    echo.close();

    assertThat(ran).containsExactly("stty -g", "stty -echo");
  }

  /** Ctrl-C ends stty too. */
  @Test
  void what_was_not_restored_is_tried_again() {
    Echo.Restored echo = stty.off();
    broken = true;
    echo.close();
    broken = false;

    echo.close();

    assertThat(ran).last().isEqualTo("stty 4500:5:bf");
  }
}
