/** AWS CloudFormation: stacks deployed by change sets. */
@NullMarked
package dev.slipway.simulator.cloudformation;

import org.jspecify.annotations.NullMarked;
