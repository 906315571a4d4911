package dev.slipway.image;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** How severe a vulnerability is, the least first: ECR's and Amazon Inspector's words. */
public enum FindingSeverity {
  /** Not judged yet: no word, UNDEFINED, or Inspector's UNTRIAGED. */
  UNDEFINED,
  /** No risk by itself. */
  INFORMATIONAL,
  /** A small risk. */
  LOW,
  /** A medium risk. */
  MEDIUM,
  /** A high risk. */
  HIGH,
  /** The most severe that AWS has. */
  CRITICAL,
  /** In a word that is not known here: it counts as more severe than all others. */
  UNKNOWN;

  private static final String UNTRIAGED = "UNTRIAGED";

  /** The severities that slipway.yaml can name. */
  public static List<FindingSeverity> named() {
    return List.of(INFORMATIONAL, LOW, MEDIUM, HIGH, CRITICAL);
  }

  /** The severity that AWS names. */
  public static FindingSeverity of(String name) {
    return Stream.of(values())
        .filter(severity -> severity.name().equals(name))
        .findFirst()
        .orElse(name.isEmpty() || name.equals(UNTRIAGED) ? UNDEFINED : UNKNOWN);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
