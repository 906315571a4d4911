@NullMarked
package dev.slipway.simulator.world;

import org.jspecify.annotations.NullMarked;
