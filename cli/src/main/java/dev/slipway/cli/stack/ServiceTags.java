package dev.slipway.cli.stack;

/**
 * The tags of ECS services, with the caller's own permissions: no function may tag a service, so
 * that only people who may do it themselves can opt one in.
 */
public interface ServiceTags extends AutoCloseable {
  /** The tag by which a service follows an environment. */
  String ENVIRONMENT = "slipway:environment";

  /**
   * Has a service follow an environment.
   *
   * @param service its ARN
   * @throws StackException if ECS does not do it; the message says what is missing
   */
  void follow(String service, String environment);

  /**
   * Has a service follow none.
   *
   * @param service its ARN
   * @throws StackException if ECS does not do it; the message says what is missing
   */
  void unfollow(String service);

  @Override
  void close();
}
