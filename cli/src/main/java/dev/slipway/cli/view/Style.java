package dev.slipway.cli.view;

/** How a piece of text stands out, where there are colours. */
public enum Style {
  /** As it is. */
  PLAIN(""),
  /** What is said first. */
  STRONG("1"),
  /** What is said by the way. */
  FAINT("2"),
  /** All is well. */
  GOOD("32"),
  /** Something goes on, or waits for a person. */
  BUSY("33"),
  /** Something went wrong. */
  BAD("31");

  private final String code;

  Style(String code) {
    this.code = code;
  }

  /** The text, wrapped into this style's escape sequence. */
  String paint(String text) {
    return this == PLAIN || text.isEmpty() ? text : "\u001b[" + code + "m" + text + "\u001b[0m";
  }
}
