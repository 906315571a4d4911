/** The behaviour of the announce package. */
@NullMarked
package dev.slipway.announce;

import org.jspecify.annotations.NullMarked;
