/** AWS Systems Manager, as far as its Parameter Store and its change calendars are used. */
@NullMarked
package dev.slipway.simulator.ssm;

import org.jspecify.annotations.NullMarked;
