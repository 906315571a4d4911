package dev.slipway.operate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Reads the dead-letter queues, and redrives the messages whose cause is fixed. */
public final class Redrive {
  private static final Duration WHILE_LISTING = Duration.ofSeconds(30);
  private static final Duration WHILE_REDRIVING = Duration.ofMinutes(2);

  private final List<DeadLetterQueue> queues;

  /**
   * @param queues in the order in which their messages are listed
   */
  public Redrive(List<DeadLetterQueue> queues) {
    this.queues = List.copyOf(queues);
  }

  /**
   * What became of it.
   *
   * @param redriven the messages that were redriven, or would be
   * @param left how many of those that were received are left
   * @param warnings why messages that were asked for are left
   */
  public record Result(List<DeadLetter> redriven, int left, List<String> warnings) {
    /** Copies the lists. */
    public Result {
      redriven = List.copyOf(redriven);
      warnings = List.copyOf(warnings);
    }
  }

  /** All messages that can be received; nothing is taken away. */
  public List<DeadLetter> list() {
    List<DeadLetter> all = new ArrayList<>();
    for (DeadLetterQueue queue : queues) {
      List<DeadLetter> messages = queue.receive(WHILE_LISTING);
      queue.release(messages);
      all.addAll(messages);
    }
    return all;
  }

  /** Redrives all messages that can be received. */
  public Result all(boolean dryRun) {
    return redrive(_ -> true, new LinkedHashSet<>(), dryRun);
  }

  /**
   * Redrives the messages with these ids.
   *
   * @throws RejectedRequest if there is none of them
   */
  public Result selected(List<String> ids, boolean dryRun) {
    Set<String> missing = new LinkedHashSet<>(ids);
    Result result = redrive(message -> missing.remove(message.id()), missing, dryRun);
    if (missing.containsAll(ids)) {
      throw new RejectedRequest("there is no message " + String.join(", ", ids));
    }
    return result;
  }

  /**
   * Each queue is read as a whole before any of it is redriven: what fails again at once is not
   * redriven twice.
   *
   * @param missing the ids that were asked for and have not been received yet
   */
  private Result redrive(Predicate<DeadLetter> wanted, Set<String> missing, boolean dryRun) {
    List<DeadLetter> redriven = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    int left = 0;
    for (DeadLetterQueue queue : queues) {
      List<DeadLetter> kept = new ArrayList<>();
      for (DeadLetter message : queue.receive(dryRun ? WHILE_LISTING : WHILE_REDRIVING)) {
        if (!wanted.test(message)) {
          kept.add(message);
        } else if (dryRun) {
          kept.add(message);
          redriven.add(message);
        } else {
          try {
            queue.redrive(message);
            redriven.add(message);
          } catch (RuntimeException e) {
            kept.add(message);
            warnings.add("%s is left: %s".formatted(message.id(), e.getMessage()));
          }
        }
      }
      queue.release(kept);
      left += kept.size();
    }
    missing.forEach(id -> warnings.add("there is no message %s".formatted(id)));
    return new Result(redriven, left - (dryRun ? redriven.size() : 0), warnings);
  }
}
