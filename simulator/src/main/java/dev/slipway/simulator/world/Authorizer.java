package dev.slipway.simulator.world;

import java.util.Map;

/** Asks IAM. */
public interface Authorizer {
  /**
   * Lets the call pass, or throws AccessDeniedException in IAM's words.
   *
   * @param action such as {@code ecs:UpdateService}
   * @param resource the ARN acted on, or {@code *} for actions without resource-level permissions
   * @param context condition keys and their values, such as {@code
   *     aws:ResourceTag/slipway:environment}; of a key with several values, such as {@code
   *     aws:TagKeys}, one on each line
   */
  void authorize(Caller caller, String action, String resource, Map<String, String> context);
}
