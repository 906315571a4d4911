package dev.slipway.simulator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** JSON that can be written in a Java string: in single quotes. */
public final class SingleQuotes {
  private static final JsonMapper JSON = new JsonMapper();

  private SingleQuotes() {}

  /** Reads an object in which single quotes stand for double ones. */
  public static ObjectNode json(String text) {
    try {
      return (ObjectNode) JSON.readTree(text.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
