/** Text for people: what comes from outside made safe to show, secrets masked, suggestions. */
@NullMarked
package dev.slipway.text;

import org.jspecify.annotations.NullMarked;
