package dev.slipway.record;

import java.time.Instant;

/**
 * An operator's command to deploy, once: it passes a pause and drift. The next deployment that is
 * started for the service, or the finding that there is nothing to deploy, ends it.
 *
 * @param eventId of the request
 * @param force also where the service has the images already: its tasks are replaced
 */
public record DeployRequest(String eventId, String by, Instant at, boolean force) {}
