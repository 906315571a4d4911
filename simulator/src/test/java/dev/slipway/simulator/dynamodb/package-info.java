@NullMarked
package dev.slipway.simulator.dynamodb;

import org.jspecify.annotations.NullMarked;
