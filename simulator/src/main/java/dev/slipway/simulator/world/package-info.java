/** What every simulated service stands on: one clock, one lock, who calls, what may be called. */
@NullMarked
package dev.slipway.simulator.world;

import org.jspecify.annotations.NullMarked;
