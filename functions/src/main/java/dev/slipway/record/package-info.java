/**
 * What Slipway keeps about services and its own deployments, and the port that stores it. No AWS
 * SDK, no clock.
 */
@NullMarked
package dev.slipway.record;

import org.jspecify.annotations.NullMarked;
