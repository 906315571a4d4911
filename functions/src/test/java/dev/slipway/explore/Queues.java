package dev.slipway.explore;

import dev.slipway.aws.DeadLetterSink;
import dev.slipway.explore.Scheduler.Actor;
import dev.slipway.explore.Scheduler.Startable;
import dev.slipway.handler.BatchOfOne;
import dev.slipway.operate.DeadLetter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be handled: the messages of the two queues, by the production code of a batch, and
 * what others are about to do. A message that fails comes again, and in the end is a dead letter.
 */
final class Queues {
  /** A message that fails so often goes to the dead-letter queue. */
  static final int MAX_DELIVERIES = 5;

  /** Who handles it, and so what becomes of it when that fails. */
  enum Kind {
    /** A function with a queue: the message comes again. */
    QUEUE,
    /** The same, for a message that a sweep has sent: after a few tries the next sweep is left. */
    SWEEPS_HINT,
    /** An operator, who sees that the command failed. */
    OPERATOR,
    /** SweepFunction: the next sweep does what was left. */
    SWEEP,
    /** Nobody of Slipway's. */
    OTHERS
  }

  private final World world;
  private final Set<Mutation> mutations;
  private final List<Message> messages = new ArrayList<>();
  private final List<Message> later = new ArrayList<>();
  private final List<Letter> letters = new ArrayList<>();
  private final Map<Actor, Message> handled = new HashMap<>();
  private int numbers;

  /** Changes with the dead letters. */
  private long letterState = 1;

  Queues(World world, Set<Mutation> mutations) {
    this.world = world;
    this.mutations = mutations;
  }

  /** A dead letter: the message, and why it is there. */
  record Letter(Message message, int deliveries, Optional<String> reason) {
    DeadLetter shown() {
      return new DeadLetter(
          message.id,
          "DeadLetterQueue",
          message.what,
          Instant.EPOCH,
          OptionalInt.of(deliveries),
          reason);
    }
  }

  /** Something that is handled, once or more often. */
  final class Message implements Startable {
    final String id;
    final String what;
    final Kind kind;
    private final Runnable first;
    private final Consumer<String> handling;
    private final int rank;
    private int deliveries;
    private boolean interruptedByCrash;

    private Message(
        String id, String what, Kind kind, int rank, Runnable first, Consumer<String> handling) {
      this.id = id;
      this.what = what;
      this.kind = kind;
      this.rank = rank;
      this.first = first;
      this.handling = handling;
    }

    @Override
    public String label() {
      return what + " " + id + (deliveries == 0 ? "" : " again " + deliveries);
    }

    @Override
    public int rank() {
      return rank;
    }

    @Override
    public boolean onlyAsDeviation() {
      return later.contains(this);
    }

    @Override
    public Actor begin() {
      messages.remove(this);
      later.remove(this);
      Actor actor = new Actor(label(), this::handle);
      interruptedByCrash = false;
      if (deliveries++ == 0) {
        first.run();
      }
      handled.put(actor, this);
      world.journal.begins();
      return actor;
    }

    private void handle() {
      if (kind == Kind.QUEUE || kind == Kind.SWEEPS_HINT) {
        deliver(this);
      } else {
        handling.accept(id);
      }
    }
  }

  // --- what is sent

  String nextId() {
    return "m" + ++numbers;
  }

  /** A message of its own. */
  Message message(String what, Kind kind, Runnable first, Consumer<String> handling) {
    return new Message(nextId(), what, kind, 0, first, handling);
  }

  void send(Message message) {
    messages.add(message);
  }

  void send(String what, Kind kind, Runnable first, Consumer<String> handling) {
    send(message(what, kind, first, handling));
  }

  /** A message whose id another one has too: it is delivered twice. */
  void sendAs(String id, String what, Runnable first, Consumer<String> handling) {
    send(new Message(id, what, Kind.QUEUE, 0, first, handling));
  }

  /** A message that comes after all else, by default. */
  void sendLate(String what, Consumer<String> handling) {
    send(new Message(nextId(), what, Kind.QUEUE, 4, () -> {}, handling));
  }

  // --- what is handled

