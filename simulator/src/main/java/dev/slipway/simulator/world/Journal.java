package dev.slipway.simulator.world;

/** A readable line for everything that happens. */
public interface Journal {
  /**
   * Notes something that happened now.
   *
   * @param topic where: {@code ecr}, {@code ecs}, {@code events}, {@code sqs}, {@code sns}, {@code
   *     lambda}, {@code iam}
   * @param line what, in words
   */
  void note(String topic, String line);
}
