/** Amazon SNS: standard topics, their subscriptions, and what was delivered. */
@NullMarked
package dev.slipway.simulator.sns;

import org.jspecify.annotations.NullMarked;
