/** Tests of the core, and in-memory fakes of its ports. */
@NullMarked
package dev.slipway.deploy;

import org.jspecify.annotations.NullMarked;
