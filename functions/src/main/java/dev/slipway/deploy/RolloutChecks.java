package dev.slipway.deploy;

import dev.slipway.ecs.ServiceArn;
import java.util.List;

/** The queue of services whose deployments RolloutFunction looks at. */
public interface RolloutChecks {
  /** Has the services' open deployments looked at; asking twice does no harm. */
  void request(List<ServiceArn> services);
}
