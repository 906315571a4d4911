@NullMarked
package dev.slipway.ecs;

import org.jspecify.annotations.NullMarked;
