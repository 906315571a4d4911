package dev.slipway.cli.dashboard;

import dev.slipway.cli.view.Line;
import java.util.List;
import java.util.Optional;

/** What a change would do, as people are shown it before they say yes. */
public interface Plan {
  /** The same as {@code --dry-run} prints. */
  List<Line> lines();

  /** Whether anything would be changed. */
  boolean isAnything();

  /** What would not be done of what was asked for, and why; empty where all would be. */
  Optional<String> refusal();

  /** The command that does the same, for a terminal. */
  String commandLine();

  /**
   * Does what was shown, or nothing.
   *
   * @throws Refusal if the function refuses
   * @throws dev.slipway.cli.stack.StackException if there is no answer: it may have been done
   */
  Outcome carryOut();

  /**
   * What became of it.
   *
   * @param lines what was done
   * @param refusal what was not done, and why
   * @param instead what it would be now, where it is no longer what was shown: nothing was done
   */
  record Outcome(List<Line> lines, Optional<String> refusal, Optional<Plan> instead) {
    /** Copies the lines. */
    public Outcome {
      lines = List.copyOf(lines);
    }
  }
}
