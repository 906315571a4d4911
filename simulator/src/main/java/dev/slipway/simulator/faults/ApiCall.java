package dev.slipway.simulator.faults;

import dev.slipway.simulator.world.Caller;

/**
 * A call that is about to be carried out.
 *
 * @param service the name it is signed for, such as {@code ecs}
 * @param operation such as {@code UpdateService}
 */
public record ApiCall(String service, String operation, Caller caller) {}
