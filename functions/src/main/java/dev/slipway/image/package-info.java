/** Registries, repositories, tags, digests and images: parsed once, valid ever after. */
@NullMarked
package dev.slipway.image;

import org.jspecify.annotations.NullMarked;
