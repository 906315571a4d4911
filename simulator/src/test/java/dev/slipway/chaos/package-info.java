/**
 * Stories of the whole stack, told once for each thing that can go wrong with each of their calls
 * of AWS and events: see docs/proof.md.
 */
@NullMarked
package dev.slipway.chaos;

import org.jspecify.annotations.NullMarked;
