@NullMarked
package dev.slipway.simulator.ecr;

import org.jspecify.annotations.NullMarked;
