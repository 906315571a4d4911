/** The page and its server. */
@NullMarked
package dev.slipway.cli.dashboard;

import org.jspecify.annotations.NullMarked;
