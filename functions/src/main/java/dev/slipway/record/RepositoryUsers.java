package dev.slipway.record;

import dev.slipway.ecs.ServiceArn;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the index holds about a repository.
 *
 * @param users services that follow an environment and whose task definition has an image of it
 * @param searchedAt when all services of the account were last searched for users in vain; empty
 *     where that was never done
 */
public record RepositoryUsers(List<User> users, Optional<Instant> searchedAt) {
  /** Copies the list. */
  public RepositoryUsers {
    users = List.copyOf(users);
  }

  /**
   * A service that uses the repository.
   *
   * @param environment that it followed when it was last evaluated
   */
  public record User(ServiceArn service, String environment) {}
}
