@NullMarked
package dev.slipway.doctor;

import org.jspecify.annotations.NullMarked;
