/** CloudWatch's alarms, as far as ECS and its clients ask for them. */
@NullMarked
package dev.slipway.simulator.alarms;

import org.jspecify.annotations.NullMarked;
