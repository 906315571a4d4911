/** Amazon EventBridge Scheduler: schedules at a rate that invoke functions. */
@NullMarked
package dev.slipway.simulator.scheduler;

import org.jspecify.annotations.NullMarked;
