/** What goes wrong with calls, on request: throttling, server errors, lost connections, latency. */
@NullMarked
package dev.slipway.simulator.faults;

import org.jspecify.annotations.NullMarked;
