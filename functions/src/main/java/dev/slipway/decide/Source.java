package dev.slipway.decide;

import dev.slipway.ecs.Service;
import dev.slipway.record.RecordedService;
import java.util.Optional;

/**
 * A service of the environment that another one takes its images from.
 *
 * @param service as ECS describes it now; empty where ECS does not have it any more
 */
public record Source(RecordedService recorded, Optional<Service> service) {}
