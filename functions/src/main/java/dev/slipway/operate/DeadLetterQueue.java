package dev.slipway.operate;

import java.time.Duration;
import java.util.List;

/** A queue of messages that could not be handled. */
public interface DeadLetterQueue {
  /**
   * Receives the messages that are there, and hides them from others meanwhile.
   *
   * @param hideFor after this time they are visible again, whatever becomes of this program
   */
  List<DeadLetter> receive(Duration hideFor);

  /** Makes received messages visible again at once. */
  void release(List<DeadLetter> messages);

  /**
   * Sends a received message to the queue that it was for, and then deletes it here. If the second
   * fails the message is there twice, which does no harm: what is done already is found done.
   */
  void redrive(DeadLetter message);

  /** Deletes a received message. */
  void discard(DeadLetter message);
}
