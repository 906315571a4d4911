package dev.slipway.aws;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.Map;

/**
 * Metrics in a line of the log: CloudWatch takes them out of it, and nobody has to call it.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html">Embedded
 *     metric format</a>
 */
public final class EmbeddedMetrics {
  private static final String NAMESPACE = "Slipway";

  private EmbeddedMetrics() {}

  /**
   * Members for a line of the log that are counts in the namespace {@code Slipway}, without
   * dimensions.
   */
  public static ObjectNode counts(Instant at, Map<String, Integer> counts) {
    ObjectNode members = Json.object();
    counts.forEach(members::put);
    ObjectNode aws = members.putObject("_aws").put("Timestamp", at.toEpochMilli());
    ObjectNode directive =
        aws.putArray("CloudWatchMetrics").addObject().put("Namespace", NAMESPACE);
    directive.putArray("Dimensions").addArray();
    ArrayNode metrics = directive.putArray("Metrics");
    counts.keySet().forEach(name -> metrics.addObject().put("Name", name).put("Unit", "Count"));
    return members;
  }
}
