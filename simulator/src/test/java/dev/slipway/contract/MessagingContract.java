package dev.slipway.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.DeadLetterSink.FailedMessage;
import dev.slipway.aws.EventAnnouncer;
import dev.slipway.aws.Json;
import dev.slipway.aws.Log;
import dev.slipway.aws.ServiceChecks;
import dev.slipway.aws.SqsDeadLetterSink;
import dev.slipway.aws.SqsHintQueue;
import dev.slipway.aws.SqsRetryBackoff;
import dev.slipway.decide.Decision;
import dev.slipway.deploy.Hint;
import dev.slipway.deploy.StartedDeployment;
import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageChange;
import dev.slipway.image.ImageReference;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.record.DeploymentId;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.Trigger;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.eventbridge.model.Target;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** Amazon SQS's standard queues and EventBridge, as far as Slipway's events go through them. */
interface MessagingContract extends Emulator {
  Repository REPOSITORY = new Repository("123456789012", "us-east-1", "web");

  /** How long to wait for what is on its way, at most: receiving ends as soon as it is there. */
  int WAIT_SECONDS = 5;

  private String queue(Map<QueueAttributeName, String> attributes) {
    Map<QueueAttributeName, String> all = new HashMap<>(attributes);
    all.put(QueueAttributeName.VISIBILITY_TIMEOUT, "360");
    return clients()
        .sqs()
        .createQueue(r -> r.queueName(Emulator.unique("contract")).attributes(all))
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

  /** All that can be received now. */
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

  private static Hint.CheckService hint(String service, String event) {
    return new Hint.CheckService(
        new ServiceArn("arn:aws:ecs:us-east-1:123456789012:service/main/" + service),
        push(event, "staging"));
  }

  private static Trigger push(String event, String tag) {
    return new Trigger.Push(
        event, REPOSITORY, new ImageTag(tag), Optional.empty(), Optional.empty());
  }

  private static Log log() {
    return new Log(_ -> {}, InstantSource.system());
  }

  @Test
  default void every_hint_arrives_as_it_was_sent() {
    String queue = queue(Map.of());
    List<Hint.CheckService> sent = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      sent.add(hint("web-" + i, "e-1"));
    }

    new SqsHintQueue(clients().sqs(), queue).send(sent);

    assertThat(receiveAll(queue))
        .extracting(message -> json(message.body()))
        .containsExactlyInAnyOrderElementsOf(sent.stream().map(ServiceChecks::body).toList());
  }

  @Test
  default void hints_of_one_service_do_not_wait_for_each_other() {
    String queue = queue(Map.of());
    SqsHintQueue hints = new SqsHintQueue(clients().sqs(), queue);
    hints.send(List.of(hint("web", "e-1"), hint("web", "e-2")));

    List<Message> first = receive(queue, 1, WAIT_SECONDS);
    List<Message> second = receive(queue, 1, WAIT_SECONDS);

    assertThat(List.of(first.getFirst(), second.getFirst()))
        .extracting(message -> json(message.body()).path("id").asText())
        .containsExactlyInAnyOrder("e-1", "e-2");
  }

  @Test
  default void a_request_to_check_rollouts_names_its_service() {
    String queue = queue(Map.of());
    ServiceArn web = hint("web", "e-1").service();

    new SqsHintQueue(clients().sqs(), queue).request(List.of(web));

    assertThat(receiveAll(queue))
        .singleElement()
        .satisfies(
            message -> assertThat(json(message.body())).isEqualTo(ServiceChecks.rolloutCheck(web)));
  }

