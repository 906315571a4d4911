package dev.slipway.image;

/** Says which tags fit. */
public sealed interface TagPattern permits RegularExpression, WildcardPattern {
  /** Whether the whole tag fits. */
  boolean matches(String tag);

  /** Whether only one tag can fit, as far as can be told. */
  boolean isOneTag();

  /** As it is written in slipway.yaml. */
  @Override
  String toString();
}
