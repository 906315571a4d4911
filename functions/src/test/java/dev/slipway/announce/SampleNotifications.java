package dev.slipway.announce;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Notifications with texts that a test chooses. */
public final class SampleNotifications {
  private SampleNotifications() {}

  /** A failed deployment. */
  public static Notification notification(
      String cause, Map<String, String> facts, List<String> evidence) {
    return new Notification(
        "Failed",
        new Headline(
            "main/web", Optional.of("web:staging 000000000002"), "failed", Optional.of(cause)),
        List.of("ECS ended the deployment after 57 s"),
        facts,
        List.of(),
        evidence,
        List.of("To see what the service runs now: `slipway status main/web`"),
        Map.of("Service", "https://us-east-1.console.aws.amazon.com/ecs/v2"),
        List.of("arn:aws:ecs:us-east-1:123456789012:service/main/web"),
        "e-1",
        Optional.empty());
  }
}
