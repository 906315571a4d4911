package dev.slipway.text;

import java.nio.charset.StandardCharsets;

/** What fuzzers give, and what must hold of all that people get to see of it. */
public final class Hostile {
  private static final int MAX_MESSAGE = 1_000;

  /** The first byte of a text that may have halves of characters, which UTF-8 has not. */
  private static final byte IN_UTF_16 = (byte) 0xff;

  private Hostile() {}

  /** The text that a fuzzer's bytes are. */
  public static String text(byte[] input) {
    return input.length > 0 && input[0] == IN_UTF_16
        ? new String(input, 1, input.length - 1, StandardCharsets.UTF_16BE)
        : new String(input, StandardCharsets.UTF_8);
  }

  /** Requires a message that says something, on one line, in few words that can be shown. */
  public static void requireMessage(Throwable thrown) {
    String message = thrown.getMessage();
    if (message == null || message.isBlank()) {
      throw new AssertionError("it says nothing", thrown);
    }
    requireLine(message, MAX_MESSAGE);
  }

  /** Requires a text on one line that can be shown. */
  public static void requireLine(String text, int maxLength) {
    require(text.indexOf('\n') < 0, "more than one line", text);
    requireShown(text, maxLength);
  }

  /** Requires lines without anything that a terminal or a mail program could obey. */
  public static void requireShown(String text, int maxLength) {
    require(text.length() <= maxLength, "longer than " + maxLength, text);
    text.codePoints().forEach(c -> require(c == '\n' || !isHidden(c), "it has U+%04x", c, text));
  }

  /** Fails, saying what is wrong with a text. */
  public static void require(boolean holds, String otherwise, String text) {
    if (!holds) {
      String some = text.substring(0, Math.min(text.length(), 2_000));
      throw new AssertionError("%s: \"%s\" (%d)".formatted(otherwise, some, text.length()));
    }
  }

  private static void require(boolean holds, String otherwise, int c, String text) {
    if (!holds) {
      require(false, otherwise.formatted(c), text);
    }
  }

  private static boolean isHidden(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default -> false;
    };
  }
}
