package dev.slipway.gate;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What a gate says of an image. */
public sealed interface Verdict {
  /** Why, as the end of a sentence that begins with the gate's name. */
  String reason();

  /** Of several things that have to pass, what the gate says; empty for none. */
  static Optional<Verdict> worst(List<Verdict> verdicts) {
    return Stream.of(Holds.class, Unread.class, Pending.class, Waits.class, Passes.class)
        .flatMap(kind -> verdicts.stream().filter(kind::isInstance))
        .findFirst();
  }

  /** The image may be deployed, as far as this gate is concerned. */
  record Passes(String reason) implements Verdict {}

  /**
   * Not yet; it will pass without anybody's doing.
   *
   * @param until when it is expected to pass; empty where that is not known
   */
  record Waits(String reason, Optional<Instant> until) implements Verdict {}

  /**
   * What the gate goes by is not known yet, and usually is in a moment. It is announced only if it
   * takes longer.
   *
   * @param until when it is announced
   */
  record Pending(String reason, Instant until) implements Verdict {}

  /**
   * Not until a person does something.
   *
   * @param remedy what, as a command where there is one
   */
  record Holds(String reason, String remedy) implements Verdict {}

  /**
   * What the gate goes by could not be read now. An image that nothing else lets through is not
   * decided about: it is tried again.
   */
  record Unread(RuntimeException failure) implements Verdict {
    private static final int MAX_WORDS = 300;

    @Override
    public String reason() {
      String words = String.valueOf(failure.getMessage());
      return "it could not be read: "
          + (words.length() > MAX_WORDS ? words.substring(0, MAX_WORDS) + "…" : words);
    }
  }
}
