package dev.slipway.explore;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs actors one at a time, each on its own thread. An actor stops before every call of a port;
 * there the schedule decides who goes on. By default that is the actor itself, then whoever was
 * interrupted last, then what has waited longest: everything else is a deviation, and a schedule is
 * the list of its deviations.
 */
final class Scheduler {
  /** A run that needs more steps does not come to an end. */
  private static final int MAX_STEPS = 1_500;

  /** What becomes of the call that an actor has stopped before. */
  enum Fate {
    /** It is made. */
    MADE(0),
    /** It fails, without effect. */
    FAILS(1),
    /** It takes effect, and its answer is lost. */
    ANSWER_LOST(2);

    /** What it counts as in the hash of an actor's history. */
    final int hashed;

    Fate(int hashed) {
      this.hashed = hashed;
    }
  }

  /** One deviation from the default: at the choice of that number, this option is taken. */
  record Deviation(int choice, int option) {}

  /** Who goes on, at each choice. */
  interface Schedule {
    /** Whether there are no more deviations: from here on everything is as usual. */
    boolean isOver();

    /** The option that is taken at a choice, 0 for the usual one. */
    int option(int choice, int options);
  }

  /** A schedule that is a list of its deviations. */
  static Schedule deviating(List<Deviation> deviations) {
    return new Schedule() {
      private int next;

      @Override
      public boolean isOver() {
        return next == deviations.size();
      }

      @Override
      public int option(int choice, int options) {
        if (deviations.get(next).choice() != choice) {
          return 0;
        }
        int option = deviations.get(next++).option();
        return option < options ? option : 0;
      }
    };
  }

  /** The function that handles a message has ended: nothing after this happens. */
  static final class Crash extends Error {
    private static final long serialVersionUID = 1L;

    Crash() {
      super("crash", null, false, false);
    }
  }

  /** The run is over. */
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;

