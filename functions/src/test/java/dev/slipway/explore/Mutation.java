package dev.slipway.explore;

/** A bug that a test seeds at the ports, to see whether the explorer finds it. */
enum Mutation {
  /** The holder of a lease finds that nobody wrote in between, and notes are lost. */
  NOTES_LOST(Invariant.CONVERGES),
  /** ECR's answer of before the last push is still believed. */
  STALE_SELECTION(Invariant.ONLY_SELECTED),
  /** Blocks are hidden from decisions. */
  BLOCKS_HIDDEN(Invariant.STAYS_BLOCKED),
  /** Running deployments are hidden: none is resolved before its image is repeated. */
  RUNNING_HIDDEN(Invariant.STAYS_BLOCKED),
  /** What replaced a deployment that ECS stopped is not seen. */
  SUCCESSOR_HIDDEN(Invariant.ONE_OUTCOME),
  /** A claim to announce is not seen by others. */
  CLAIM_IGNORED(Invariant.TOLD_ONCE),
  /** A deployment that is under way is taken for one that has completed. */
  EARLY_SUCCESS(Invariant.ONE_OUTCOME),
  /** Who reports outcomes does not see that another writer came in between. */
  CONFLICT_UNSEEN(Invariant.TOLD_TRUE),
  /** Whatever ECS has is taken for what an intent led to, whoever started it. */
  FOREIGN_ADOPTED(Invariant.NOT_FOREIGN),
  /** An intent is taken for one whose lease is over. */
  LEASE_IGNORED(Invariant.ONE_REGISTRATION),
  /** A write of the record goes through, whoever wrote in between. */
  VERSION_IGNORED(Invariant.DECISIONS_KEPT),
  /** A message that failed is deleted. */
  FAILURE_SWALLOWED(Invariant.NOTHING_LOST),
  /** A dead letter does not say why. */
  REASON_LOST(Invariant.NOTHING_LOST),
  /** A redrive deletes the dead letter, and sends nothing. */
  REDRIVE_DROPS(Invariant.REDRIVEN);

  /** What it breaks. */
  final Invariant breaks;

  Mutation(Invariant breaks) {
    this.breaks = breaks;
  }
}
