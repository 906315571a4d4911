/** Amazon EventBridge: the default bus, its rules, and the delivery to their targets. */
@NullMarked
package dev.slipway.simulator.events;

import org.jspecify.annotations.NullMarked;
