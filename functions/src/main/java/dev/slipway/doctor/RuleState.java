package dev.slipway.doctor;

/**
 * A rule of Amazon EventBridge.
 *
 * @param enabled whether it takes events
 * @param description what it takes, in the template's words
 */
public record RuleState(boolean enabled, String description) {}
