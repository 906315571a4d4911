package dev.slipway.simulator.ecs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A cluster: its services, and the container instances that DAEMON services run on. */
final class Cluster {
  final String name;
  final String arn;

  /** The members of its CreateCluster request. */
  final ObjectNode settings;

  final Tags tags;

  /** ARNs. */
  final List<String> containerInstances = new ArrayList<>();

  private final Map<String, Service> services = new LinkedHashMap<>();
  boolean active = true;

  Cluster(String name, String arn, ObjectNode settings, Tags tags) {
    this.name = name;
    this.arn = arn;
    this.settings = settings;
    this.tags = tags;
  }

  /** Services in the order of their creation, INACTIVE ones included. */
  List<Service> services() {
    return List.copyOf(services.values());
  }

  /**
   * A service that exists or existed.
   *
   * @param nameOrArn a service's ARN has to be of this cluster
   */
  @Nullable Service service(String nameOrArn) {
    Service service = services.get(Arns.lastPart(nameOrArn));
    return service == null || (nameOrArn.startsWith("arn:") && !nameOrArn.equals(service.arn))
        ? null
        : service;
  }

  void add(Service service) {
    services.remove(service.name);
    services.put(service.name, service);
  }
}
