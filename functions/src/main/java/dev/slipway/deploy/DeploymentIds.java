package dev.slipway.deploy;

import dev.slipway.record.DeploymentId;
import java.time.Instant;

/** Makes ids of deployments. */
public interface DeploymentIds {
  /** An id that no other deployment has. */
  DeploymentId next(Instant decidedAt);
}
