/** Tests of what operators ask for. */
@NullMarked
package dev.slipway.operate;

import org.jspecify.annotations.NullMarked;
