package dev.slipway.contract;

import dev.slipway.aws.DeadLetters;
import dev.slipway.aws.EventAnnouncer;
import dev.slipway.aws.Json;
import dev.slipway.aws.Log;
import dev.slipway.aws.SqsDeadLetters;
import dev.slipway.aws.SqsHintQueue;
import dev.slipway.aws.SqsRedelivery;
import dev.slipway.decide.Decision;
import dev.slipway.deploy.Hint;
import dev.slipway.deploy.StartedDeployment;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageReference;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.record.Trigger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.eventbridge.model.Target;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** Amazon SQS's FIFO queues and EventBridge, as far as Slipway's events go through them. */
interface MessagingContract extends Emulator {
  Trigger.Push CAUSE =
      new Trigger.Push(
          "13cde686",
          new Repository("123456789012", "us-east-1", "web"),
          new ImageTag("staging"),
          Optional.empty());

  /** How long to wait for what is on its way, at most: receiving ends as soon as it is there. */
  int WAIT_SECONDS = 5;

  private String queue(Map<QueueAttributeName, String> attributes) {
    Map<QueueAttributeName, String> all = new HashMap<>(attributes);
    all.put(QueueAttributeName.FIFO_QUEUE, "true");
    all.put(QueueAttributeName.CONTENT_BASED_DEDUPLICATION, "true");
    all.put(QueueAttributeName.VISIBILITY_TIMEOUT, "360");
    return clients()
        .sqs()
        .createQueue(r -> r.queueName(Emulator.unique("contract") + ".fifo").attributes(all))
        .queueUrl();
  }

  private String arn(String queueUrl) {
    return String.valueOf(
        clients()
            .sqs()
            .getQueueAttributes(
                r -> r.queueUrl(queueUrl).attributeNames(QueueAttributeName.QUEUE_ARN))
            .attributes()
            .get(QueueAttributeName.QUEUE_ARN));
  }

  private List<Message> receive(String queueUrl, int most, int waitSeconds) {
    return clients()
        .sqs()
        .receiveMessage(r ->
            r.queueUrl(queueUrl)
                .maxNumberOfMessages(most)
                .waitTimeSeconds(waitSeconds)
                .messageAttributeNames("All")
                .messageSystemAttributeNames(MessageSystemAttributeName.ALL))
        .messages();
  }

  /** All that can be received now, in their order. */
  private List<Message> receiveAll(String queueUrl) {
    List<Message> all = new ArrayList<>();
    List<Message> some = receive(queueUrl, 10, WAIT_SECONDS);
    while (!some.isEmpty()) {
      all.addAll(some);
      some = receive(queueUrl, 10, 0);
    }
    return all;
  }

  private static String attribute(Message message, MessageSystemAttributeName name) {
    return String.valueOf(message.attributes().get(name));
  }

