/** A simulated Amazon ECR: repositories, tags that move, digests, image indexes, events. */
@NullMarked
package dev.slipway.simulator.ecr;

import org.jspecify.annotations.NullMarked;
