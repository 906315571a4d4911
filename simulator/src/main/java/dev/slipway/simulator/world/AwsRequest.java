package dev.slipway.simulator.world;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * One call of an operation, its protocol taken off.
 *
 * @param operation such as {@code UpdateService}
 * @param body the members of the operation's input, as the service model names them
 */
public record AwsRequest(Caller caller, String operation, ObjectNode body) {}
