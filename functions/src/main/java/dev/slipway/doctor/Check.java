package dev.slipway.doctor;

import java.util.List;

/**
 * One thing that is looked at: a function of what was read. What could not be read is empty there,
 * and has a finding of its own already, so a check is silent about it.
 *
 * @param <S> what it is a function of
 */
interface Check<S> {
  /** What it looks at, in a list for people, such as {@code log groups}. */
  String subject();

  /** What it finds; nothing where all is well. */
  List<Finding> findings(S seen);
}
