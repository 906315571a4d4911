/** What became of a deployment, and why it failed. Pure: no AWS SDK, no Lambda, no clock. */
@NullMarked
package dev.slipway.rollout;

import org.jspecify.annotations.NullMarked;
