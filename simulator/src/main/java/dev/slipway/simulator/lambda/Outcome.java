package dev.slipway.simulator.lambda;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * What came of an invocation.
 *
 * @param failed whether the function failed
 * @param payload JSON: the function's answer, or what failed
 * @param log the lines that it wrote
 */
public record Outcome(boolean failed, String payload, List<String> log) {
  public Outcome {
    log = List.copyOf(log);
  }

  /** Lambda's words for a failure that the function could not tell of itself. */
  static Outcome failure(String errorType, String message, List<String> log) {
    ObjectNode error = JsonNodeFactory.instance.objectNode();
    error.put("errorType", errorType);
    error.put("errorMessage", message);
    return new Outcome(true, error.toString(), log);
  }
}
