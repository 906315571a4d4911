/** Application Auto Scaling, of which clients of ECS ask whether a service is scaled. */
@NullMarked
package dev.slipway.simulator.autoscaling;

import org.jspecify.annotations.NullMarked;
