package dev.slipway.cli.view;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** A line of text in pieces of different styles. */
public record Line(List<Piece> pieces) {

  /** Text in one style, as a terminal may get it: all that is printed goes through here. */
  public record Piece(String text, Style style) {
    public Piece {
      text = TerminalText.visible(text);
    }
  }

  public Line {
    pieces = List.copyOf(pieces);
  }

  /** A line with nothing in it. */
  public static Line empty() {
    return new Line(List.of());
  }

  /** A plain line. */
  public static Line of(String text) {
    return of(text, Style.PLAIN);
  }

  /** A line in one style. */
  public static Line of(String text, Style style) {
    return new Line(List.of(new Piece(text, style)));
  }

  /** This line with more at its end. */
  public Line and(String text, Style style) {
    List<Piece> more = new ArrayList<>(pieces);
    more.add(new Piece(text, style));
    return new Line(more);
  }

  /** This line with plain text at its end. */
  public Line and(String text) {
    return and(text, Style.PLAIN);
  }

  /** This line with another at its end. */
  public Line and(Line other) {
    List<Piece> more = new ArrayList<>(pieces);
    more.addAll(other.pieces);
    return new Line(more);
  }

  /** How many columns it takes. */
  public int width() {
    return pieces.stream().mapToInt(piece -> TerminalText.width(piece.text())).sum();
  }

  /** This line, no longer than so many columns. */
  public Line cutAt(int columns) {
    List<Piece> kept = new ArrayList<>();
    int left = columns;
    for (Piece piece : pieces) {
      if (left <= 0) {
        break;
      }
      int width = TerminalText.width(piece.text());
      kept.add(
          width <= left ? piece : new Piece(TerminalText.cut(piece.text(), left), piece.style()));
      left -= width;
    }
    return new Line(kept);
  }

  /** This line, cut with an ellipsis where it is longer than so many columns. */
  public Line fitted(int columns) {
    return width() <= columns ? this : cutAt(columns - 1).and("…");
  }

  /** The text, with escape sequences if there are to be colours; without blanks at its end. */
  public String print(boolean colours) {
    if (!colours) {
      StringBuilder plain = new StringBuilder();
      pieces.forEach(piece -> plain.append(piece.text()));
      return plain.toString().stripTrailing();
    }
    StringBuilder painted = new StringBuilder();
    pieces.forEach(piece -> painted.append(piece.style().paint(piece.text())));
    return painted.toString().stripTrailing();
  }

  /** A word; and a command, which is to be copied: `slipway resume web`. */
  private static final Pattern WORD = Pattern.compile("[^\\s`]*`[^`]*`[^\\s`]*|\\S+");

  /**
   * Text in lines of at most so many columns, broken between words. Longer words stay whole, and so
   * do commands in backticks, where they fit on a line.
   */
  public static List<Line> wrapped(String text, String indent, Style style, int columns) {
    List<Line> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    int width = 0;
    for (String word : words(TerminalText.visible(text), columns - indent.length())) {
      int more = TerminalText.width(word);
      if (line.length() > 0 && indent.length() + width + 1 + more > columns) {
        lines.add(Line.of(indent).and(line.toString(), style));
        line.setLength(0);
        width = 0;
      }
      if (line.length() > 0) {
        line.append(' ');
        width++;
      }
      line.append(word);
      width += more;
    }
    lines.add(Line.of(indent).and(line.toString(), style));
    return lines;
  }

  private static List<String> words(String text, int columns) {
    List<String> words = new ArrayList<>();
    WORD.matcher(text)
        .results()
        .map(MatchResult::group)
        .map(word -> word.replaceAll("\\s+", " "))
        .forEach(word ->
            words.addAll(
                TerminalText.width(word) <= columns
                    ? List.of(word)
                    : List.of(word.split(" ", -1))));
    return words;
  }
}
