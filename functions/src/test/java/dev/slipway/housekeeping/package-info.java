@NullMarked
package dev.slipway.housekeeping;

import org.jspecify.annotations.NullMarked;
