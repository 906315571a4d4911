package dev.slipway.cli.dashboard;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** The stack as the page sees it. Several threads may ask at once. */
public interface Stack {
  /**
   * How every service stands: the answer of {@code status}, of all pages.
   *
   * @throws Refusal if the function refuses
   * @throws dev.slipway.cli.stack.StackException if it gives no answer
   */
  ObjectNode status();

  /**
   * Asks what changes nothing.
   *
   * @param query {@code explain}, {@code history} and so on
   * @throws Refusal if the function refuses
   * @throws dev.slipway.cli.stack.StackException if it gives no answer
   */
  ObjectNode ask(String query, ObjectNode request);

  /**
   * What a change would do; nothing is changed yet.
   *
   * @param command as the command line names it, such as {@code rollback}
   * @param options without their dashes; empty text for one that takes no value
   * @param arguments a service, or environments
   * @throws Refusal if the command line or the function refuses
   * @throws dev.slipway.cli.stack.StackException if there is no answer
   */
  Plan plan(String command, Map<String, String> options, String... arguments);
}
