package dev.slipway.chaos;

import java.util.List;

/**
 * Where in a story something can go wrong: at a call of AWS, or at an event on its way.
 *
 * @param function that makes the call, such as {@code deploy}; {@link #EVENT} for an event
 * @param operation such as {@code ecs:UpdateService}; of an event, such as {@code
 *     aws.ecr:ECR-Image-Action}
 * @param nth counted from one among those of the same function and operation
 */
record Point(String function, String operation, int nth) {
  static final String EVENT = "event";

  static Point parse(List<String> words) {
    return new Point(words.get(0), words.get(1), Integer.parseInt(words.get(2)));
  }

  boolean isEvent() {
    return function.equals(EVENT);
  }

  /** Function and operation: a row of the matrix. */
  String row() {
    return function + " " + operation;
  }

  @Override
  public String toString() {
    return row() + " " + nth;
  }
}
