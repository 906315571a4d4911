@NullMarked
package dev.slipway.handler;

import org.jspecify.annotations.NullMarked;
