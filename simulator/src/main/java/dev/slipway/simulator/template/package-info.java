/** Reads a SAM template into what is to be deployed: what it gets wrong fails here. */
@NullMarked
package dev.slipway.simulator.template;

import org.jspecify.annotations.NullMarked;
