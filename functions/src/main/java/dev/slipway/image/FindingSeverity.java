package dev.slipway.image;

import java.util.Locale;
import java.util.stream.Stream;

/** How grave a vulnerability is, the least first: ECR's and Amazon Inspector's words. */
public enum FindingSeverity {
  /** Nobody has judged it, or in a word that is not known here. */
  UNDEFINED,
  /** No risk by itself. */
  INFORMATIONAL,
  /** A small risk. */
  LOW,
  /** A medium risk. */
  MEDIUM,
  /** A high risk. */
  HIGH,
  /** The gravest. */
  CRITICAL;

  /** The severity that AWS names; {@link #UNDEFINED} for Inspector's UNTRIAGED, and for others. */
  public static FindingSeverity of(String name) {
    return Stream.of(values())
        .filter(severity -> severity.name().equals(name))
        .findFirst()
        .orElse(UNDEFINED);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
