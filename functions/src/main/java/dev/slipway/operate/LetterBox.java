package dev.slipway.operate;

import java.time.Duration;
import java.util.List;

/** A queue of messages that were given up. */
public interface LetterBox {
  /**
   * Looks at what is there, and hides it from others meanwhile. Of one message group SQS shows the
   * ten oldest at most.
   *
   * @param hideFor after this time they are visible again, whatever becomes of this program
   */
  List<Letter> open(Duration hideFor);

  /** Lets letters be seen again at once. */
  void release(List<Letter> letters);

  /**
   * Sends a letter back to the queue that it came from, and then takes it out of this one. If the
   * second fails the letter is there twice, which does no harm: what is done already is found done.
   *
   * @throws IllegalArgumentException if it cannot be told where it belongs
   */
  void sendBack(Letter letter);
}
