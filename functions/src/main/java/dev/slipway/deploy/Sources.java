package dev.slipway.deploy;

import dev.slipway.decide.Source;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.Repository;
import dev.slipway.record.RecordStore;
import dev.slipway.record.RepositoryUsers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the services of an environment that use a repository, with what the record holds of their
 * deployments: a call for the index, one for each service, and one of ECS for ten of them.
 */
final class Sources {
  private record Key(Repository repository, String environment) {}

  private final RecordStore records;
  private final Ecs ecs;
  private final Optional<Map<Key, List<Source>>> known;

  private Sources(RecordStore records, Ecs ecs, Optional<Map<Key, List<Source>>> known) {
    this.records = records;
    this.ecs = ecs;
    this.known = known;
  }

  /** Reads anew each time. */
  Sources(RecordStore records, Ecs ecs) {
    this(records, ecs, Optional.empty());
  }

  /** One that reads everything once. For one thread. */
  Sources atOneMoment() {
    return new Sources(records, ecs, Optional.of(new HashMap<>()));
  }

  /** The services, as they are now. */
  List<Source> of(Repository repository, String environment) {
    Key key = new Key(repository, environment);
    if (known.isPresent()) {
      List<Source> sources = known.get().get(key);
      if (sources == null) {
        sources = read(key);
        known.get().put(key, sources);
      }
      return sources;
    }
    return read(key);
  }

  private List<Source> read(Key key) {
    List<ServiceArn> users =
        records.usersOf(key.repository()).users().stream()
            .filter(user -> user.environment().equals(key.environment()))
            .map(RepositoryUsers.User::service)
            .toList();
    if (users.isEmpty()) {
      return List.of();
    }
    Map<ServiceArn, Service> services = new HashMap<>();
    ecs.describe(users).stream()
        .filter(service -> service.status().equals("ACTIVE"))
        .forEach(service -> services.put(service.arn(), service));
    return users.stream()
        .map(user -> new Source(records.read(user), Optional.ofNullable(services.get(user))))
        .toList();
  }
}
