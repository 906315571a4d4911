package dev.slipway.chaos;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/** What goes wrong at a point: a column of the matrix. */
enum Fault {
  /** The call is throttled, at each attempt. */
  THROTTLED("throttled"),
  /** The service answers with its own error, HTTP status 500, at each attempt. */
  SERVER_ERROR("500"),
  /** Nobody answers, nothing is carried out, and the call's time is gone. */
  TIMED_OUT("timed-out"),
  /** The connection is reset before anything is carried out, at each attempt. */
  RESET("reset"),
  /** The call is carried out, its answer is lost; the SDK calls again. */
  ANSWER_LOST("answer-lost"),
  /** The call is carried out, its answer is lost, and nobody calls again. */
  NO_ANSWER("no-answer"),
  /** The role may not do it, this once. */
  DENIED("denied"),
  /** The role may not do it, until the role allows it again. */
  DENIED_UNTIL_ALLOWED("denied-until-allowed"),
  /** The answer is as things were before the last write. */
  STALE("stale"),
  /** Another writer came first. */
  CONDITION_FAILED("condition-failed"),
  /** The function is killed before the call is carried out. */
  KILLED_BEFORE("killed-before"),
  /** The function is killed after the call was carried out. */
  KILLED_AFTER("killed-after"),
  /** The event never arrives. */
  LOST("lost"),
  /** The event comes again later. */
  DUPLICATED("duplicated"),
  /** The event comes late. */
  DELAYED("delayed");

  private static final Set<Fault> OF_EVENTS = Set.of(LOST, DUPLICATED, DELAYED);

  /** The one read that the simulator can answer stale, and that is not strongly consistent. */
  private static final Set<String> EVENTUALLY_CONSISTENT = Set.of("ecs:DescribeServices");

  /** Writes of the record and of groups of notifications, which have a condition. */
  private static final Set<String> CONDITIONAL =
      Set.of(
          "deploy dynamodb:TransactWriteItems",
          "rollout dynamodb:TransactWriteItems",
          "operate dynamodb:TransactWriteItems",
          "deploy dynamodb:PutItem",
          "rollout dynamodb:PutItem");

  private final String title;

  Fault(String title) {
    this.title = title;
  }

  static Fault named(String title) {
    return Arrays.stream(values())
        .filter(fault -> fault.title.equals(title))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("no fault " + title + ", but " + List.of(values())));
  }

  /** Whether this can happen there. */
  boolean canStrike(Point point) {
    if (point.isEvent() || OF_EVENTS.contains(this)) {
      return point.isEvent() && OF_EVENTS.contains(this);
    }
    return switch (this) {
      case STALE -> EVENTUALLY_CONSISTENT.contains(point.operation());
      case CONDITION_FAILED -> CONDITIONAL.contains(point.row());
      default -> true;
    };
  }

  @Override
  public String toString() {
    return title;
  }
}
