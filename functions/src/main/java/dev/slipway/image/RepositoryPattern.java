package dev.slipway.image;

/**
 * Names of repositories, as the template's parameter RepositoryNames gives them. The functions may
 * read no others.
 *
 * @param names such as {@code *} or {@code website/*}
 */
public record RepositoryPattern(WildcardPattern names) {
  /** All repositories. */
  public static final RepositoryPattern ALL = new RepositoryPattern(WildcardPattern.ANY);

  /** The repositories whose names fit the pattern. */
  public RepositoryPattern(String names) {
    this(new WildcardPattern(names));
  }

  /** Whether a repository's name is among them. */
  public boolean matches(Repository repository) {
    return names.matches(repository.name());
  }

  /** Whether a repository is among them, in this account and Region. */
  public boolean has(Repository repository, String account, String region) {
    return repository.account().equals(account)
        && repository.region().equals(region)
        && matches(repository);
  }

  @Override
  public String toString() {
    return names.value();
  }
}
