/** Tests of the names of images. */
@NullMarked
package dev.slipway.image;

import org.jspecify.annotations.NullMarked;
