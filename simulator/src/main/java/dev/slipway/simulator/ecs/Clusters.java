package dev.slipway.simulator.ecs;

import dev.slipway.simulator.world.AwsError;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All clusters of the account and Region. */
final class Clusters {
  private final Map<String, Cluster> clusters = new LinkedHashMap<>();

  List<Cluster> all() {
    return List.copyOf(clusters.values());
  }

  void add(Cluster cluster) {
    clusters.put(cluster.name, cluster);
  }

  /** A cluster, INACTIVE ones included. */
  @Nullable Cluster find(@Nullable String nameOrArn) {
    Cluster cluster = clusters.get(name(nameOrArn));
    boolean other =
        cluster != null
            && nameOrArn != null
            && nameOrArn.startsWith("arn:")
            && !nameOrArn.equals(cluster.arn);
    return other ? null : cluster;
  }

  /** An ACTIVE cluster. */
  Cluster require(@Nullable String nameOrArn) {
    Cluster cluster = find(nameOrArn);
    if (cluster == null || !cluster.active) {
      throw AwsError.client("ClusterNotFoundException", "Cluster not found.");
    }
    return cluster;
  }

  /** The name that a {@code cluster} member means; {@code default} where it is absent. */
  static String name(@Nullable String nameOrArn) {
    return nameOrArn == null || nameOrArn.isEmpty() ? "default" : Arns.lastPart(nameOrArn);
  }

  /** A service that exists or existed; null if its cluster never had it. */
  @Nullable Service service(String cluster, String name) {
    Cluster found = find(cluster);
    return found == null ? null : found.service(name);
  }

  /** All services of all clusters. */
  List<Service> services() {
    return clusters.values().stream().flatMap(it -> it.services().stream()).toList();
  }
}
