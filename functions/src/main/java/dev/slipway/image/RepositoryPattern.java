package dev.slipway.image;

/**
 * Names of repositories, as the template's parameter RepositoryNames gives them: {@code *} stands
 * for any characters. The functions may read no others.
 *
 * @param value such as {@code *} or {@code website/*}
 */
public record RepositoryPattern(String value) {
  /** All repositories. */
  public static final RepositoryPattern ALL = new RepositoryPattern("*");

  /** Whether a repository's name is among them. */
  public boolean matches(Repository repository) {
    return matches(repository.name());
  }

  /** In linear time for each asterisk: the parts between them are found one after the other. */
  private boolean matches(String name) {
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
