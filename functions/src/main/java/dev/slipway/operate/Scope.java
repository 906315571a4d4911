package dev.slipway.operate;

/** Which services an operator means. */
public sealed interface Scope {
  /** All that follow an environment. */
  record OfEnvironment(String name) implements Scope {}

  /** One. */
  record OfService(ServiceSelector selector) implements Scope {}
}
