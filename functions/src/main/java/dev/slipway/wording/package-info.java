/** What people wrote and what they meant. */
@NullMarked
package dev.slipway.wording;

import org.jspecify.annotations.NullMarked;
