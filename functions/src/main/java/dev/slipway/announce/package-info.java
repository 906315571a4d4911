/**
 * What is said about decisions, deployments and promotions: the texts of notifications, the
 * documents of events, and metrics. Pure: no port, no AWS SDK, no clock.
 */
@NullMarked
package dev.slipway.announce;

import org.jspecify.annotations.NullMarked;
