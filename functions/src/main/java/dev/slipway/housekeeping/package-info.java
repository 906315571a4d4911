/**
 * What is done once a deployment has completed: the past stays usable, the present is published.
 */
@NullMarked
package dev.slipway.housekeeping;

import org.jspecify.annotations.NullMarked;
