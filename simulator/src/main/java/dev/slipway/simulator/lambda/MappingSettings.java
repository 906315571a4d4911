package dev.slipway.simulator.lambda;

import org.jspecify.annotations.Nullable;

/**
 * An event source mapping from a queue to a function, as the template has it.
 *
 * @param queueArn the queue
 * @param functionName the function
 * @param qualifier a version or an alias; null for {@code $LATEST}
 * @param batchSize how many messages an invocation gets at most: 1 to 10, from a standard queue to
 *     10,000
 * @param reportBatchItemFailures whether the function's answer names the messages that failed
 * @param maximumConcurrency how many invocations at the same time, 2 to 1000; 0 if nothing is said
 * @param enabled whether it takes messages
 */
public record MappingSettings(
    String queueArn,
    String functionName,
    @Nullable String qualifier,
    int batchSize,
    boolean reportBatchItemFailures,
    int maximumConcurrency,
    boolean enabled) {
  public MappingSettings {
    boolean fifo = queueArn.endsWith(".fifo");
    if (batchSize < 1 || batchSize > (fifo ? 10 : 10_000)) {
      throw new IllegalArgumentException(
          "event source mapping of "
              + functionName
              + ": BatchSize must be 1 to "
              + (fifo ? 10 : 10_000)
              + ", it is "
              + batchSize);
    }
    if (maximumConcurrency != 0 && (maximumConcurrency < 2 || maximumConcurrency > 1_000)) {
      throw new IllegalArgumentException(
          "event source mapping of "
              + functionName
              + ": MaximumConcurrency must be 2 to 1000, it is "
              + maximumConcurrency);
    }
  }
}
