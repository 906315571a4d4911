/**
 * Conditions that an image has to meet before it is deployed: time windows, freezes, approvals. No
 * ports, no AWS SDK, no clock.
 */
@NullMarked
package dev.slipway.gate;

import org.jspecify.annotations.NullMarked;
