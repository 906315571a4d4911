/**
 * The core: which services a hint concerns, and what is decided about each. Pure: no AWS SDK, no
 * Lambda, no clock.
 */
@NullMarked
package dev.slipway.deploy;

import org.jspecify.annotations.NullMarked;
