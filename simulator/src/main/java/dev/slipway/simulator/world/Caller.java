package dev.slipway.simulator.world;

/**
 * Who signed a request.
 *
 * @param arn of the role session, or of the account's root for a person at the keyboard
 */
public record Caller(String arn) {}
