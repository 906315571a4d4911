package dev.slipway.deploy;

import dev.slipway.decide.Decision;
import dev.slipway.record.DeploymentRecord;

/**
 * A decision to deploy that was carried out: ECS has taken it. Whether it succeeds is seen later.
 *
 * @param record with ECS's id and the revision that is rolled out
 */
public record StartedDeployment(Decision.Deploy decision, DeploymentRecord record) {}
