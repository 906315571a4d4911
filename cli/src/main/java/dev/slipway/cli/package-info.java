/** {@code slipway}: the operators' command, a thin client of the stack's functions. */
@NullMarked
package dev.slipway.cli;

import org.jspecify.annotations.NullMarked;