  private void deliver(Message message) {
    AtomicBoolean hasFailed = new AtomicBoolean();
    AtomicBoolean isLetter = new AtomicBoolean();
    BatchOfOne batch =
        new BatchOfOne(
            failed ->
                world.ports.deadLetter(() -> {
                  putWithReason(message, failed);
                  isLetter.set(true);
                }),
            MAX_DELIVERIES);
    boolean again =
        batch.isToComeAgain(
            message.id,
            message.deliveries,
            message.kind == Kind.SWEEPS_HINT,
            () -> {
              try {
                message.handling.accept(message.id);
              } catch (RuntimeException failure) {
                world.say(() -> "fails: " + failure.getMessage());
                hasFailed.set(true);
                throw failure;
              }
            });
    if (again && mutations.contains(Mutation.FAILURE_SWALLOWED)) {
      again = false;
    }
    world.ports.acknowledge();
    if (again) {
      comesAgain(message);
    } else if (hasFailed.get() && !isLetter.get()) {
      Invariant.NOTHING_LOST.require(
          message.kind == Kind.SWEEPS_HINT && world.faults() > 0,
          "%s failed, and is neither delivered again nor a dead letter",
          message.label());
      world.leaveToSweep("what a sweep asked for failed");
    }
  }

  private void putWithReason(Message message, DeadLetterSink.FailedMessage failed) {
    String reason = mutations.contains(Mutation.REASON_LOST) ? "" : failed.reason();
    Invariant.NOTHING_LOST.require(
        !reason.isBlank(), "the dead letter of %s does not say why", message.label());
    put(new Letter(message, failed.deliveries(), Optional.of(reason)));
  }

  private void put(Letter letter) {
    Invariant.NOTHING_LOST.require(
        world.wasOut(), "%s is a dead letter: %s", letter.message().label(), letter.reason());
    letters.add(letter);
    letterState = Scheduler.mix(letterState, letter.message().label().hashCode());
    world.say(() -> "puts a dead letter: " + letter.reason().orElse("no reason"));
  }

  /** SQS itself moves a message that was received too often, without a reason. */
  private void comesAgain(Message message) {
    if (message.deliveries < MAX_DELIVERIES) {
      later.add(message);
    } else {
      Invariant.NOTHING_LOST.require(
          world.faults() > 0, "SQS itself gives %s up, without a reason", message.label());
      put(new Letter(message, message.deliveries, Optional.empty()));
    }
  }

  /** An actor's function has ended in the middle. */
  void crashed(Actor actor) {
    Message message = handled.get(actor);
    if (message == null) {
      return;
    }
    switch (message.kind) {
      case QUEUE, SWEEPS_HINT -> {
        message.interruptedByCrash = true;
        comesAgain(message);
      }
      case OPERATOR -> world.leaveToSweep("an operator's command was interrupted");
      case SWEEP -> world.leaveToSweep("a sweep was interrupted");
      case OTHERS -> {}
    }
  }

  /** An actor is done, or has failed. */
  void ended(Actor actor, @Nullable RuntimeException failure) {
    Message message = handled.get(actor);
    if (failure == null || message == null) {
      return;
    }
    if (message.kind != Kind.OPERATOR && message.kind != Kind.SWEEP) {
      throw new AssertionError(message.label() + " failed", failure);
    }
    Invariant.NOTHING_LOST.require(
        world.faults() > 0, "%s fails, and nothing was out of order: %s", message.label(), failure);
    world.leaveToSweep(message.label() + " failed");
  }

  // --- dead letters

  List<Letter> letters() {
    return List.copyOf(letters);
  }

  void delete(Letter letter) {
    letters.remove(letter);
    letterState = Scheduler.mix(letterState, letter.message().label().hashCode() + 1L);
  }

  /** Sends what is in a dead letter to where it was for: a message of its own. */
  void redrive(Letter letter) {
    Message old = letter.message();
    send(old.what + " redriven", old.kind, () -> {}, old.handling);
  }

  // --- what there is

  List<Startable> waiting() {
    return new ArrayList<>(messages);
  }

  /** What may be delivered again at once: SQS does not know that its function has ended. */
  List<Startable> interrupted() {
    return later.stream()
        .filter(message -> message.interruptedByCrash)
        .map(Startable.class::cast)
        .toList();
  }

  boolean isAnyLater() {
    return !later.isEmpty();
  }

  /** What failed is delivered again. */
  void timePasses() {
    messages.addAll(later);
    later.clear();
  }

  long fingerprint() {
    long state = letterState;
    for (Message message : messages) {
      state = Scheduler.mix(state, message.label().hashCode());
    }
    for (Message message : later) {
      state = Scheduler.mix(state, message.label().hashCode() + 1L);
    }
    return state;
  }
}
