package dev.slipway.deploy;

import dev.slipway.decide.Decision;
import dev.slipway.ecs.TaskDefinitionArn;

import java.util.Optional;

/**
 * A decision to deploy that was carried out: ECS has taken it. Whether it succeeds is seen later.
 *
 * @param revision that is rolled out
 * @param id ECS's id of the deployment, such as {@code ecs-svc/1234567890123456789}; empty where
 *     ECS did not say
 */
public record StartedDeployment(
    Decision.Deploy decision, TaskDefinitionArn revision, Optional<String> id) {}
