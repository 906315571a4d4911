package dev.slipway.doctor;

import java.util.List;

/** Whether messages wait that could not be handled. */
final class DeadLettersCheck implements Check<StackSeen> {
  @Override
  public String subject() {
    return "dead letters";
  }

  @Override
  public List<Finding> findings(StackSeen seen) {
    return seen.messages().entrySet().stream()
        .filter(queue -> queue.getValue() > 0)
        .map(queue ->
            Finding.problem(
                "queue " + queue.getKey(),
                queue.getValue() == 1
                    ? "a message waits there that could not be handled"
                    : "%d messages wait there that could not be handled"
                        .formatted(queue.getValue()),
                "`slipway replay list` says why; fix the cause, then `slipway replay redrive"
                    + " --all`. A malformed one can only be discarded: `slipway replay discard"
                    + " ID`"))
        .toList();
  }
}
