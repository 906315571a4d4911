package dev.slipway.explore;

import java.util.List;

/**
 * What happens to a service, apart from what follows of itself. Of each group all is there at once,
 * in any order; the next group begins by default when nothing is left to do, and as a deviation at
 * any time.
 */
record Plan(String name, List<List<Event>> groups) {
  /** Copies the groups. */
  Plan {
    groups = List.copyOf(groups);
  }

  /** What people and other clients do. */
  sealed interface Event {
    /** An image is pushed: the tag moves, and an event reports it. */
    record Push(int image) implements Event {}

    /** The sweep hints at the service. */
    record SweepHint() implements Event {}

    /** An operator rolls back. */
    record Rollback() implements Event {}

    /** An operator deploys what is selected, even if it is blocked. */
    record DeployUnblocked() implements Event {}

    /** An operator has the tasks replaced. */
    record Force() implements Event {}

    /** An operator pauses the service. */
    record Pause() implements Event {}

    /** An operator resumes it. */
    record Resume() implements Event {}

    /** Another client deploys an image of its own. */
    record Foreign(int image) implements Event {}

    /** Another client deploys the revision anew that the service has. */
    record ForeignAgain() implements Event {}

    /** A message that was delivered is delivered again, at the same time. */
    record PushTwice(int image) implements Event {}

    /** RolloutFunction is asked to look. */
    record RolloutCheck() implements Event {}
  }

  /** From a text such as {@code push 2 | rollback ; push 3}: groups are divided by semicolons. */
  static Plan parse(String text) {
    return new Plan(
        text,
        List.of(text.split(";", -1)).stream()
            .map(group -> List.of(group.split("\\|", -1)).stream().map(Plan::event).toList())
            .toList());
  }

  private static Event event(String text) {
    List<String> words = List.of(text.strip().split(" ", -1));
    return switch (words.getFirst()) {
      case "push" -> new Event.Push(Integer.parseInt(words.get(1)));
      case "twice" -> new Event.PushTwice(Integer.parseInt(words.get(1)));
      case "sweep" -> new Event.SweepHint();
      case "rollback" -> new Event.Rollback();
      case "unblock" -> new Event.DeployUnblocked();
      case "force" -> new Event.Force();
      case "pause" -> new Event.Pause();
      case "resume" -> new Event.Resume();
      case "foreign" -> new Event.Foreign(Integer.parseInt(words.get(1)));
      case "again" -> new Event.ForeignAgain();
      case "check" -> new Event.RolloutCheck();
      default -> throw new IllegalArgumentException(text);
    };
  }
}
