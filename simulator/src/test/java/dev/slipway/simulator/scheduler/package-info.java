@NullMarked
package dev.slipway.simulator.scheduler;

import org.jspecify.annotations.NullMarked;
