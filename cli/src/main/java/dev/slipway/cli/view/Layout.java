package dev.slipway.cli.view;

/**
 * How much room there is, and how much is to be said.
 *
 * @param columns at which texts are broken
 * @param tableColumns that a table may take: without end where nobody looks at a screen, so that
 *     scripts find whole names
 * @param details whether the evidence behind a cause is shown
 */
public record Layout(int columns, int tableColumns, boolean details) {
  /** The same, within an indent. */
  Layout within(String indent) {
    return new Layout(
        columns - indent.length(), Math.max(1, tableColumns - indent.length()), details);
  }
}
