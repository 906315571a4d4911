package dev.slipway.aws;

import dev.slipway.rollout.EvidenceSource.LogStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;
import software.amazon.awssdk.services.cloudwatchlogs.model.OutputLogEvent;

/** Asks CloudWatch Logs for the newest lines of a container's log. */
final class LogEvents {
  private LogEvents() {}

  /** Why a log cannot be read from here; empty where it is in the client's Region. */
  static Optional<String> elsewhere(CloudWatchLogsClient client, LogStream stream) {
    String here = client.serviceClientConfiguration().region().id();
    return stream.region().isEmpty() || stream.region().equals(here)
        ? Optional.empty()
        : Optional.of("it is in " + stream.region() + ", and the function in " + here);
  }

  /**
   * The newest lines, oldest first.
   *
   * @param since null for any time
   * @throws AccessDenied if they may not be read
   * @throws software.amazon.awssdk.services.cloudwatchlogs.model.ResourceNotFoundException if there
   *     is no such log
   */
  static List<OutputLogEvent> newest(
      CloudWatchLogsClient client, LogStream stream, @Nullable Instant since, int limit) {
    return AwsErrors.permitted(
        "logs:GetLogEvents",
        stream.group(),
        () ->
            client
                .getLogEvents(r ->
                    r.logGroupName(stream.group())
                        .logStreamName(stream.name())
                        .startTime(since == null ? null : since.toEpochMilli())
                        .startFromHead(false)
                        .limit(limit))
                .events());
  }
}
