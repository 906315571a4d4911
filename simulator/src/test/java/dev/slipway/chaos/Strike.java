package dev.slipway.chaos;

import java.util.List;

/** One fault at one point. */
record Strike(Point point, Fault fault) {
  /** Such as {@code deploy ecs:UpdateService 1 answer-lost}. */
  static Strike parse(List<String> words) {
    return new Strike(Point.parse(words), Fault.named(words.get(3)));
  }

  @Override
  public String toString() {
    return point + " " + fault;
  }
}
