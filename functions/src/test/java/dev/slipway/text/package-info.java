/** Tests of text from outside. */
@NullMarked
package dev.slipway.text;

import org.jspecify.annotations.NullMarked;
