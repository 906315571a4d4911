/** AWS Systems Manager, as far as its Parameter Store is used. */
@NullMarked
package dev.slipway.simulator.ssm;

import org.jspecify.annotations.NullMarked;
