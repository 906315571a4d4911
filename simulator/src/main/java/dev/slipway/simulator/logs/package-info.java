/** Amazon CloudWatch Logs: log groups, and what functions and containers wrote. */
@NullMarked
package dev.slipway.simulator.logs;

import org.jspecify.annotations.NullMarked;