  @Test
  default void what_failed_comes_again_at_the_time_set() {
    String queue = queue(Map.of());
    new SqsHintQueue(clients().sqs(), queue)
        .send(List.of(hint("web", "e-1"), hint("web", "e-2"), hint("api", "e-3")));
    List<Message> first = receiveAll(queue);
    List<String> failed =
        first.stream()
            .filter(message -> !json(message.body()).path("id").asText().equals("e-3"))
            .map(Message::receiptHandle)
            .toList();

    new SqsRetryBackoff(clients().sqs(), queue, log()).after(Duration.ZERO, arn(queue), failed);

    List<Message> again = receiveAll(queue);
    assertThat(again)
        .extracting(message -> json(message.body()).path("id").asText())
        .containsExactlyInAnyOrder("e-1", "e-2");
    assertThat(again)
        .extracting(
            message -> attribute(message, MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT))
        .containsOnly("2");
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
    SqsRetryBackoff backoff = new SqsRetryBackoff(clients().sqs(), queue, log());
    for (int i = 0; i < 2; i++) {
      Message message = receive(queue, 1, WAIT_SECONDS).getFirst();
      backoff.after(Duration.ZERO, arn(queue), List.of(message.receiptHandle()));
    }

    assertThat(receive(queue, 1, 0)).isEmpty();
    assertThat(receive(dead, 1, WAIT_SECONDS))
        .singleElement()
        .satisfies(
            message -> assertThat(json(message.body()).path("id").asText()).isEqualTo("e-1"));
  }

  @Test
  default void a_dead_letter_has_its_reason() {
    String dead = queue(Map.of());

    new SqsDeadLetterSink(clients().sqs(), dead)
        .put(
            new FailedMessage(
                "{\"cut\": \"off", "m-1", "arn:aws:sqs:x", 8, "not JSON: Unexpected end"));

    assertThat(receiveAll(dead))
        .singleElement()
        .satisfies(message -> {
          assertThat(message.body()).isEqualTo("{\"cut\": \"off");
          assertThat(message.messageAttributes().keySet())
              .containsExactlyInAnyOrder("reason", "messageId", "queue", "deliveries");
          assertThat(message.messageAttributes())
              .hasEntrySatisfying(
                  "reason",
                  reason -> assertThat(reason.stringValue()).isEqualTo("not JSON: Unexpected end"))
              .hasEntrySatisfying("messageId", id -> assertThat(id.stringValue()).isEqualTo("m-1"))
              .hasEntrySatisfying(
                  "deliveries", count -> assertThat(count.stringValue()).isEqualTo("8"));
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
                     "detail": {"environment": ["staging"], "trigger": {"tag": [{"prefix": "%s"}]}}}\
                    """
                        .formatted(rule)));
    clients()
        .eventBridge()
        .putTargets(
            r -> r.rule(rule).targets(Target.builder().id("queue").arn(arn(queue)).build()));
    EventAnnouncer announcer =
        new EventAnnouncer(clients().eventBridge(), "default", Optional.empty(), log());

    announcer.started(deployment("production", rule));
    announcer.started(deployment("staging", rule));
    announcer.started(deployment("staging", "other"));

    assertThat(receiveAll(queue))
        .singleElement()
        .satisfies(message -> {
          JsonNode event = json(message.body());
          assertThat(event.path("source").asText()).isEqualTo("slipway");
          assertThat(event.path("detail-type").asText()).isEqualTo("Deployment Started");
          assertThat(event.path("region").asText()).isEqualTo("us-east-1");
          assertThat(event.path("resources").path(0).asText()).endsWith("service/main/web");
          assertThat(event.path("detail").path("environment").asText()).isEqualTo("staging");
        });
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

  private static StartedDeployment deployment(String environment, String tag) {
    ServiceArn service = hint("web", "e-1").service();
    TaskDefinitionArn from = revision(1);
    Trigger trigger = push("13cde686", tag);
    List<ImageChange> changes =
        List.of(
            new ImageChange(
                "app",
                ImageReference.parse("nginx:1"),
                ImageReference.parse("nginx:2"),
                Optional.empty()));
    Map<String, ImageReference> images = Map.of("app", ImageReference.parse("nginx:2"));
    Instant at = Instant.parse("2026-11-28T03:00:00Z");
    return new StartedDeployment(
        new Decision.Deploy(
            service,
            environment,
            from,
            changes,
            images,
            Json.object(),
            Map.of(),
            Json.object(),
            Decision.Basis.SELECTED,
            Optional.empty(),
            "because"),
        new DeploymentRecord(
                DeploymentId.of(at, 1),
                service,
                environment,
                trigger,
                from,
                Optional.empty(),
                changes,
                images,
                "because",
                at,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Set.of())
            .started(revision(2), new EcsDeploymentId("2"), at));
  }

  private static TaskDefinitionArn revision(int number) {
    return new TaskDefinitionArn(
        "arn:aws:ecs:us-east-1:123456789012:task-definition/web:" + number);
  }
}
