/** AWS Lambda: functions, how they are run, and the event source mappings that feed them. */
@NullMarked
package dev.slipway.simulator.lambda;

import org.jspecify.annotations.NullMarked;