    Killed() {
      super("killed", null, false, false);
    }
  }

  /** Work that can be begun. */
  interface Startable {
    /** What it is, the same for the same work. */
    String label();

    /** The lower the earlier. */
    int rank();

    /** Whether it only happens as a deviation. */
    boolean onlyAsDeviation();

    /** Begins it: what has an effect at once takes effect here. */
    Actor begin();
  }

  /** What there is to do, and what there was. */
  interface Work {
    /** What can be begun now. */
    List<Startable> startable(boolean atRest);

    /** An actor's function has ended in the middle. */
    void crashed(Actor actor);

    /** An actor is done, or has failed. */
    void ended(Actor actor, @Nullable RuntimeException failure);

    /** Of everything that actors share. */
    long fingerprint();
  }

  /** One writer. */
  static final class Actor {
    final String name;
    final Runnable body;

    /** Of all that it was answered so far: with the same, it does the same next. */
    long history;

    private boolean ended;
    private volatile boolean turn;
    private @Nullable Thread thread;

    Actor(String name, Runnable body) {
      this.name = name;
      this.body = body;
      this.history = name.hashCode();
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private enum Kind {
    GO_ON,
    SWITCH,
    BEGIN,
    CRASH,
    FAIL,
    LOSE_ANSWER
  }

  private record Option(Kind kind, @Nullable Actor actor, @Nullable Startable startable) {}

  private final Work work;
  private final Schedule schedule;
  private final Seen seen;
  private final List<Actor> interrupted = new ArrayList<>();
  private final List<Actor> all = new ArrayList<>();

  /** The number of options at each choice. */
  private final List<Integer> options = new ArrayList<>();

  private final @Nullable List<String> log;
  private final Thread owner = Thread.currentThread();
  private int faults;
  private int steps;
  private @Nullable Actor current;
  private volatile boolean over;
  private volatile boolean killed;
  private boolean pruned;
  private @Nullable Throwable failure;

  /**
   * @param maxFaults how many calls may fail, or crash
   * @param seen states from which everything was explored already
   * @param log gets what happens, if there is one
   */
  Scheduler(Work work, Schedule schedule, int maxFaults, Seen seen, @Nullable List<String> log) {
    this.work = work;
    this.schedule = schedule;
    this.faults = maxFaults;
    this.seen = seen;
    this.log = log;
  }

  /** States that were reached before. */
  interface Seen {
    /** Whether this one was not. */
    boolean isNew(long state);
  }

  /** Runs until nothing is left to do, or a known state is reached. */
  void run() {
    pass();
    while (!over) {
      LockSupport.park(this);
    }
    killed = true;
    for (Actor actor : all) {
      if (!actor.ended && actor.thread != null) {
        actor.turn = true;
        LockSupport.unpark(actor.thread);
        try {
          actor.thread.join();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    }
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
  }

  /** Whether the run ended early, in a state that is known. */
  boolean isPruned() {
    return pruned;
  }

  /** The number of options at each choice that was made. */
  List<Integer> options() {
    return options;
  }

  /** Who is running; null for the explorer itself. */
  @Nullable Actor current() {
    return current;
  }

  /** Says what happens, if anybody wants to know. */
  void say(Supplier<String> what) {
    if (log != null) {
      log.add((current == null ? "" : current.name + ": ") + what.get());
    }
  }

  // --- choices

  /** The running actor stops before a call. */
  Fate before(String call, boolean effect) {
    Actor actor = current;
    if (actor == null || killed) {
      return Fate.MADE;
    }
    actor.history = mix(actor.history, call.hashCode());
    List<Option> possible = new ArrayList<>();
    possible.add(new Option(Kind.GO_ON, actor, null));
    others(possible, false);
    if (faults > 0) {
      possible.add(new Option(Kind.CRASH, actor, null));
      if (effect) {
        possible.add(new Option(Kind.FAIL, actor, null));
        possible.add(new Option(Kind.LOSE_ANSWER, actor, null));
      }
    }
    Option chosen = choose(possible);
    return switch (chosen.kind()) {
      case GO_ON -> Fate.MADE;
      case CRASH -> {
        faults--;
        say(() -> "ENDS before " + call);
        throw new Crash();
      }
      case FAIL -> {
        faults--;
        say(() -> "FAILS: " + call);
        yield Fate.FAILS;
      }
      case LOSE_ANSWER -> {
        faults--;
        say(() -> "ANSWER LOST: " + call);
        yield Fate.ANSWER_LOST;
      }
      case SWITCH, BEGIN -> {
        say(() -> "is interrupted before " + call);
        interrupted.add(actor);
        hand(chosen);
        await(actor);
        yield Fate.MADE;
      }
    };
  }

  private void others(List<Option> possible, boolean idle) {
    for (int i = interrupted.size() - 1; i >= 0; i--) {
      possible.add(new Option(Kind.SWITCH, interrupted.get(i), null));
    }
    List<Startable> startable = work.startable(idle && interrupted.isEmpty());
    startable.stream()
        .filter(s -> !s.onlyAsDeviation())
        .sorted((a, b) -> Integer.compare(a.rank(), b.rank()))
        .forEach(s -> possible.add(new Option(Kind.BEGIN, null, s)));
    if (!possible.isEmpty()) {
      startable.stream()
          .filter(Startable::onlyAsDeviation)
          .forEach(s -> possible.add(new Option(Kind.BEGIN, null, s)));
    }
  }

  private Option choose(List<Option> possible) {
    Invariant.CONVERGES.require(
        ++steps <= MAX_STEPS, "it does not come to an end: %d steps", MAX_STEPS);
    int number = options.size();
    options.add(possible.size());
    if (!schedule.isOver()) {
      return possible.get(schedule.option(number, possible.size()));
    }
    if (!seen.isNew(state())) {
      pruned = true;
      throw new Killed();
    }
    return possible.getFirst();
  }

  private long state() {
    long state = mix(work.fingerprint(), faults);
    Actor running = current;
    state = mix(state, running == null ? 1 : running.history);
    for (Actor actor : interrupted) {
      state = mix(state, actor.history);
    }
    return state;
  }

  /** Nobody runs: whoever is next does. */
  private void pass() {
    try {
      current = null;
      List<Option> possible = new ArrayList<>();
      others(possible, true);
      if (possible.isEmpty()) {
        end();
        return;
      }
      hand(possible.size() == 1 ? possible.getFirst() : choose(possible));
    } catch (Killed _) {
      end();
    } catch (Throwable problem) {
      failure = problem;
      end();
    }
  }

  private void end() {
    over = true;
    LockSupport.unpark(owner);
  }

  private void hand(Option chosen) {
    if (chosen.actor() != null) {
      Actor actor = chosen.actor();
      interrupted.remove(actor);
      current = actor;
      say(() -> "goes on");
      actor.turn = true;
      LockSupport.unpark(actor.thread);
      return;
    }
    Startable startable = chosen.startable();
    if (startable == null) {
      throw new AssertionError(chosen);
    }
    Actor actor = startable.begin();
    all.add(actor);
    current = actor;
    say(() -> "begins");
    actor.thread = Thread.ofVirtual().unstarted(() -> live(actor));
    actor.thread.start();
  }

  private void await(Actor actor) {
    while (!actor.turn) {
      LockSupport.park(this);
    }
    actor.turn = false;
    if (killed) {
      throw new Killed();
    }
  }

  private void live(Actor actor) {
    try {
      try {
        actor.body.run();
        work.ended(actor, null);
      } catch (RuntimeException failed) {
        say(() -> "fails: " + failed.getMessage());
        work.ended(actor, failed);
      } catch (Crash _) {
        work.crashed(actor);
      }
      actor.ended = true;
      pass();
    } catch (Killed _) {
      actor.ended = true;
      if (!killed) {
        end();
      }
    } catch (Throwable problem) {
      actor.ended = true;
      failure = problem;
      end();
    }
  }

  static long mix(long hash, long more) {
    long h = (hash ^ more) * 0x9E3779B97F4A7C15L;
    h ^= h >>> 32;
    h *= 0xD6E8FEB86659FD93L;
    return h ^ (h >>> 29);
  }

  static long hash(String text) {
    long h = 0xcbf29ce484222325L;
    for (int i = 0; i < text.length(); i++) {
      h = (h ^ text.charAt(i)) * 0x100000001b3L;
    }
    return h;
  }
}
