/** Lambda entry points: parse, call, answer. No decisions. */
@NullMarked
package dev.slipway.handler;

import org.jspecify.annotations.NullMarked;
