package dev.slipway.operate;

import dev.slipway.text.OutsideText;
import java.util.Optional;

/** What operators write for those who read it later: a note, a reason. */
public final class Words {
  /** So many characters are kept. */
  public static final int MAX = 200;

  private Words() {}

  /** On one line, without control characters, and not too long; empty where nothing is left. */
  static Optional<String> line(String text) {
    return Optional.of(OutsideText.line(text, MAX).strip()).filter(line -> !line.isEmpty());
  }
}
