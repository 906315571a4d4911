package dev.slipway.image;

/**
 * A vulnerability that a scanner has found in an image.
 *
 * @param name such as {@code CVE-2026-1234}
 */
public record ScanFinding(String name, FindingSeverity severity) {
  @Override
  public String toString() {
    return "%s (%s)".formatted(name, severity);
  }
}
