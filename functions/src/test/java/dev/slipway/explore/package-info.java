/**
 * An explorer: it runs the production code of all functions, with fakes at the ports, in every
 * interleaving within a bound and in random ones, with crashes, lost answers and outages, and
 * checks at each step that an {@link dev.slipway.explore.Invariant} holds.
 *
 * <p>A {@link dev.slipway.explore.Plan} says what happens in a {@link dev.slipway.explore.World};
 * the {@link dev.slipway.explore.Scheduler} has the actors take turns at the {@link
 * dev.slipway.explore.Ports}; a {@link dev.slipway.explore.Run} is one order of it, and the {@link
 * dev.slipway.explore.Explorer} tries them all. docs/proof.md says what is tried.
 */
@NullMarked
package dev.slipway.explore;

import org.jspecify.annotations.NullMarked;
