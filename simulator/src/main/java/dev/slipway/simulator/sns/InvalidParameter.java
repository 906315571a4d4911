package dev.slipway.simulator.sns;

import dev.slipway.simulator.world.AwsError;

/** SNS's answer to most of what it does not like. */
final class InvalidParameter {
  private InvalidParameter() {}

  /**
   * The error, to be thrown.
   *
   * @param what such as {@code TopicArn Reason: …}
   */
  static AwsError of(String what) {
    return AwsError.client("InvalidParameter", "Invalid parameter: " + what);
  }
}
