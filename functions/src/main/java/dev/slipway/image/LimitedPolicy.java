package dev.slipway.image;

import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.Optional;

/**
 * Another policy, in some repositories alone.
 *
 * @param policy that selects in these
 * @param repositories such as {@code shop/*}
 */
public record LimitedPolicy(WholePolicy policy, List<RepositoryPattern> repositories)
    implements ImagePolicy {
  /** Copies the list. */
  public LimitedPolicy {
    repositories = List.copyOf(repositories);
  }

  @Override
  public boolean selectsIn(Repository repository) {
    return repositories.stream().anyMatch(pattern -> pattern.matches(repository));
  }

  @Override
  public Optional<ImageTag> followedTag() {
    return policy.followedTag();
  }

  @Override
  public boolean isConcernedBy(ImageTag pushed) {
    return policy.isConcernedBy(pushed);
  }

  @Override
  public boolean comparesImages() {
    return policy.comparesImages();
  }

  @Override
  public WholePolicy whole() {
    return policy;
  }

  @Override
  public String toString() {
    return "%s in %s"
        .formatted(
            policy, repositories.stream().map(RepositoryPattern::toString).collect(joining(", ")));
  }
}
