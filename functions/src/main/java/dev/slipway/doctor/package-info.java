/**
 * What would keep a deployment from working, or a rollback from being possible. A check is a class
 * behind {@link dev.slipway.doctor.Check}, a function of what {@link dev.slipway.doctor.Doctor} has
 * read; {@code Doctor} has the lists of them.
 */
@NullMarked
package dev.slipway.doctor;

import org.jspecify.annotations.NullMarked;
