/** AWS Systems Manager, as far as its change calendars are asked for. */
@NullMarked
package dev.slipway.simulator.ssm;

import org.jspecify.annotations.NullMarked;
