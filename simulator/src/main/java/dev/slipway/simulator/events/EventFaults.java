package dev.slipway.simulator.events;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.World;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * What may happen to events between a service and the rules: they are lost, come twice, come late,
 * or come in another order. An event suffers the first fault that wants it.
 */
public final class EventFaults {
  private interface Fault {
    /** Takes the event, and passes it on in its own way. */
    void pass(ObjectNode event, Consumer<ObjectNode> onward);
  }

  private static final class Pending {
    private final Predicate<ObjectNode> which;
    private final Fault fault;
    private int left;

    Pending(int count, Predicate<ObjectNode> which, Fault fault) {
      this.which = which;
      this.fault = fault;
      this.left = count;
    }
  }

  private final World world;
  private final List<Pending> pending = new ArrayList<>();

  EventFaults(World world) {
    this.world = world;
  }

  /** Loses the next matching events: ECR's are delivered on a best-effort basis. */
  public void loseNext(int count, Predicate<ObjectNode> which) {
    plan(new Pending(count, which, (event, onward) -> {}));
  }

  /** Has the next matching events come twice, the second time after a pause. */
  public void duplicateNext(int count, Predicate<ObjectNode> which, Duration pause) {
    plan(
        new Pending(
            count,
            which,
            (event, onward) -> {
              onward.accept(event);
              world.after(pause, () -> onward.accept(event));
            }));
  }

  /** Has the next matching events come late. */
  public void delayNext(int count, Predicate<ObjectNode> which, Duration delay) {
    plan(
        new Pending(
            count, which, (event, onward) -> world.after(delay, () -> onward.accept(event))));
  }

  /**
   * Holds the next matching events back until all of them are there, and then passes them on last
   * first.
   *
   * @param patience after this time those that are there are passed on, last first
   */
  public void reverseNext(int count, Predicate<ObjectNode> which, Duration patience) {
    List<Runnable> held = new ArrayList<>();
    Runnable release =
        () -> {
          List<Runnable> now = List.copyOf(held);
          held.clear();
          now.reversed().forEach(Runnable::run);
        };
    plan(
        new Pending(
            count,
            which,
            (event, onward) -> {
              held.add(() -> onward.accept(event));
              if (held.size() == 1) {
                world.after(patience, release);
              }
              if (held.size() == count) {
                release.run();
              }
            }));
  }

  private void plan(Pending fault) {
    world.run(() -> pending.add(fault));
  }

  /** Passes an event on, through the first fault that wants it. */
  void pass(ObjectNode event, Consumer<ObjectNode> onward) {
    Pending wanting =
        pending.stream().filter(each -> each.which.test(event)).findFirst().orElse(null);
    if (wanting == null) {
      onward.accept(event);
      return;
    }
    wanting.left--;
    if (wanting.left == 0) {
      pending.remove(wanting);
    }
    wanting.fault.pass(event, onward);
  }
}
