package dev.slipway.text;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.List;

class OutsideTextFuzzTest {
  private static final int LENGTH = 60;
  private static final int MAX_QUOTED = 202;

  @FuzzTest
  void whatever_is_shown_is_safe(byte[] input) {
    String text = Hostile.text(input);

    Hostile.requireLine(OutsideText.line(text, LENGTH), LENGTH);
    OutsideText.lines(List.of(text), LENGTH).forEach(line -> Hostile.requireLine(line, LENGTH));
    Hostile.requireLine(OutsideText.quoted(text), MAX_QUOTED);
    String visible = OutsideText.visible(text);
    // a control character becomes six
    Hostile.requireLine(visible, 6 * text.length());
    Hostile.require(OutsideText.visible(visible).equals(visible), "it changes again", text);
    String masked = Secrets.masked(visible);
    Hostile.requireLine(masked, visible.length() + Secrets.MASK.length() * visible.length());
  }
}
