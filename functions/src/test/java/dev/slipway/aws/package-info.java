@NullMarked
package dev.slipway.aws;

import org.jspecify.annotations.NullMarked;
