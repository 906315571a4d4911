/** A stack's functions as the commands see them: names, requests, answers, and what goes wrong. */
@NullMarked
package dev.slipway.cli.stack;

import org.jspecify.annotations.NullMarked;
