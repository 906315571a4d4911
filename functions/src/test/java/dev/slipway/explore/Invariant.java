package dev.slipway.explore;

/** What must be true whatever happens, in whatever order. */
enum Invariant {
  CONVERGES("comes to rest with what the policy selects, or with a hold whose reason is true"),
  ONLY_SELECTED("deploys no digest that was not selected, or chosen, when that was decided"),
  STAYS_BLOCKED("never brings a blocked or failed digest back by itself, under any name"),
  ONE_OUTCOME("records one outcome of each deployment, the one that ECS shows"),
  TOLD_ONCE("announces each outcome once, beyond the crash window"),
  TOLD_TRUE("announces what happened, and not before it happened"),
  NOT_FOREIGN("takes no deployment of another client for its own, and announces none"),
  ONE_REGISTRATION("registers and starts a wish once, beyond the crash window"),
  DECISIONS_KEPT("loses nothing that an operator decided"),
  NOTHING_LOST("gives no message up without a dead letter that names the reason"),
  REDRIVEN("ends right after a redrive, once the outage is over");

  final String words;

  Invariant(String words) {
    this.words = words;
  }

  /** An invariant does not hold. */
  static final class Violation extends AssertionError {
    private static final long serialVersionUID = 1L;

    private final Invariant invariant;

    Violation(Invariant invariant, String what) {
      super(what);
      this.invariant = invariant;
    }

    Invariant invariant() {
      return invariant;
    }
  }

  /** Fails if this does not hold. */
  @SuppressWarnings("AnnotateFormatMethod") // the annotation would be one more dependency
  void require(boolean holds, String format, Object... arguments) {
    if (!holds) {
      throw new Violation(this, format.formatted(arguments));
    }
  }
}
