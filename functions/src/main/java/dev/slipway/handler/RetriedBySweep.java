package dev.slipway.handler;

/**
 * What a sweep asked for failed. The next sweep asks for it again as long as it is to be done, so
 * that nothing is lost with this message.
 */
final class RetriedBySweep extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RetriedBySweep(RuntimeException failure) {
    super(failure.getMessage(), failure);
  }
}
