/**
 * What operators ask for: status, explain, history, replay, deploy, rollback, promote, pause. Pure:
 * no AWS SDK, no Lambda, no clock.
 */
@NullMarked
package dev.slipway.operate;

import org.jspecify.annotations.NullMarked;
