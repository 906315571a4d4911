package dev.slipway.record;

import dev.slipway.ecs.ServiceArn;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the index holds about a repository.
 *
 * @param services whose task definition has an image of it
 * @param searchedAt when all services of the account were last searched for users in vain; empty
 *     where nobody did
 */
public record RepositoryUsers(List<ServiceArn> services, Optional<Instant> searchedAt) {
  /** Copies the list. */
  public RepositoryUsers {
    services = List.copyOf(services);
  }
}
