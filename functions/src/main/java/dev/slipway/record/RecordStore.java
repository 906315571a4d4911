package dev.slipway.record;

import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.Repository;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Where Slipway keeps its record. Reads see every write that was done before them. What keeps it
 * from being read or written passes as the adapter's own exception: then nothing is deployed, since
 * nobody knows what is blocked.
 */
public interface RecordStore {
  /**
   * One service, with its open deployments and its newest ones; one call unless many are open.
   *
   * @throws UnreadableRecord if it is there, and cannot be read
   */
  RecordedService read(ServiceArn service);

  /** Some services, without their deployments; those that have no record are left out. */
  ServiceRecords services(Collection<ServiceArn> services);

  /** A service's newest deployments, newest first, at most {@code limit}. */
  List<DeploymentRecord> history(ServiceArn service, int limit);

  /**
   * Writes a change, and keeps the index of repositories in step with it.
   *
   * @return false if another writer came first: nothing was written
   */
  boolean write(RecordChange change);

  /** Who uses a repository, as far as the index knows. */
  RepositoryUsers usersOf(Repository repository);

  /** Keeps that all services were searched for users of a repository, and that there are none. */
  void searched(Repository repository, Instant at);

  /** Where the last sweep stopped, if it did not reach the end. */
  Optional<String> sweepPosition();

  /**
   * Keeps where a sweep stopped.
   *
   * @param position empty where it has reached the end
   */
  void sweepPosition(Optional<String> position);
}
