/**
 * What is decided about a service, and why: pure rules over what was observed. No ports, no AWS
 * SDK, no clock.
 */
@NullMarked
package dev.slipway.decide;

import org.jspecify.annotations.NullMarked;
