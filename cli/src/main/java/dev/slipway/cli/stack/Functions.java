package dev.slipway.cli.stack;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** The operators' functions of one stack. Several threads may invoke them at once. */
public interface Functions extends AutoCloseable {
  /**
   * Invokes the function that has a command, and waits for its answer.
   *
   * @param command {@code status}, {@code deploy} and so on
   * @throws StackException if there is no answer to be had: the function is not there, may not be
   *     invoked, cannot be reached, or failed
   */
  ObjectNode invoke(String command, ObjectNode request);

  /** Where they are, such as {@code in Region us-east-1, at http://127.0.0.1:4566 (…)}. */
  String place();

  /**
   * Who is asking, as AWS knows them.
   *
   * @throws StackException if AWS does not say
   */
  Caller caller();

  @Override
  void close();
}
