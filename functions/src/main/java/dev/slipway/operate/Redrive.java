package dev.slipway.operate;

import static java.util.stream.Collectors.toSet;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * Reads the dead-letter queues, redrives the messages whose cause is fixed, and discards those that
 * can never succeed.
 */
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
   * @param taken the messages that were redriven or discarded, or would be
   * @param left how many of those that were received are left
   * @param warnings why messages that were asked for are left
   */
  public record Result(List<DeadLetter> taken, int left, List<String> warnings) {
    /** Copies the lists. */
    public Result {
      taken = List.copyOf(taken);
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

  /** Which messages are meant. */
  public sealed interface Wanted {
    /** All that can be received. */
    record All() implements Wanted {}

    /** Those with these ids. */
    record Named(List<String> ids) implements Wanted {
      /** Copies the list. */
      public Named {
        ids = List.copyOf(ids);
      }
    }

    /** The same, but no message that was not there when others were shown. */
    default Wanted onlyOf(List<DeadLetter> shown) {
      return switch (this) {
        case All _ -> new Named(shown.stream().map(DeadLetter::id).toList());
        case Named named -> named;
      };
    }

    private boolean isMeant(DeadLetter message) {
      return switch (this) {
        case All _ -> true;
        case Named(List<String> ids) -> ids.contains(message.id());
      };
    }

    /**
     * Warnings of the ids that were not received.
     *
     * @throws RejectedRequest if none of them was
     */
    private List<String> missing(Set<String> received) {
      return switch (this) {
        case All _ -> List.of();
        case Named(List<String> ids) -> {
          if (ids.stream().noneMatch(received::contains)) {
            throw new RejectedRequest("there is no message " + String.join(", ", ids));
          }
          yield ids.stream()
              .distinct()
              .filter(id -> !received.contains(id))
              .map("there is no message %s"::formatted)
              .toList();
        }
      };
    }
  }

  /**
   * What would be redriven; nothing is taken away.
   *
   * @throws RejectedRequest if none of the named messages is there
   */
  public Result preview(Wanted wanted) {
    List<DeadLetter> all = list();
    List<DeadLetter> meant = all.stream().filter(wanted::isMeant).toList();
    return new Result(meant, all.size() - meant.size(), wanted.missing(ids(meant)));
  }

  /**
   * Redrives messages. Each queue is read as a whole before any of it is redriven: what fails again
   * at once is not redriven twice.
   *
   * @throws RejectedRequest if none of the named messages is there
   */
  public Result redrive(Wanted wanted) {
    return take(wanted, DeadLetterQueue::redrive);
  }

  /**
   * Deletes messages.
   *
   * @param ids of those that are meant
   * @throws RejectedRequest if none of them is there
   */
  public Result discard(List<String> ids) {
    return take(new Wanted.Named(ids), DeadLetterQueue::discard);
  }

  private Result take(Wanted wanted, BiConsumer<DeadLetterQueue, DeadLetter> taking) {
    List<DeadLetter> meant = new ArrayList<>();
    List<DeadLetter> taken = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    int left = 0;
    for (DeadLetterQueue queue : queues) {
      List<DeadLetter> kept = new ArrayList<>();
      for (DeadLetter message : queue.receive(WHILE_REDRIVING)) {
        if (!wanted.isMeant(message)) {
          kept.add(message);
          continue;
        }
        meant.add(message);
        try {
          taking.accept(queue, message);
          taken.add(message);
        } catch (RuntimeException e) {
          kept.add(message);
          warnings.add("%s is left: %s".formatted(message.id(), e.getMessage()));
        }
      }
      queue.release(kept);
      left += kept.size();
    }
    warnings.addAll(wanted.missing(ids(meant)));
    return new Result(taken, left, warnings);
  }

  private static Set<String> ids(List<DeadLetter> messages) {
    return messages.stream().map(DeadLetter::id).collect(toSet());
  }
}
