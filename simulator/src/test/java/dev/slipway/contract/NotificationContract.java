package dev.slipway.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.sns.model.InvalidParameterException;
import software.amazon.awssdk.services.sns.model.MessageAttributeValue;
import software.amazon.awssdk.services.sns.model.NotFoundException;
import software.amazon.awssdk.services.sns.model.SnsException;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** Amazon SNS, as far as people are notified of deployments through it. */
interface NotificationContract extends Emulator {
  private String topic() {
    return clients().sns().createTopic(r -> r.name(Emulator.unique("contract"))).topicArn();
  }

  /** A queue that subscribes to a topic, and may be sent its messages. */
  private String inbox(String topicArn, Map<String, String> attributes) {
    String url =
        clients().sqs().createQueue(r -> r.queueName(Emulator.unique("contract"))).queueUrl();
    String arn =
        String.valueOf(
            clients()
                .sqs()
                .getQueueAttributes(
                    r -> r.queueUrl(url).attributeNames(QueueAttributeName.QUEUE_ARN))
                .attributes()
                .get(QueueAttributeName.QUEUE_ARN));
    ObjectNode policy = Json.object().put("Version", "2012-10-17");
    ObjectNode statement =
        policy
            .putArray("Statement")
            .addObject()
            .put("Effect", "Allow")
            .put("Action", "sqs:SendMessage")
            .put("Resource", arn);
    statement.putObject("Principal").put("Service", "sns.amazonaws.com");
    clients()
        .sqs()
        .setQueueAttributes(
            r -> r.queueUrl(url).attributes(Map.of(QueueAttributeName.POLICY, policy.toString())));
    clients()
        .sns()
        .subscribe(r ->
            r.topicArn(topicArn)
                .protocol("sqs")
                .endpoint(arn)
                .attributes(attributes)
                .returnSubscriptionArn(true));
    return url;
  }

  /** So many messages, as they come. */
  private List<Message> received(String queueUrl, int count) {
    List<Message> all = new ArrayList<>();
    List<Message> some;
    do {
      some =
          clients()
              .sqs()
              .receiveMessage(r ->
                  r.queueUrl(queueUrl)
                      .maxNumberOfMessages(10)
                      .waitTimeSeconds(MessagingContract.WAIT_SECONDS)
                      .messageAttributeNames("All"))
              .messages();
      all.addAll(some);
    } while (!some.isEmpty() && all.size() < count);
    return all;
  }

  private void publish(String topicArn, String subject, String message, String format) {
    Map<String, MessageAttributeValue> attributes = new HashMap<>();
    if (!format.isEmpty()) {
      attributes.put(
          "format", MessageAttributeValue.builder().dataType("String").stringValue(format).build());
    }
    clients()
        .sns()
        .publish(r ->
            r.topicArn(topicArn).subject(subject).message(message).messageAttributes(attributes));
  }

  private static JsonNode json(Message message) {
    try {
      return Json.read(message.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  default void a_notification_arrives_with_its_subject_and_attributes() {
    String topic = topic();
    String inbox = inbox(topic, Map.of());

    publish(topic, "web-staging rolled back", "It exited with 1.\nSee <its log>.", "text");

    assertThat(received(inbox, 1))
        .singleElement()
        .satisfies(message -> {
          JsonNode envelope = json(message);
          assertThat(envelope.path("Type").asText()).isEqualTo("Notification");
          assertThat(envelope.path("TopicArn").asText()).isEqualTo(topic);
          assertThat(envelope.path("Subject").asText()).isEqualTo("web-staging rolled back");
          assertThat(envelope.path("Message").asText())
              .isEqualTo("It exited with 1.\nSee <its log>.");
          assertThat(envelope.at("/MessageAttributes/format/Value").asText()).isEqualTo("text");
        });
  }

  @Test
  default void a_raw_notification_is_the_message_alone() {
    String topic = topic();
    String inbox = inbox(topic, Map.of("RawMessageDelivery", "true"));

    publish(topic, "subject", "message", "text");

    assertThat(received(inbox, 1))
        .singleElement()
        .satisfies(message -> {
          assertThat(message.body()).isEqualTo("message");
          assertThat(message.messageAttributes()).containsKey("format");
        });
  }

  @Test
  default void a_subscription_with_a_filter_gets_its_own_format_alone() {
    String topic = topic();
    String texts = inbox(topic, filteredBy("{\"format\": [\"text\"]}"));
    String chats = inbox(topic, filteredBy("{\"format\": [\"chat\"]}"));

    publish(topic, "s", "an alarm", "");
    publish(topic, "s", "a chat", "chat");
    publish(topic, "s", "a text", "text");

    assertThat(received(texts, 1)).extracting(Message::body).containsExactly("a text");
    assertThat(received(chats, 1)).extracting(Message::body).containsExactly("a chat");
  }

  @Test
  default void what_has_no_attributes_at_all_passes_no_filter() {
    String topic = topic();
    String inbox = inbox(topic, filteredBy("{\"format\": [\"text\", {\"exists\": false}]}"));

    publish(topic, "s", "an alarm", "");
    publish(topic, "s", "a text", "text");

    assertThat(received(inbox, 1)).extracting(Message::body).containsExactly("a text");
  }

  private static Map<String, String> filteredBy(String policy) {
    return Map.of("FilterPolicy", policy, "RawMessageDelivery", "true");
  }

  @Test
  default void a_topic_that_is_not_there_is_not_found() {
    assertThatThrownBy(() -> publish(topic() + "-gone", "s", "m", "text"))
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  default void a_message_that_is_too_long_is_refused() {
    String topic = topic();
    assertThatThrownBy(() -> publish(topic, "s", "x".repeat(262_145), "text"))
        .isInstanceOf(InvalidParameterException.class)
        .hasMessageContaining("Message too long");
  }

  @Test
  default void a_subject_that_is_too_long_is_refused() {
    String topic = topic();
    assertThatThrownBy(() -> publish(topic, "s".repeat(101), "m", "text"))
        .isInstanceOf(SnsException.class);
  }

  @Test
  default void a_subject_of_two_lines_is_refused() {
    String topic = topic();
    expect(
        Expectation.SUBJECT_IS_CHECKED,
        () ->
            assertThatThrownBy(() -> publish(topic, "two\nlines", "m", "text"))
                .isInstanceOf(InvalidParameterException.class));
  }
}
