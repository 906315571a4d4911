/** Measures the functions against the same job in Python: see docs/performance.md. */
@org.jspecify.annotations.NullMarked
package dev.slipway.bench;
