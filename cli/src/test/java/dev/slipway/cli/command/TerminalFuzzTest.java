package dev.slipway.cli.command;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.stack.Caller;
import dev.slipway.cli.stack.Functions;
import dev.slipway.cli.stack.StackException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an operator types and what functions answer, up to what a terminal gets of it. */
class TerminalFuzzTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static final Pattern OBEYED =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}&&[^\n]]");

  private static final String DEFECT = "slipway: a defect of this command";

  /** What a command that watches prints of its own, to draw over what was there. */
  private static final Pattern DRAWN_OVER =
      Pattern.compile("\u001b\\[(?:H\u001b\\[2J|[0-9]+A\u001b\\[J)");

  /** So often a command may ask; one that watches would do so for ever. */
  private static final int MAX_QUESTIONS = 40;

  private static final int MAX_TIMES_THE_INPUT = 200;

  /**
   * The input's first line is typed, with a blank between arguments. What follows is the answer,
   * or, if that is no object, why it is refused.
   */
  @FuzzTest
  void whatever_is_typed_and_answered_is_safe_at_a_terminal(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    int end = text.indexOf('\n');
    List<String> arguments = Arrays.asList((end < 0 ? text : text.substring(0, end)).split(" "));
    if (arguments.stream().anyMatch(argument -> argument.equals("dashboard"))) {
      // it serves a browser, until it is ended
      return;
    }
    Shell shell = new Shell().typing("yes\n").redrawing();
    int status = shell.run(new Answering(end < 0 ? "" : text.substring(end + 1)), arguments);

    requireShown(DRAWN_OVER.matcher(shell.out()).replaceAll(""), text);
    requireShown(shell.err(), text);
    require(
        status != ExitCode.FAILED.number()
            || shell.err().lines().noneMatch(line -> line.startsWith(DEFECT)),
        "it fails",
        shell.err());
    require(
        Arrays.stream(ExitCode.values()).anyMatch(code -> code.number() == status),
        "it ends with " + status,
        text);
    require(
        status == ExitCode.DONE.number() || !(shell.err() + shell.out()).isBlank(),
        "it fails and says nothing",
        text);
  }

  private static void requireShown(String printed, String input) {
    Matcher obeyed = OBEYED.matcher(printed);
    if (obeyed.find()) {
      require(false, "it has U+%04x".formatted(printed.codePointAt(obeyed.start())), printed);
    }
    require(
        printed.length() <= 100_000 + MAX_TIMES_THE_INPUT * input.length(), "too long", printed);
  }

  private static void require(boolean holds, String otherwise, String text) {
    if (!holds) {
      String some = text.substring(0, Math.min(text.length(), 2_000));
      throw new AssertionError("%s: \"%s\" (%d)".formatted(otherwise, some, text.length()));
    }
  }

  /** A stack whose functions give one answer, whatever they are asked. */
  private static final class Answering implements Functions {
    private final String answer;
    private int questions;

    Answering(String answer) {
      this.answer = answer;
    }

    @Override
    public ObjectNode invoke(String command, ObjectNode request) {
      questions++;
      if (questions > MAX_QUESTIONS) {
        throw new StackException("it answers no more");
      }
      try {
        if (MAPPER.readTree(answer) instanceof ObjectNode object) {
          return object;
        }
      } catch (JsonProcessingException _) {
        // refused below
      }
      if (answer.isBlank()) {
        throw new StackException("it answers nothing");
      }
      return MAPPER.createObjectNode().put(Session.REFUSED, answer);
    }

    @Override
    public String place() {
      return " in Region us-east-1";
    }

    @Override
    public Caller caller() {
      return new Caller(answer, "123456789012");
    }

    @Override
    public void close() {
      // nothing is open
    }
  }
}
