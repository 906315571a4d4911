package dev.slipway.simulator.template;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/** On which line of the template's file the keys of its mappings are written. */
final class Lines {
  private final IdentityHashMap<JsonNode, Map<String, Integer>> keys = new IdentityHashMap<>();

  void put(ObjectNode mapping, String key, int line) {
    keys.computeIfAbsent(mapping, _ -> new HashMap<>()).put(key, line);
  }

  /** Lets a mapping that was made of another's entries have their lines. */
  void inherit(ObjectNode to, ObjectNode from) {
    Map<String, Integer> lines = keys.get(from);
    if (lines != null) {
      keys.computeIfAbsent(to, _ -> new HashMap<>()).putAll(lines);
    }
  }

  /** {@code (line 12)}, or nothing for what is not written in the file. */
  String at(ObjectNode mapping, String key) {
    Integer line = keys.getOrDefault(mapping, Map.of()).get(key);
    return line == null ? "" : " (line " + line + ")";
  }
}
