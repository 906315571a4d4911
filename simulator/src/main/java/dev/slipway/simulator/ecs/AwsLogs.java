package dev.slipway.simulator.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.Members;
import org.jspecify.annotations.Nullable;

/**
 * The options of the log driver {@code awslogs} that a container has.
 *
 * @param streamPrefix null where streams are named after Docker's id of the container, which EC2
 *     allows
 * @param createsGroup whether a log group that is missing is created
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html">Using
 *     the awslogs log driver</a>
 */
record AwsLogs(String group, @Nullable String streamPrefix, boolean createsGroup) {
  /** Of a container definition; null if it has another log driver, or none. */
  static @Nullable AwsLogs of(ObjectNode container) {
    JsonNode configuration = container.path("logConfiguration");
    String group = Members.text(configuration.path("options"), "awslogs-group");
    if (group == null || !configuration.path("logDriver").asText().equals("awslogs")) {
      return null;
    }
    JsonNode options = configuration.path("options");
    return new AwsLogs(
        group,
        Members.text(options, "awslogs-stream-prefix"),
        options.path("awslogs-create-group").asText().equals("true"));
  }

  /** The stream that a container of a task writes to. */
  String stream(String container, String taskId, String runtimeId) {
    return streamPrefix == null ? runtimeId : streamPrefix + "/" + container + "/" + taskId;
  }
}
