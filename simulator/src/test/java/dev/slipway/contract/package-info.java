/**
 * What Slipway's adapters expect of AWS, as one suite that runs against several emulators. None of
 * them is AWS: what two independent ones agree on is less likely to be a misunderstanding.
 */
@NullMarked
package dev.slipway.contract;

import org.jspecify.annotations.NullMarked;
