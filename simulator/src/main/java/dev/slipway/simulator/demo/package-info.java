/** {@code make demo}: the story of a push, told by the simulator without a hand on it. */
@NullMarked
package dev.slipway.simulator.demo;

import org.jspecify.annotations.NullMarked;
