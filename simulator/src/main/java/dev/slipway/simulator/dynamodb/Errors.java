package dev.slipway.simulator.dynamodb;

import dev.slipway.simulator.world.AwsError;

/**
 * DynamoDB's errors, in its words.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html">Error
 *     handling with DynamoDB</a>
 */
final class Errors {
  static final String VALIDATION = "ValidationException";

  private Errors() {}

  static AwsError validation(String message) {
    return AwsError.client(VALIDATION, message);
  }

  /** A parameter whose value is not right. */
  static AwsError invalidParameter(String what) {
    return validation("One or more parameter values were invalid: " + what);
  }

  /** What AWS has, and the simulator has not. */
  static AwsError notSimulated(String what) {
    return validation("The Slipway simulator's DynamoDB has no " + what);
  }

  static AwsError conditionFailed() {
    return AwsError.client("ConditionalCheckFailedException", "The conditional request failed");
  }

  static AwsError noSuchTable() {
    return AwsError.client("ResourceNotFoundException", "Requested resource not found");
  }

  static AwsError noSuchTable(String name) {
    return AwsError.client(
        "ResourceNotFoundException", "Requested resource not found: Table: " + name + " not found");
  }
}
