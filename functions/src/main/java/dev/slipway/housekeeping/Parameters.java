package dev.slipway.housekeeping;

/** AWS Systems Manager's Parameter Store. */
public interface Parameters {
  /** Gives a parameter a value, whether it is there or not. Failures pass. */
  void put(String name, String value);
}
