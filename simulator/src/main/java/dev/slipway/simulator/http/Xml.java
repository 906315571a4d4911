package dev.slipway.simulator.http;

/** The little XML that the query protocol needs. */
final class Xml {
  private Xml() {}

  /** The text with the characters escaped that mean something in XML. */
  static String text(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
