package dev.slipway.image;

/**
 * A pattern for names: {@code *} stands for any characters, none among them; all else for itself.
 *
 * @param value such as {@code main-*}
 */
public record WildcardPattern(String value) implements TagPattern {
  /** What stands for any characters. */
  public static final String ANY = "*";

  @Override
  public boolean isOneTag() {
    return !value.contains(ANY);
  }

  /** In linear time for each asterisk: the parts between them are found one after the other. */
  @Override
  public boolean matches(String name) {
    String[] parts = value.split("\\*", -1);
    if (parts.length == 1) {
      return name.equals(value);
    }
    String first = parts[0];
    String last = parts[parts.length - 1];
    if (name.length() < first.length() + last.length()
        || !name.startsWith(first)
        || !name.endsWith(last)) {
      return false;
    }
    int at = first.length();
    int end = name.length() - last.length();
    for (int i = 1; i < parts.length - 1; i++) {
      int found = name.indexOf(parts[i], at);
      if (found < 0 || found + parts[i].length() > end) {
        return false;
      }
      at = found + parts[i].length();
    }
    return true;
  }

  @Override
  public String toString() {
    return value;
  }
}
