package dev.slipway.explore;

/** A rule of the protocol that the explorer's ports break, to see whether breaking it is found. */
enum Mutation {
  /** A write of the record goes through, whoever wrote in between. */
  VERSION_IGNORED,
  /** An intent is taken for one whose lease is over. */
  LEASE_IGNORED,
  /**
   * Running deployments are hidden from decisions: none is resolved before its image is repeated.
   */
  RUNNING_HIDDEN,
  /** A claim to announce is not seen by others. */
  CLAIM_IGNORED,
  /** The holder of a lease finds that nobody wrote in between, and notes are lost. */
  NOTES_LOST,
  /** Blocks are hidden from decisions. */
  BLOCKS_HIDDEN
}
