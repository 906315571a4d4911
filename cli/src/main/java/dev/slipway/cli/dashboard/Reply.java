package dev.slipway.cli.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.Map;

/**
 * What a request is answered with.
 *
 * @param type of the body, as the header Content-Type has it
 * @param headers besides those that every reply has
 */
record Reply(int status, String type, String body, Map<String, String> headers) {
  private static final String JSON = "application/json; charset=utf-8";

  static Reply json(int status, JsonNode document) {
    return new Reply(status, JSON, document.toString(), Map.of());
  }

  static Reply json(String body, Map<String, String> headers) {
    return new Reply(200, JSON, body, headers);
  }

  /** The stack refuses, or the page may not: the sentence is for people. */
  static Reply refused(int status, String why) {
    return json(status, JsonNodeFactory.instance.objectNode().put("refused", why));
  }

  /** There is no answer: the sentence is for people. */
  static Reply failed(int status, String why) {
    return json(status, JsonNodeFactory.instance.objectNode().put("error", why));
  }

  static Reply unchanged(Map<String, String> headers) {
    return new Reply(304, JSON, "", headers);
  }
}
