package dev.slipway.simulator.lambda;

/**
 * One invocation.
 *
 * @param function what is invoked
 * @param version {@code $LATEST} or a number
 * @param invokedArn the ARN it was invoked by, qualifier included
 * @param requestId unique
 * @param logStream where its lines go, in the function's log group
 * @param payload JSON
 */
public record Invocation(
    FunctionSettings function,
    String version,
    String invokedArn,
    String requestId,
    String logStream,
    String payload) {}
