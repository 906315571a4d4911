package dev.slipway.operate;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Reads the dead letters, and sends back those whose cause is mended. */
public final class Redrive {
  private static final Duration FOR_A_LOOK = Duration.ofSeconds(30);
  private static final Duration FOR_SENDING_BACK = Duration.ofMinutes(2);

  private final List<LetterBox> boxes;

  /**
   * @param boxes in the order in which their letters are told
   */
  public Redrive(List<LetterBox> boxes) {
    this.boxes = List.copyOf(boxes);
  }

  /**
   * What became of it.
   *
   * @param redriven the letters that were sent back, or would be
   * @param left how many that were seen are left
   * @param remarks why letters that were asked for are left
   */
  public record Result(List<Letter> redriven, int left, List<String> remarks) {
    /** Copies the lists. */
    public Result {
      redriven = List.copyOf(redriven);
      remarks = List.copyOf(remarks);
    }
  }

  /** All letters that can be seen; nothing is taken away. */
  public List<Letter> list() {
    List<Letter> all = new ArrayList<>();
    for (LetterBox box : boxes) {
      List<Letter> letters = box.open(FOR_A_LOOK);
      box.release(letters);
      all.addAll(letters);
    }
    return all;
  }

  /** Sends back all letters that can be seen. */
  public Result all(boolean dryRun) {
    return redrive(_ -> true, new LinkedHashSet<>(), dryRun);
  }

  /** Sends back the letters with these ids. */
  public Result selected(List<String> ids, boolean dryRun) {
    Set<String> unseen = new LinkedHashSet<>(ids);
    return redrive(letter -> unseen.remove(letter.id()), unseen, dryRun);
  }

  /**
   * Every box is read before anything is sent back: what fails again at once is not met twice.
   *
   * @param unseen the ids that were asked for and have not been met yet
   */
  private Result redrive(Predicate<Letter> wanted, Set<String> unseen, boolean dryRun) {
    List<Letter> redriven = new ArrayList<>();
    List<String> remarks = new ArrayList<>();
    int left = 0;
    for (LetterBox box : boxes) {
      List<Letter> kept = new ArrayList<>();
      for (Letter letter : box.open(dryRun ? FOR_A_LOOK : FOR_SENDING_BACK)) {
        if (!wanted.test(letter)) {
          kept.add(letter);
        } else if (dryRun) {
          kept.add(letter);
          redriven.add(letter);
        } else {
          try {
            box.sendBack(letter);
            redriven.add(letter);
          } catch (RuntimeException e) {
            kept.add(letter);
            remarks.add("%s is left: %s".formatted(letter.id(), e.getMessage()));
          }
        }
      }
      box.release(kept);
      left += kept.size();
    }
    unseen.forEach(id -> remarks.add("there is no letter %s".formatted(id)));
    return new Result(redriven, left - (dryRun ? redriven.size() : 0), remarks);
  }
}
