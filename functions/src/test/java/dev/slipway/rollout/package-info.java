/** The behaviour of the rollout package. */
@NullMarked
package dev.slipway.rollout;

import org.jspecify.annotations.NullMarked;
