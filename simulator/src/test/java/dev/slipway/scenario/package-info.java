/** Slipway's behaviour, end to end: the real template and functions on the simulator. */
@NullMarked
package dev.slipway.scenario;

import org.jspecify.annotations.NullMarked;
