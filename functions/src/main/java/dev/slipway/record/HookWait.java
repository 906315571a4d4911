package dev.slipway.record;

import dev.slipway.ecs.PauseHook;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * A deployment waits, or waited, at one of ECS's pause hooks.
 *
 * @param answer an operator's; empty where none has answered through Slipway
 * @param announced what has been announced of the wait
 */
public record HookWait(PauseHook hook, Optional<Answer> answer, Set<Announcement> announced) {
  /** Something that is announced of a wait, by one channel: each is done once. */
  public enum Announcement {
    /** On the event bus. */
    EVENT,
    /** To people. */
    NOTIFICATION
  }

  /**
   * What an operator had ECS do.
   *
   * @param by the caller's ARN
   * @param note why, in the operator's words
   */
  public record Answer(PauseHook.Action action, String by, Instant at, Optional<String> note) {}

  /** Copies the set. */
  public HookWait {
    announced = announced.isEmpty() ? Set.of() : Set.copyOf(announced);
  }

  /** A wait that was not reported yet. */
  public HookWait(PauseHook hook) {
    this(hook, Optional.empty(), Set.of());
  }

  /** What is to be announced and has not been; nothing once it is answered. */
  public Set<Announcement> due() {
    Set<Announcement> due =
        answer.isPresent() ? EnumSet.noneOf(Announcement.class) : EnumSet.allOf(Announcement.class);
    due.removeAll(announced);
    return due;
  }

  /** The same, answered, or not any more. */
  public HookWait withAnswer(Optional<Answer> other) {
    return new HookWait(hook, other, announced);
  }

  /** The same, with more announced. */
  public HookWait announced(Set<Announcement> more) {
    Set<Announcement> all = EnumSet.noneOf(Announcement.class);
    all.addAll(announced);
    all.addAll(more);
    return new HookWait(hook, answer, all);
  }

  /** Whether an operator had it rolled back. */
  public boolean isRejected() {
    return answer.filter(given -> given.action() == PauseHook.Action.ROLLBACK).isPresent();
  }

  /** Such as {@code continued by ann at ECS's pause hook in POST_SCALE_UP}. */
  @Override
  public String toString() {
    return answer
        .map(given ->
            "%s by %s at %s%s"
                .formatted(
                    given.action() == PauseHook.Action.CONTINUE ? "continued" : "rejected",
                    given.by(),
                    hook.place(),
                    given.note().map(": "::concat).orElse("")))
        .orElse("not answered through Slipway at " + hook.place());
  }

  /** The same, with when it was answered. */
  public String withTime() {
    return answer
        .map(given -> "%s: %s".formatted(given.at().truncatedTo(ChronoUnit.SECONDS), this))
        .orElse(toString());
  }
}
