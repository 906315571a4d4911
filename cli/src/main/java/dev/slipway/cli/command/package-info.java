/** The commands: options in, requests to the stack's functions, answers and exit codes out. */
@NullMarked
package dev.slipway.cli.command;

import org.jspecify.annotations.NullMarked;
