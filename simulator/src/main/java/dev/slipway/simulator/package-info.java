/** AWS on this machine: what the demo, the tests and a newcomer run against. */
@NullMarked
package dev.slipway.simulator;

import org.jspecify.annotations.NullMarked;
