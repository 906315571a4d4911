package dev.slipway.simulator.iam;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The condition keys of a request. {@code aws:TagKeys} follows from the {@code aws:RequestTag/…}
 * keys, or is given with a line for each key.
 */
final class RequestContext {
  private static final String REQUEST_TAG = "aws:requesttag/";

  private final Map<String, List<String>> values = new LinkedHashMap<>();

  RequestContext(Map<String, String> keys) {
    keys.forEach((key, value) -> {
      for (String one : value.split("\n", -1)) {
        add(key, one);
      }
      if (key.toLowerCase(Locale.ROOT).startsWith(REQUEST_TAG)) {
        add("aws:TagKeys", key.substring(REQUEST_TAG.length()));
      }
    });
  }

  private void add(String key, String value) {
    // the names of condition keys are compared without regard to case, their values are not
    values.computeIfAbsent(key.toLowerCase(Locale.ROOT), _ -> new ArrayList<>()).add(value);
  }

  /** The key's values; none if the request does not have the key. */
  List<String> values(String key) {
    return values.getOrDefault(key.toLowerCase(Locale.ROOT), List.of());
  }
}
