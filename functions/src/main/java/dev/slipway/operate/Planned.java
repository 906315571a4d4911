package dev.slipway.operate;

import java.util.function.Supplier;

/**
 * A plan for one service that is not carried out yet. {@link ServiceChanges} does that; a dry run
 * shows the plan instead.
 *
 * @param plan made from what was there
 * @param again makes it from what is there then, for where another writer came in between
 */
public record Planned<P extends Plan>(P plan, Supplier<P> again) {}
