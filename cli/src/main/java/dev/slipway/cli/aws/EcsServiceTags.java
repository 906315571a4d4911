package dev.slipway.cli.aws;

import dev.slipway.cli.stack.Connection;
import dev.slipway.cli.stack.ServiceTags;
import dev.slipway.cli.stack.StackException;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.Tag;

/**
 * Tags services by TagResource and UntagResource of ECS, with the caller's credentials.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TagResource.html">TagResource</a>
 */
public final class EcsServiceTags implements ServiceTags {
  private static final String ECS = "ECS";

  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(20);

  private final Access access;
  private @Nullable EcsClient ecs;

  /**
   * Reads the profile; calls nothing yet.
   *
   * @throws StackException if no Region is said anywhere
   */
  public EcsServiceTags(Connection connection) {
    this.access = new Access(connection);
  }

  @Override
  public void follow(String service, String environment) {
    Tag tag = Tag.builder().key(ENVIRONMENT).value(environment).build();
    call(
        "ecs:TagResource",
        service,
        client -> client.tagResource(request -> request.resourceArn(service).tags(tag)));
  }

  @Override
  public void unfollow(String service) {
    call(
        "ecs:UntagResource",
        service,
        client ->
            client.untagResource(request -> request.resourceArn(service).tagKeys(ENVIRONMENT)));
  }

  private void call(String action, String service, Consumer<EcsClient> call) {
    try {
      call.accept(client());
    } catch (SdkException e) {
      throw new StackException(failure(action, service, e), e);
    }
  }

  private String failure(String action, String service, SdkException e) {
    String reason = Access.reason(e);
    if (Access.code(e).equals("AccessDeniedException")) {
      return "you may not call %s on %s%n%s%n%s"
          .formatted(
              action,
              service,
              reason,
              reason.contains("explicit deny")
                  ? "A policy denies it, so that no other permission helps. Nothing was changed."
                  : "Nothing was changed. Whoever manages the account can allow it with the"
                      + " statement below.%nfollow and unfollow need no other:%n%s"
                          .formatted(statement(service)));
    }
    return "%s on %s failed%s: %s%s"
        .formatted(action, service, access.place(ECS), reason, remedy(e, reason));
  }

  /** The least that allows both commands for one service. */
  private static String statement(String service) {
    return """
    {
      "Effect": "Allow",
      "Action": ["ecs:TagResource", "ecs:UntagResource"],
      "Resource": "%s",
      "Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": ["%s"]}}
    }\
    """
        .formatted(service, ENVIRONMENT);
  }

  private String remedy(SdkException e, String reason) {
    String words = reason.toLowerCase(Locale.ROOT);
    return Access.code(e).equals("InvalidParameterException")
            && words.contains("arn")
            && words.contains("format")
        ? ". ECS tags services with the long ARN only:"
              + " https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-arn-migration.html"
              + " says how to migrate this one"
        : access.remedy(ECS, e);
  }

  private EcsClient client() {
    EcsClient client = ecs;
    if (client == null) {
      client = access.client(EcsClient.builder(), ECS, ANSWER_TIMEOUT);
      ecs = client;
    }
    return client;
  }

  @Override
  public void close() {
    if (ecs != null) {
      ecs.close();
    }
  }
}
