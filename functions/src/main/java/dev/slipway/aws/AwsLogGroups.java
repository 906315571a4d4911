package dev.slipway.aws;

import dev.slipway.doctor.LogGroups;
import software.amazon.awssdk.services.cloudwatchlogs.CloudWatchLogsClient;

/** Log groups in Amazon CloudWatch Logs. */
public final class AwsLogGroups implements LogGroups {
  private final CloudWatchLogsClient client;

  /**
   * @param client from {@link Clients}
   */
  public AwsLogGroups(CloudWatchLogsClient client) {
    this.client = client;
  }

  /** They are listed by name: of those that begin so, the one of just that name is the first. */
  @Override
  public boolean has(String name) {
    return AwsErrors.permitted(
            "logs:DescribeLogGroups",
            "log group " + name,
            () -> client.describeLogGroups(r -> r.logGroupNamePrefix(name).limit(1)))
        .logGroups()
        .stream()
        .anyMatch(group -> group.logGroupName().equals(name));
  }
}