  private static JsonNode json(String text) {
    try {
      return Json.read(text);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Hint.ServiceNamed hint(String service, String event) {
    return new Hint.ServiceNamed(
        new ServiceArn("arn:aws:ecs:us-east-1:123456789012:service/main/" + service),
        new Trigger.Push(event, CAUSE.repository(), CAUSE.tag(), Optional.empty()));
  }

  private static Log log() {
    return new Log(_ -> {}, InstantSource.system());
  }

  @Test
  default void hints_arrive_once_and_those_of_a_service_are_a_group() {
    String queue = queue(Map.of());
    SqsHintQueue hints = new SqsHintQueue(clients().sqs(), queue);
    List<Hint.ServiceNamed> sent = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      sent.add(hint("web-" + i, "e-1"));
    }

    hints.send(sent);
    hints.send(sent);

    List<Message> received = receiveAll(queue);
    assertThat(received).hasSize(12);
    assertThat(received)
        .allSatisfy(message ->
            assertThat(attribute(message, MessageSystemAttributeName.MESSAGE_GROUP_ID))
                .isEqualTo(json(message.body()).path("detail").path("service").asText()));
  }

  @Test
  default void hints_of_a_service_wait_for_each_other_and_for_no_other_service() {
    String queue = queue(Map.of());
    SqsHintQueue hints = new SqsHintQueue(clients().sqs(), queue);
    hints.send(List.of(hint("web", "e-1"), hint("web", "e-2"), hint("api", "e-3")));

    List<Message> first = receive(queue, 1, WAIT_SECONDS);
    List<Message> others = receiveAll(queue);

    assertThat(json(first.getFirst().body()).path("id").asText()).isEqualTo("e-1");
    assertThat(others)
        .extracting(message -> json(message.body()).path("id").asText())
        .containsExactly("e-3");
  }

  @Test
  default void what_failed_comes_again_at_the_time_set_with_its_whole_group() {
    String queue = queue(Map.of());
    new SqsHintQueue(clients().sqs(), queue).send(List.of(hint("web", "e-1"), hint("web", "e-2")));
    List<Message> first = receiveAll(queue);

    new SqsRedelivery(clients().sqs(), queue, log())
        .after(Duration.ZERO, arn(queue), first.stream().map(Message::receiptHandle).toList());

    List<Message> again = receiveAll(queue);
    assertThat(again)
        .extracting(message -> json(message.body()).path("id").asText())
        .containsExactly("e-1", "e-2");
    assertThat(again)
        .extracting(
            message -> attribute(message, MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT))
        .containsExactly("2", "2");
  }

  @Test
  default void what_is_received_too_often_goes_to_the_dead_letter_queue() {
    String dead = queue(Map.of());
    String queue =
        queue(
            Map.of(
                QueueAttributeName.REDRIVE_POLICY,
                Json.object()
                    .put("deadLetterTargetArn", arn(dead))
                    .put("maxReceiveCount", 2)
                    .toString()));
    new SqsHintQueue(clients().sqs(), queue).send(List.of(hint("web", "e-1")));
    SqsRedelivery redelivery = new SqsRedelivery(clients().sqs(), queue, log());
    for (int i = 0; i < 2; i++) {
      Message message = receive(queue, 1, WAIT_SECONDS).getFirst();
      redelivery.after(Duration.ZERO, arn(queue), List.of(message.receiptHandle()));
    }

    assertThat(receive(queue, 1, 0)).isEmpty();
    assertThat(receive(dead, 1, WAIT_SECONDS))
        .singleElement()
        .satisfies(message -> {
          assertThat(json(message.body()).path("id").asText()).isEqualTo("e-1");
          assertThat(attribute(message, MessageSystemAttributeName.MESSAGE_GROUP_ID))
              .endsWith(":service/main/web");
        });
  }

  @Test
  default void a_dead_letter_lies_there_once_with_its_reason() {
    String dead = queue(Map.of());
    DeadLetters.DeadLetter letter =
        new DeadLetters.DeadLetter(
            "{\"cut\": \"off", "m-1", "web", "arn:aws:sqs:x", 8, "not JSON: Unexpected end");
    SqsDeadLetters letters = new SqsDeadLetters(clients().sqs(), dead);

    letters.put(letter);
    letters.put(letter);

    assertThat(receiveAll(dead))
        .singleElement()
        .satisfies(message -> {
          assertThat(message.body()).isEqualTo("{\"cut\": \"off");
          assertThat(message.messageAttributes())
              .hasEntrySatisfying(
                  "reason",
                  reason -> assertThat(reason.stringValue()).isEqualTo("not JSON: Unexpected end"))
              .hasEntrySatisfying("messageId", id -> assertThat(id.stringValue()).isEqualTo("m-1"));
          assertThat(attribute(message, MessageSystemAttributeName.MESSAGE_GROUP_ID))
              .isEqualTo("m-1");
        });
  }

  @Test
  default void an_announced_deployment_goes_by_a_rule_to_a_queue() {
    String queue = queue(Map.of());
    allowEvents(queue);
    String rule = Emulator.unique("contract");
    clients()
        .eventBridge()
        .putRule(r ->
            r.name(rule)
                .eventPattern(
                    """
                    {"source": ["slipway"], "detail-type": ["Deployment Started"],
                     "detail": {"environment": ["staging"], "cause": {"tag": [{"prefix": "%s"}]}}}\
                    """
                        .formatted(rule)));
    clients()
        .eventBridge()
        .putTargets(r ->
            r.rule(rule)
                .targets(
                    Target.builder()
                        .id("queue")
                        .arn(arn(queue))
                        .sqsParameters(s -> s.messageGroupId("$.detail.serviceName"))
                        .build()));
    EventAnnouncer announcer = new EventAnnouncer(clients().eventBridge(), "default", log());

    announcer.started(deployment("production"), cause(rule));
    announcer.started(deployment("staging"), cause(rule));
    announcer.started(deployment("staging"), cause("other"));

    List<Message> received = receiveAll(queue);
    assertThat(received)
        .singleElement()
        .satisfies(message -> {
          JsonNode event = json(message.body());
          assertThat(event.path("source").asText()).isEqualTo("slipway");
          assertThat(event.path("detail-type").asText()).isEqualTo("Deployment Started");
          assertThat(event.path("region").asText()).isEqualTo("us-east-1");
          assertThat(event.path("resources").path(0).asText()).endsWith("service/main/web");
          assertThat(event.path("detail").path("environment").asText()).isEqualTo("staging");
        });
    expect(
        Expectation.GROUP_FROM_THE_EVENT,
        () ->
            assertThat(attribute(received.getFirst(), MessageSystemAttributeName.MESSAGE_GROUP_ID))
                .isEqualTo("web"));
  }

  private void allowEvents(String queueUrl) {
    ObjectNode policy = Json.object().put("Version", "2012-10-17");
    ObjectNode statement =
        policy
            .putArray("Statement")
            .addObject()
            .put("Effect", "Allow")
            .put("Action", "sqs:SendMessage")
            .put("Resource", arn(queueUrl));
    statement.putObject("Principal").put("Service", "events.amazonaws.com");
    clients()
        .sqs()
        .setQueueAttributes(r ->
            r.queueUrl(queueUrl).attributes(Map.of(QueueAttributeName.POLICY, policy.toString())));
  }

  private static Trigger cause(String tag) {
    return new Trigger.Push("13cde686", CAUSE.repository(), new ImageTag(tag), Optional.empty());
  }

  private static StartedDeployment deployment(String environment) {
    ServiceArn service = new ServiceArn("arn:aws:ecs:us-east-1:123456789012:service/main/web");
    return new StartedDeployment(
        new Decision.Deploy(
            service,
            environment,
            new TaskDefinitionArn("arn:aws:ecs:us-east-1:123456789012:task-definition/web:1"),
            List.of(
                new Decision.ImageChange(
                    "app", ImageReference.parse("nginx:1"), ImageReference.parse("nginx:2"))),
            new Decision.Target.Register(Json.object()),
            Json.object(),
            "because"),
        new TaskDefinitionArn("arn:aws:ecs:us-east-1:123456789012:task-definition/web:2"),
        Optional.of("ecs-svc/2"));
  }
}
