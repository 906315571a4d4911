/** Amazon SQS: queues, standard and FIFO, and their dead-letter queues. */
@NullMarked
package dev.slipway.simulator.sqs;

import org.jspecify.annotations.NullMarked;
