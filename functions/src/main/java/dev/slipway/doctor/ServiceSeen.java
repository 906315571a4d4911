package dev.slipway.doctor;

import dev.slipway.decide.Decision;
import dev.slipway.decide.Environment;
import dev.slipway.decide.ObservedState;
import dev.slipway.ecs.PassableRoles;
import dev.slipway.ecs.Service;
import dev.slipway.image.ImageReference;
import dev.slipway.image.Repository;
import dev.slipway.image.RepositoryPattern;
import dev.slipway.operate.RollbackTargets;
import dev.slipway.operate.Unfollowed;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A service, as far as it could be read.
 *
 * @param unfollowed why it follows no environment; empty where it does
 * @param decision what a hint would lead to; empty where it is not known
 * @param state what the decision was made from; empty where it needed no closer look
 * @param repositories those of its images that Slipway follows, in the order of the containers
 * @param logGroups whether they are there, by name
 * @param rollback what a rollback would find; empty where it is not known
 * @param followed what the stack's parameter RepositoryNames names
 * @param passableRoles what the stack's parameter PassableRoles names
 */
record ServiceSeen(
    Service service,
    Optional<Unfollowed> unfollowed,
    Optional<Decision> decision,
    Optional<ObservedState> state,
    Map<Repository, StoredRepository> repositories,
    Map<String, Boolean> logGroups,
    Optional<RollbackTargets.Walk> rollback,
    RepositoryPattern followed,
    PassableRoles passableRoles,
    Instant now) {
  ServiceSeen {
    repositories = new LinkedHashMap<>(repositories);
    logGroups = new LinkedHashMap<>(logGroups);
  }

  /** A copy, in their order. */
  @Override
  public Map<Repository, StoredRepository> repositories() {
    return new LinkedHashMap<>(repositories);
  }

  /** A copy, in their order. */
  @Override
  public Map<String, Boolean> logGroups() {
    return new LinkedHashMap<>(logGroups);
  }

  Optional<Environment> environment() {
    return state.map(ObservedState::environment);
  }

  /**
   * The repositories in which its environment selects: a policy may be limited to some. None where
   * it follows no environment.
   */
  List<StoredRepository> selectedRepositories() {
    return repositories.values().stream()
        .filter(repository ->
            environment().filter(it -> it.images().selectsIn(repository.repository())).isPresent())
        .toList();
  }

  /** Whether its decision says already why nothing can be deployed. */
  boolean isNotDeployable() {
    return decision.filter(Decision.NotDeployable.class::isInstance).isPresent();
  }

  /** The repository that an image is in, if it is followed and could be read. */
  Optional<StoredRepository> repositoryOf(ImageReference image) {
    return image.repository().flatMap(name -> Optional.ofNullable(repositories.get(name)));
  }
}
