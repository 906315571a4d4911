/** Tests of slipway.yaml's parser and schema. */
@NullMarked
package dev.slipway.config;

import org.jspecify.annotations.NullMarked;
