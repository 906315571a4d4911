/** Adapters: the AWS SDK behind the core's own ports. */
@NullMarked
package dev.slipway.aws;

import org.jspecify.annotations.NullMarked;
