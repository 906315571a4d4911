/** {@code slipway.yaml}: parsed and checked, with the line of every problem. */
@NullMarked
package dev.slipway.config;

import org.jspecify.annotations.NullMarked;
