package dev.slipway.deploy;

import dev.slipway.ecs.Service;
import java.util.List;
import java.util.Optional;

/**
 * Some of the services of an account and Region, as they are now.
 *
 * @param missing names of clusters that were to be looked in and that ECS does not have
 * @param next where the following page begins; empty at the end. The adapter alone can read it
 */
public record ServicePage(List<Service> services, List<String> missing, Optional<String> next) {
  /** Copies the lists. */
  public ServicePage {
    services = List.copyOf(services);
    missing = List.copyOf(missing);
  }
}
