/** Rules that the whole command keeps. */
@NullMarked
package dev.slipway.cli;

import org.jspecify.annotations.NullMarked;
