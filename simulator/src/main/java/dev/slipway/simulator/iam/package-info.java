/** Who may do what: the policies of the template's roles and queues, evaluated as IAM does. */
@NullMarked
package dev.slipway.simulator.iam;

import org.jspecify.annotations.NullMarked;
