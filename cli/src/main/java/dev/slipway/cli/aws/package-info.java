/** The AWS SDK behind {@link dev.slipway.cli.stack.Functions}. */
@NullMarked
package dev.slipway.cli.aws;

import org.jspecify.annotations.NullMarked;
