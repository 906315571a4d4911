package dev.slipway.announce;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Metrics in a line of the log: CloudWatch takes them out of it, and nobody has to call it. All are
 * in the namespace {@code Slipway}.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html">Embedded
 *     metric format</a>
 */
final class EmbeddedMetrics {
  private static final String NAMESPACE = "Slipway";

  private final ObjectNode members = JsonNodeFactory.instance.objectNode();
  private final ArrayNode directives;

  /** No metrics yet, of this moment. */
  EmbeddedMetrics(Instant at) {
    this.directives =
        members.putObject("_aws").put("Timestamp", at.toEpochMilli()).putArray("CloudWatchMetrics");
  }

  /** Adds a dimension, by which the metrics that are added later are kept. */
  EmbeddedMetrics dimension(String name, String value) {
    members.put(name, value);
    return this;
  }

  /**
   * Adds counts.
   *
   * @param by the sets of dimensions that CloudWatch keeps them by; the empty set is all of them
   *     together
   * @throws IllegalArgumentException if one of the dimensions has not been added
   */
  EmbeddedMetrics counts(Map<String, Integer> counts, List<List<String>> by) {
    counts.forEach(members::put);
    return directive(counts.keySet(), "Count", by);
  }

  /**
   * Adds durations, in seconds.
   *
   * @param by as for counts
   * @throws IllegalArgumentException if one of the dimensions has not been added
   */
  EmbeddedMetrics seconds(Map<String, Long> seconds, List<List<String>> by) {
    seconds.forEach(members::put);
    return directive(seconds.keySet(), "Seconds", by);
  }

  /** The members for a line of the log. */
  ObjectNode members() {
    return members.deepCopy();
  }

  private EmbeddedMetrics directive(Iterable<String> names, String unit, List<List<String>> by) {
    ObjectNode directive = directives.addObject().put("Namespace", NAMESPACE);
    ArrayNode sets = directive.putArray("Dimensions");
    for (List<String> dimensions : by) {
      ArrayNode set = sets.addArray();
      for (String dimension : dimensions) {
        if (!members.path(dimension).isTextual()) {
          throw new IllegalArgumentException("there is no dimension " + dimension);
        }
        set.add(dimension);
      }
    }
    ArrayNode metrics = directive.putArray("Metrics");
    names.forEach(name -> metrics.addObject().put("Name", name).put("Unit", unit));
    return this;
  }
}
