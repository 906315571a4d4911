package dev.slipway.announce;

import java.util.List;
import java.util.Map;

/** Notifications with texts that a test chooses. */
public final class SampleNotifications {
  private SampleNotifications() {}

  /** A failed deployment. */
  public static Notification notification(
      String sentence, Map<String, String> facts, List<String> details) {
    return new Notification(
        "Failed",
        "main/web: failed",
        sentence,
        facts,
        details,
        List.of("To see what the service runs now: ./slipway status main/web"),
        Map.of("Service", "https://us-east-1.console.aws.amazon.com/ecs/v2"),
        List.of("arn:aws:ecs:us-east-1:123456789012:service/main/web"),
        "1");
  }
}
