/** The adapter against a small HTTP server in place of AWS. */
@NullMarked
package dev.slipway.cli.aws;

import org.jspecify.annotations.NullMarked;
