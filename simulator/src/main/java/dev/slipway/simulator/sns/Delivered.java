package dev.slipway.simulator.sns;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A notification as an endpoint outside AWS got it: a letter in a mailbox, or the body of a POST.
 *
 * @param at when, in simulated time
 * @param protocol {@code email}, {@code email-json}, {@code http} or {@code https}
 * @param endpoint the address or the URL
 * @param subject of a letter; null for a POST
 * @param body the message itself, or SNS's JSON envelope around it
 */
public record Delivered(
    Instant at,
    String topicArn,
    String subscriptionArn,
    String protocol,
    String endpoint,
    @Nullable String subject,
    String body) {}
