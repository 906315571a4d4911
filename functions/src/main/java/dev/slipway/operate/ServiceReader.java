package dev.slipway.operate;

import dev.slipway.deploy.Ecs;
import dev.slipway.deploy.EcsHistory;
import dev.slipway.deploy.ServiceDeployments;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.record.RecordStore;
import dev.slipway.record.RecordedService;
import dev.slipway.record.UnreadableRecord;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads services with their records, the record first, as a deployment does: what is decided must
 * not be older than the record.
 */
public final class ServiceReader {
  private final Ecs ecs;
  private final EcsHistory history;
  private final RecordStore records;

  /** Reads from these. */
  public ServiceReader(Ecs ecs, ServiceDeployments deployments, RecordStore records) {
    this.ecs = ecs;
    this.history = new EcsHistory(ecs, deployments);
    this.records = records;
  }

  /** A service and its record. */
  public record Read(Service service, RecordedService recorded) {}

  /**
   * Services, read together.
   *
   * @param found as they are now; one that is gone is left out
   * @param unreadable those whose record could not be read
   */
  public record Reads(Map<ServiceArn, Read> found, Map<ServiceArn, UnreadableRecord> unreadable) {
    /**
     * One of them.
     *
     * @throws UnreadableRecord if its record could not be read
     * @throws RejectedRequest if it is gone
     */
    Read of(ServiceArn service) {
      Optional.ofNullable(unreadable.get(service))
          .ifPresent(failure -> {
            throw failure;
          });
      return Optional.ofNullable(found.get(service)).orElseThrow(() -> gone(service));
    }
  }

  /** Reads the services: what cannot be read of one keeps no other from being read. */
  public Reads read(Collection<ServiceArn> services) {
    Map<ServiceArn, RecordedService> recorded = new LinkedHashMap<>();
    Map<ServiceArn, UnreadableRecord> unreadable = new LinkedHashMap<>();
    for (ServiceArn service : services) {
      try {
        recorded.put(service, records.read(service));
      } catch (UnreadableRecord failure) {
        unreadable.put(service, failure);
      }
    }
    Map<ServiceArn, Service> described = new LinkedHashMap<>();
    ecs.describe(List.copyOf(recorded.keySet()))
        .forEach(service -> described.put(service.arn(), service));
    Map<ServiceArn, Read> read = new LinkedHashMap<>();
    recorded.forEach((arn, of) -> {
      Service service = described.get(arn);
      if (service != null) {
        read.put(arn, new Read(service, of));
      }
    });
    return new Reads(read, unreadable);
  }

  /**
   * One service, as it is now.
   *
   * @throws UnreadableRecord if its record cannot be read
   * @throws RejectedRequest if it is gone
   */
  public Read read(ServiceArn service) {
    return read(List.of(service)).of(service);
  }

  static RejectedRequest gone(ServiceArn service) {
    return new RejectedRequest("there is no service %s any more".formatted(service.shortName()));
  }

  /**
   * The same, but what ECS knows to have failed is blocked where there is no record yet: otherwise
   * the first write of the record would have the failed image deployed again.
   */
  public Read withHistory(Read read) {
    return read.recorded().service().isKnown()
        ? read
        : new Read(
            read.service(),
            new RecordedService(history.rebuilt(read.service()), read.recorded().deployments()));
  }
}
