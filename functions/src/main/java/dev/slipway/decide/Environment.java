package dev.slipway.decide;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.ecs.Service;
import dev.slipway.gate.FreezesGate;
import dev.slipway.gate.Gate;
import dev.slipway.image.ImagePolicy;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * A named policy: which images its services run, and how they are rolled out.
 *
 * @param name what services carry as the value of their tag {@code slipway:environment}
 * @param images selects the image in every repository that a service's containers come from
 * @param deployment fields of ECS's own <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html">DeploymentConfiguration</a>
 *     to be set; what is not there stays as the service has it
 * @param clusters names of the clusters that its services are in; empty for all
 * @param drift what is done where another client has replaced what Slipway deployed
 * @param gates that an image has to pass before it is deployed
 * @param housekeeping what is done once a deployment has completed
 */
public record Environment(
    String name,
    ImagePolicy images,
    ObjectNode deployment,
    Set<String> clusters,
    Drift drift,
    List<Gate> gates,
    Housekeeping housekeeping) {
  /** One that wants nothing done once a deployment has completed. */
  public Environment(
      String name,
      ImagePolicy images,
      ObjectNode deployment,
      Set<String> clusters,
      Drift drift,
      List<Gate> gates) {
    this(name, images, deployment, clusters, drift, gates, Housekeeping.NONE);
  }

  /** What is done about drift: a service that another client has deployed to since. */
  public enum Drift {
    /** Nothing, until another image is selected or an operator deploys. */
    HOLD,
    /** What the environment selects is deployed again. */
    RESTORE
  }

  /** Copies the collections. */
  public Environment {
    if (name.isBlank()) {
      throw new IllegalArgumentException("an environment without a name");
    }
    deployment = deployment.deepCopy();
    clusters = Set.copyOf(clusters);
    gates = List.copyOf(gates);
  }

  /** Its freezes that are over, such as {@code winter (until 2027-01-04T07:00)}. */
  public List<String> pastFreezes(Instant now) {
    return gates.stream()
        .filter(FreezesGate.class::isInstance)
        .flatMap(gate -> ((FreezesGate) gate).freezes().stream())
        .filter(freeze -> freeze.to().atZone(freeze.zone()).toInstant().isBefore(now))
        .map(freeze -> "%s (until %s)".formatted(freeze.why(), freeze.to()))
        .toList();
  }

  /** A copy. */
  @Override
  public ObjectNode deployment() {
    return deployment.deepCopy();
  }

  /** The same environment with another policy. */
  public Environment selecting(ImagePolicy policy) {
    return new Environment(name, policy, deployment, clusters, drift, gates, housekeeping);
  }

  /** The same environment without gates. */
  Environment withoutGates() {
    return new Environment(name, images, deployment, clusters, drift, List.of(), housekeeping);
  }

  /**
   * Whether a service follows this environment: its tag says so and its cluster is one of these.
   */
  public boolean isFollowedBy(Service service) {
    return service.environment().filter(name::equals).isPresent()
        && (clusters.isEmpty() || clusters.contains(service.arn().cluster()));
  }
}
