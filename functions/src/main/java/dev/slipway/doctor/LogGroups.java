package dev.slipway.doctor;

/** The log groups of this account and Region. Failures pass as the adapter's own exceptions. */
public interface LogGroups {
  /** Whether there is one of that name. */
  boolean has(String name);
}
