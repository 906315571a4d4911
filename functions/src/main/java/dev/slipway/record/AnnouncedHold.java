package dev.slipway.record;

import java.time.Instant;

/**
 * The hold that was announced last.
 *
 * @param key the same for the same hold of the same images
 */
public record AnnouncedHold(String key, Instant at) {}
