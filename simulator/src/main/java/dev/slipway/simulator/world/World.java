package dev.slipway.simulator.world;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The simulated world's time, its agenda, and the one lock that guards all simulated state.
 *
 * <p>Simulated time runs at a chosen multiple of real time. In addition, {@link #runUntil} (which
 * tests use) jumps over the time in which nothing can happen: when no work is under way outside the
 * lock (a function's invocation), the clock goes straight to the next entry of the agenda.
 */
public final class World implements AutoCloseable {
  /** An entry of the agenda. */
  public interface Entry {
    /** Takes it off the agenda; without effect when it has run for the last time. */
    void cancel();
  }

  private final class Scheduled implements Entry {
    final long order;
    final Runnable action;
    final @Nullable Duration period;
    Instant due;
    boolean cancelled;

    /**
     * @param period after which it is due again; null for once
     */
    Scheduled(Instant due, long order, Runnable action, @Nullable Duration period) {
      this.due = due;
      this.order = order;
      this.action = action;
      this.period = period;
    }

    Instant due() {
      return due;
    }

    long order() {
      return order;
    }

    boolean isStanding() {
      return period != null;
    }

    @Override
    public void cancel() {
      run(() -> {
        cancelled = true;
        agenda.remove(this);
      });
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final AtomicLong order = new AtomicLong();
  private final PriorityQueue<Scheduled> agenda =
      new PriorityQueue<>(Comparator.comparing(Scheduled::due).thenComparingLong(Scheduled::order));
  private final double speed;
  private final long startNanos = System.nanoTime();
  private Instant origin;
  private int working;
  private boolean closed;
  private @Nullable RuntimeException failure;

  /**
   * @param start the simulated time at which the world begins
   * @param speed simulated seconds for each real one; 0 for a clock that only {@link #runUntil}
   *     moves, so that every run is the same
   */
  public World(Instant start, double speed) {
    this.origin = start;
    this.speed = speed;
    Thread.ofPlatform().daemon().name("simulator-agenda").start(this::runAgenda);
  }

  /** The simulated time. */
  public Instant now() {
    lock.lock();
    try {
      return origin.plusNanos((long) ((System.nanoTime() - startNanos) * speed));
    } finally {
      lock.unlock();
    }
  }

  /** Puts an action on the agenda; it runs under the lock when its time has come. */
  public Entry after(Duration delay, Runnable action) {
    return add(delay, action, null);
  }

  /**
   * Puts an action on the agenda that comes again and again. It happens while time passes, but
   * nobody waits for it: a world in which only such entries are left is quiet ({@link
   * #runUntilQuiet}). What one of them leads to is waited for like anything else.
   *
   * @param first until it runs for the first time
   * @param period from one run to the next, as the clock has it; runs that were missed (this
   *     machine slept) are left out
   */
  public Entry every(Duration first, Duration period, Runnable action) {
    if (!period.isPositive()) {
      throw new IllegalArgumentException("a period is longer than nothing, not " + period);
    }
    return add(first, action, period);
  }

  private Entry add(Duration delay, Runnable action, @Nullable Duration period) {
    lock.lock();
    try {
      Scheduled entry = new Scheduled(now().plus(delay), order.getAndIncrement(), action, period);
      agenda.add(entry);
      changed.signalAll();
      return entry;
    } finally {
      lock.unlock();
    }
  }

  /** Reads or changes simulated state, alone. */
  public <T> T call(Supplier<T> action) {
    lock.lock();
    try {
      return action.get();
    } finally {
      changed.signalAll();
      lock.unlock();
    }
  }

  /** Changes simulated state, alone. */
  public void run(Runnable action) {
    lock.lock();
    try {
      action.run();
    } finally {
      changed.signalAll();
      lock.unlock();
    }
  }

  /**
   * Waits until the condition (evaluated under the lock) holds, or the simulated time has come. The
   * lock is given up meanwhile, however often the caller holds it: others go on. Where time does
   * not pass by itself nobody waits.
   *
   * @return whether the condition came to hold
   */
  public boolean await(BooleanSupplier condition, Instant until) {
    lock.lock();
    try {
      while (!condition.getAsBoolean()) {
        long nanos = (long) (Duration.between(now(), until).toNanos() / speed);
        if (speed == 0 || nanos <= 0 || closed) {
          return false;
        }
        changed.awaitNanos(nanos);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the simulated world", e);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Tells that work outside the lock begins (a function's invocation): until {@link #workEnds} no
   * time is jumped over.
   */
  public void workBegins() {
    run(() -> working++);
  }

  /** The counterpart of {@link #workBegins}. */
  public void workEnds() {
    run(() -> working--);
  }

  /**
   * Lets simulated time pass for work that is under way: while all of it waits like this, {@link
   * #runUntil} jumps.
   */
  public void sleepAtWork(Duration time) {
    CompletableFuture<Void> over = new CompletableFuture<>();
    run(() -> {
      working--;
      after(
          time,
          () -> {
            working++;
            over.complete(null);
          });
    });
    over.join();
  }

  /**
   * Lets the world go on, jumping over idle time, until the condition (evaluated under the lock)
   * holds.
   *
   * @param limit simulated time to spend at most
   * @return whether the condition came to hold; false when the limit was reached or nothing is left
   *     that could happen
   */
  public boolean runUntil(BooleanSupplier condition, Duration limit) {
    lock.lock();
    try {
      Instant end = now().plus(limit);
      while (true) {
        if (failure != null) {
          throw failure;
        }
        if (condition.getAsBoolean()) {
          return true;
        }
        if (working > 0) {
          if (now().isAfter(end)) {
            return false;
          }
          changed.awaitNanos(50_000_000);
          continue;
        }
        Scheduled next = agenda.peek();
        if (next == null) {
          return false;
        }
        if (next.due().isAfter(end)) {
          // the time was spent, though nothing happened in it
          jumpTo(end);
          return false;
        }
        jumpTo(next.due());
        runDue();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the simulated world ran", e);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Lets the world go on, jumping over idle time, until nothing is left that could happen but what
   * comes {@linkplain #every again and again}.
   */
  public void runUntilQuiet(Duration limit) {
    runUntil(() -> working == 0 && agenda.stream().allMatch(Scheduled::isStanding), limit);
  }

  private void jumpTo(Instant due) {
    Duration ahead = Duration.between(now(), due);
    if (!ahead.isNegative()) {
      origin = origin.plus(ahead);
    }
  }

  private void runDue() {
    for (Scheduled next = agenda.peek();
        next != null && !next.due().isAfter(now());
        next = agenda.peek()) {
      agenda.poll();
      next.action.run();
      if (next.period != null && !next.cancelled) {
        do {
          next.due = next.due.plus(next.period);
        } while (next.due.isBefore(now()));
        agenda.add(next);
      }
    }
    changed.signalAll();
  }

  private void runAgenda() {
    lock.lock();
    try {
      while (!closed) {
        Scheduled next = agenda.peek();
        if (next == null) {
          changed.await();
          continue;
        }
        long nanos = (long) (Duration.between(now(), next.due()).toNanos() / speed);
        if (nanos > 0) {
          changed.awaitNanos(nanos);
          continue;
        }
        runDue();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      // a defect of the simulator: shown to whoever runs the world, not lost with this thread
      failure = e;
      e.printStackTrace();
    } finally {
      lock.unlock();
    }
  }

  /** Ends the agenda's thread. */
  @Override
  public void close() {
    run(() -> closed = true);
  }
}
