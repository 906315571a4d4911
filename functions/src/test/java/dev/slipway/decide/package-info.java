@NullMarked
package dev.slipway.decide;

import org.jspecify.annotations.NullMarked;
