package dev.slipway.simulator.ecs;

import dev.slipway.simulator.ecr.ImageSource;
import dev.slipway.simulator.logs.LogsService;
import dev.slipway.simulator.world.Authorizer;
import dev.slipway.simulator.world.EventSink;
import dev.slipway.simulator.world.Journal;
import dev.slipway.simulator.world.World;

/** What the parts of the simulated ECS stand on. */
record EcsContext(
    World world,
    EventSink events,
    Authorizer authorizer,
    Journal journal,
    ImageSource images,
    LogsService logs,
    TaskTimings timings,
    Arns arns,
    Ids ids) {}
