/**
 * {@code slipway dashboard}: a page about the stack, served to this machine alone. It knows the
 * stack by {@link dev.slipway.cli.dashboard.Stack}, and people's words by the views of the command.
 */
@NullMarked
package dev.slipway.cli.dashboard;

import org.jspecify.annotations.NullMarked;
