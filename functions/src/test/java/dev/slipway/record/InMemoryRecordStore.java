package dev.slipway.record;

import dev.slipway.ecs.ServiceArn;
import dev.slipway.image.Repository;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The record in memory, with compare-and-set as the real one has it. */
public final class InMemoryRecordStore implements RecordStore {
  private static final int NEWEST = 25;

  private final Map<ServiceArn, ServiceRecord> services = new LinkedHashMap<>();
  private final Map<ServiceArn, TreeMap<DeploymentId, DeploymentRecord>> deployments =
      new HashMap<>();
  private final Map<Repository, Map<ServiceArn, String>> users = new HashMap<>();
  private final Map<Repository, Instant> searches = new HashMap<>();
  private Optional<String> position = Optional.empty();
  private Runnable beforeWrite = () -> {};
  private final List<String> calls = new ArrayList<>();

  /** Something that happens once, just before the next write: another writer. */
  public void beforeNextWrite(Runnable other) {
    beforeWrite = other;
  }

  /** The calls so far, in their order: read, write, services, usersOf and so on. */
  public List<String> calls() {
    return List.copyOf(calls);
  }

  /** Forgets the calls so far. */
  public void clearCalls() {
    calls.clear();
  }

  @Override
  public RecordedService read(ServiceArn service) {
    calls.add("read");
    ServiceRecord record = services.getOrDefault(service, ServiceRecord.unknown(service));
    List<DeploymentRecord> newestFirst = all(service);
    return new RecordedService(
        record,
        newestFirst.stream()
            .filter(d -> newestFirst.indexOf(d) < NEWEST || record.open().contains(d.id()))
            .toList());
  }

  private List<DeploymentRecord> all(ServiceArn service) {
    return deployments.getOrDefault(service, new TreeMap<>()).values().stream()
        .sorted(Comparator.comparing(DeploymentRecord::id).reversed())
        .toList();
  }

  @Override
  public ServiceRecords services(Collection<ServiceArn> wanted) {
    calls.add("services");
    Map<ServiceArn, ServiceRecord> found = new LinkedHashMap<>();
    wanted.forEach(service ->
        Optional.ofNullable(services.get(service)).ifPresent(r -> found.put(service, r)));
    return new ServiceRecords(found, Map.of());
  }

  @Override
  public List<DeploymentRecord> history(ServiceArn service, int limit) {
    calls.add("history");
    return all(service).stream().limit(limit).toList();
  }

  @Override
  public boolean write(RecordChange change) {
    calls.add("write");
    Runnable other = beforeWrite;
    beforeWrite = () -> {};
    other.run();
    ServiceArn service = change.before().service();
    long stored = Optional.ofNullable(services.get(service)).map(ServiceRecord::version).orElse(0L);
    if (stored != change.before().version()) {
      return false;
    }
    services.put(service, change.after().written());
    change
        .deployments()
        .forEach(d -> deployments.computeIfAbsent(service, _ -> new TreeMap<>()).put(d.id(), d));
    change
        .before()
        .repositories()
        .forEach(r -> users.computeIfAbsent(r, _ -> new LinkedHashMap<>()).remove(service));
    change
        .after()
        .repositories()
        .forEach(r ->
            users
                .computeIfAbsent(r, _ -> new LinkedHashMap<>())
                .put(service, change.after().environment().orElseThrow()));
    return true;
  }

  @Override
  public RepositoryUsers usersOf(Repository repository) {
    calls.add("usersOf");
    return new RepositoryUsers(
        users.getOrDefault(repository, Map.of()).entrySet().stream()
            .map(user -> new RepositoryUsers.User(user.getKey(), user.getValue()))
            .toList(),
        Optional.ofNullable(searches.get(repository)));
  }

  @Override
  public void searched(Repository repository, Instant at) {
    calls.add("searched");
    searches.put(repository, at);
  }

  @Override
  public Optional<String> sweepPosition() {
    return position;
  }

  @Override
  public void sweepPosition(Optional<String> other) {
    position = other;
  }
}
