package dev.slipway.image;

/** A policy for all repositories. */
public sealed interface WholePolicy extends ImagePolicy permits FromPolicy, RegistryPolicy {
  @Override
  default WholePolicy whole() {
    return this;
  }
}
