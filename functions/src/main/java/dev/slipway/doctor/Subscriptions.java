package dev.slipway.doctor;

/**
 * Who is subscribed to a topic of Amazon SNS.
 *
 * @param confirmed so many are sent what is published
 * @param pending so many have not confirmed yet
 */
public record Subscriptions(int confirmed, int pending) {}
