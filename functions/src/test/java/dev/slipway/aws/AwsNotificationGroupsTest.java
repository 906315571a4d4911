package dev.slipway.aws;

import static dev.slipway.record.SampleDeployments.NOON;
import static dev.slipway.record.SampleDeployments.PUSH;
import static dev.slipway.record.SampleDeployments.change;
import static dev.slipway.record.SampleDeployments.ended;
import static dev.slipway.record.SampleDeployments.running;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.announce.Notification;
import dev.slipway.announce.NotificationGroup;
import dev.slipway.announce.RolloutResult;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.record.DeploymentOutcome;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.HexFormat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AwsNotificationGroupsTest {
  private static final String TABLE = "slipway-record";
  private static final NotificationGroup NEW =
      Notification.of(
              new RolloutResult(
                  running(2, PUSH, change("web", 1, 2))
                      .ended(ended(DeploymentOutcome.DEPLOYED, 3))))
          .group()
          .orElseThrow();
  private static final ServiceArn API =
      new ServiceArn("arn:aws:ecs:us-east-1:123456789012:service/main/api");

  private final LoopbackAws aws = new LoopbackAws();
  private final AwsNotificationGroups groups =
      new AwsNotificationGroups(
          aws.clients(), TABLE, "https://sqs/slipway-rollout", InstantSource.fixed(NOON));

  @AfterEach
  void end() {
    aws.close();
  }

  private JsonNode request(int index) {
    return aws.received().get(index).json();
  }

  /** SQS's answer, whose checksum the SDK compares. */
  private static String sent(String request) {
    try {
      byte[] body = parsed(request).path("MessageBody").asText().getBytes(StandardCharsets.UTF_8);
      String md5 = HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(body));
      return "{\"MessageId\":\"1\",\"MD5OfMessageBody\":\"%s\"}".formatted(md5);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has MD5", e);
    }
  }

  private static JsonNode parsed(String text) {
    try {
      return Json.read(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + text, e);
    }
  }

  @Test
  void a_new_group_is_written_where_there_is_none_and_expires() {
    aws.answers("PutItem", "{}");

    assertThat(groups.write(NEW.join(API, NOON).after())).isTrue();

    JsonNode put = request(0);
    assertThat(put.path("ConditionExpression").asText()).isEqualTo("attribute_not_exists(pk)");
    ObjectNode item = AttributeValues.unwrap(put.path("Item"));
    assertThat(item.path("pk").asText()).isEqualTo("notification/e-1");
    assertThat(item.path("sk").asText()).matches("[0-9a-f]{64}");
    assertThat(item.path("version").asLong()).isOne();
    assertThat(item.path("waiting")).extracting(JsonNode::asText).containsExactly(API.value());
    assertThat(item.path("remindAt").asText()).isEqualTo("2026-11-28T12:01:00Z");
    assertThat(item.has("beingSentUntil")).isFalse();
    assertThat(item.path("expiresAt").asLong())
        .isEqualTo(NOON.plus(AwsNotificationGroups.KEPT).getEpochSecond());
  }

  @Test
  void what_is_written_is_read_as_it_was_with_its_version() {
    aws.answers("PutItem", "{}");
    NotificationGroup written = NEW.join(API, NOON).after().claimed(NOON.plusSeconds(90));
    groups.write(written);
    ObjectNode responses = Json.object();
    responses.putObject("Responses").putArray(TABLE).add(request(0).path("Item"));
    responses.putObject("UnprocessedKeys");
    aws.answers("BatchGetItem", Json.text(responses));

    NotificationGroup read = groups.read(NEW.key()).orElseThrow();

    assertThat(read).isEqualTo(written.written());
    assertThat(request(1).at("/RequestItems/" + TABLE + "/ConsistentRead").asBoolean()).isTrue();

    aws.answers("PutItem", "{}");
    groups.write(read);
    assertThat(request(2).path("ConditionExpression").asText()).isEqualTo("version = :before");
    assertThat(request(2).at("/ExpressionAttributeValues/:before/N").asText()).isEqualTo("1");
  }

  @Test
  void there_may_be_none() {
    aws.answers("BatchGetItem", "{\"Responses\":{\"slipway-record\":[]},\"UnprocessedKeys\":{}}");

    assertThat(groups.read(NEW.key())).isEmpty();
  }

  @Test
  void another_writer_who_came_first_is_no_error_and_all_else_is() {
    aws.fails("PutItem", 400, "ConditionalCheckFailedException", "The conditional request failed");
    assertThat(groups.write(NEW)).isFalse();

    aws.fails("PutItem", 400, "ValidationException", "no");
    assertThatThrownBy(() -> groups.write(NEW)).hasMessageContaining("no");
  }

  @Test
  void a_reminder_comes_a_minute_later() {
    aws.otherwise((_, body) -> sent(body));

    groups.remind(NEW.key());

    assertThat(request(0).path("DelaySeconds").asInt()).isEqualTo(60);
    JsonNode body = parsed(request(0).path("MessageBody").asText());
    assertThat(body.path("detail-type").asText()).isEqualTo("Notifications Due");
    assertThat(body.at("/detail/trigger").asText()).isEqualTo("e-1");
    assertThat(body.at("/detail/kind").asText()).isEqualTo(NEW.key().kind());
  }
}
