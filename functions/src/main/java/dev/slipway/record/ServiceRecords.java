package dev.slipway.record;

import dev.slipway.ecs.ServiceArn;
import java.util.Map;
import java.util.Optional;

/**
 * The records of several services, read together.
 *
 * @param known those that could be read
 * @param unreadable those that are there and could not: each keeps no other from being read
 */
public record ServiceRecords(
    Map<ServiceArn, ServiceRecord> known, Map<ServiceArn, UnreadableRecord> unreadable) {
  /** Of no services. */
  public static final ServiceRecords NONE = new ServiceRecords(Map.of(), Map.of());

  /** Copies the maps. */
  public ServiceRecords {
    known = Map.copyOf(known);
    unreadable = Map.copyOf(unreadable);
  }

  /**
   * That of one service; of one without a record, that of an unknown service.
   *
   * @throws UnreadableRecord if it is there, and could not be read
   */
  public ServiceRecord of(ServiceArn service) {
    Optional.ofNullable(unreadable.get(service))
        .ifPresent(failure -> {
          throw failure;
        });
    return Optional.ofNullable(known.get(service)).orElseGet(() -> ServiceRecord.unknown(service));
  }
}
