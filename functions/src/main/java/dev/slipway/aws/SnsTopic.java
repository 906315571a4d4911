package dev.slipway.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.announce.ChatMessage;
import dev.slipway.announce.MailText;
import dev.slipway.announce.Notification;
import dev.slipway.rollout.NotificationTopic;
import software.amazon.awssdk.services.sns.SnsClient;

/**
 * Notifies people through a topic of Amazon SNS: those who are sent e-mail by a text ({@link
 * MailText}), those behind HTTPS by a message for chats ({@link ChatMessage}), everybody else by
 * the text as well.
 *
 * @see <a href="https://docs.aws.amazon.com/sns/latest/api/API_Publish.html">MessageStructure of
 *     Publish</a>
 */
public final class SnsTopic implements NotificationTopic {
  private final SnsClient client;
  private final String topicArn;

  /**
   * @param client from {@link Clients}
   */
  public SnsTopic(SnsClient client, String topicArn) {
    this.client = client;
    this.topicArn = topicArn;
  }

  @Override
  public void publish(Notification notification) {
    AwsErrors.permitted(
        "sns:Publish",
        topicArn,
        () ->
            client.publish(r ->
                r.topicArn(topicArn)
                    .subject(notification.headline().subject())
                    .messageStructure("json")
                    .message(Json.text(message(notification)))));
  }

  /** The message by protocol, within the 256 KB that SNS takes. */
  static ObjectNode message(Notification notification) {
    String text = MailText.of(notification);
    return Json.object()
        .put("default", text)
        .put("email", MailText.belowSubject(notification))
        .put("https", Json.text(ChatMessage.of(notification)));
  }
}
