package dev.slipway.simulator.sqs;

import dev.slipway.simulator.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * What a standard queue may do to its messages, on request: hand them out in another order, and
 * deliver one more than once. Neither happens otherwise. A FIFO queue promises that it does neither
 * and refuses to be told.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues-at-least-once-delivery.html">At-least-once
 *     delivery</a>
 */
public final class QueueFaults {
  private final World world;
  private final Queue queue;
  private int duplicates;
  private Duration pause = Duration.ZERO;
  private @Nullable Random order;

  QueueFaults(World world, Queue queue) {
    this.world = world;
    this.queue = queue;
  }

  /**
   * Delivers each of the next messages that are sent once more: the copy has the same message id,
   * and whoever deletes one of the two does not delete the other.
   *
   * @param count how many messages
   * @param pause from when the message becomes visible until its copy does
   */
  public void duplicateNext(int count, Duration pause) {
    world.run(() -> {
      checkStandard();
      this.duplicates = count;
      this.pause = pause;
    });
  }

  /**
   * From now on hands out messages in no order.
   *
   * @param seed of the order, so that a test can be repeated
   */
  public void shuffle(long seed) {
    world.run(() -> {
      checkStandard();
      order = new Random(seed);
    });
  }

  private void checkStandard() {
    if (queue.isFifo()) {
      throw new IllegalStateException(
          queue.name() + " is a FIFO queue: it keeps the order and delivers once");
    }
  }

  /** Uses up one duplicate; after which pause the copy comes, or null for none. */
  @Nullable Duration takeDuplicate() {
    if (duplicates == 0) {
      return null;
    }
    duplicates--;
    return pause;
  }

  /** The messages in the order in which they are to be handed out. */
  <T> List<T> ordered(Iterable<T> messages) {
    List<T> all = new ArrayList<>();
    messages.forEach(all::add);
    if (order != null) {
      Collections.shuffle(all, order);
    }
    return all;
  }
}
