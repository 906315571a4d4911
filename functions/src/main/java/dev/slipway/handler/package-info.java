/** Lambda entry points: parse, call, respond. No decisions. */
@NullMarked
package dev.slipway.handler;

import org.jspecify.annotations.NullMarked;
