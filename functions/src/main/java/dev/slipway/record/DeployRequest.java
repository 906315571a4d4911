package dev.slipway.record;

import java.time.Instant;
import java.util.Optional;

/**
 * An operator's command to deploy, once: it passes a pause and drift, and with a reason the gates
 * that people set. The next deployment that is started for the service, or the finding that there
 * is nothing to deploy, ends it.
 *
 * @param eventId of the request
 * @param force also where the service has the images already: its tasks are replaced
 * @param override why gates are passed that people set, in the operator's words; empty to respect
 *     them
 */
public record DeployRequest(
    String eventId, String by, Instant at, boolean force, Optional<String> override) {}
