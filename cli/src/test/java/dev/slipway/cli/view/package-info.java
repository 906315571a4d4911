/** Answers as text. */
@NullMarked
package dev.slipway.cli.view;

import org.jspecify.annotations.NullMarked;
