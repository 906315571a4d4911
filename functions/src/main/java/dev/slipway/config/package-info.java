/** {@code slipway.yaml}: parsed and checked, with the line of every mistake. */
@NullMarked
package dev.slipway.config;

import org.jspecify.annotations.NullMarked;
