/** Command lines against a fake stack: what is asked of it, what is printed, the exit code. */
@NullMarked
package dev.slipway.cli.command;

import org.jspecify.annotations.NullMarked;
