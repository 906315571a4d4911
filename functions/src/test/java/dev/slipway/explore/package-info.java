/**
 * An explorer of the record's protocol: it runs the production code of several writers in every
 * interleaving within a bound, with crashes and lost answers, and checks after each schedule that
 * nothing was lost, announced twice or deployed that must not be.
 */
@NullMarked
package dev.slipway.explore;

import org.jspecify.annotations.NullMarked;
