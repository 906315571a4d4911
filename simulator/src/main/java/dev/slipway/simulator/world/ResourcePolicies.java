package dev.slipway.simulator.world;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/** Asks IAM what the policy of a resource (a queue) says about a call. */
public interface ResourcePolicies {
  /** What a policy says. */
  enum Verdict {
    /** A statement allows it, and none denies it. */
    ALLOWED,
    /** A statement denies it. */
    DENIED,
    /** No statement speaks of it. */
    SILENT
  }

  /**
   * What the policy says about one call.
   *
   * @param policy the policy document
   * @param principal a service, such as {@code events.amazonaws.com}, or the ARN of a caller
   * @param action such as {@code sqs:SendMessage}
   * @param resource the ARN acted on
   * @param context condition keys and their values, such as {@code aws:SourceArn}
   */
  Verdict evaluate(
      JsonNode policy,
      String principal,
      String action,
      String resource,
      Map<String, String> context);
}
