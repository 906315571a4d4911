@NullMarked
package dev.slipway.simulator.ecs;

import org.jspecify.annotations.NullMarked;
