package dev.slipway.simulator.sns;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.sqs.MessageAttribute;
import dev.slipway.simulator.sqs.Outgoing;
import dev.slipway.simulator.sqs.Queue;
import dev.slipway.simulator.sqs.SqsService;
import dev.slipway.simulator.world.Account;
import dev.slipway.simulator.world.Authorizer;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.AwsOperation;
import dev.slipway.simulator.world.AwsRequest;
import dev.slipway.simulator.world.AwsService;
import dev.slipway.simulator.world.Journal;
import dev.slipway.simulator.world.Members;
import dev.slipway.simulator.world.ResourcePolicies;
import dev.slipway.simulator.world.World;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Amazon SNS: standard topics. What goes to a queue is sent there; what goes to an e-mail address
 * or a URL is kept, to be read with {@link #delivered()}.
 *
 * <p>A subscription is confirmed at once: whoever reads the mailbox would click on the link. Lists
 * are never paged.
 */
public final class SnsService implements AwsService {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,256}");
  private static final Duration LATENCY = Duration.ofMillis(100);
  private static final int REMEMBERED = 10_000;
  private static final String SNS = "sns.amazonaws.com";

  private final World world;
  private final Authorizer authorizer;
  private final ResourcePolicies policies;
  private final Journal journal;
  private final Account account;
  private final SqsService sqs;
  private final Map<String, Topic> topics = new LinkedHashMap<>();
  private final Deque<Delivered> delivered = new ArrayDeque<>();
  private final Map<String, AwsOperation> operations = new LinkedHashMap<>();

  /**
   * SNS, without topics yet.
   *
   * @param sqs whose queues may subscribe
   */
  public SnsService(
      World world,
      Authorizer authorizer,
      ResourcePolicies policies,
      Journal journal,
      Account account,
      SqsService sqs) {
    this.world = world;
    this.authorizer = authorizer;
    this.policies = policies;
    this.journal = journal;
    this.account = account;
    this.sqs = sqs;
    operations.put("CreateTopic", this::createTopic);
    operations.put("DeleteTopic", this::deleteTopic);
    operations.put("ListTopics", this::listTopics);
    operations.put("GetTopicAttributes", this::getTopicAttributes);
    operations.put("Subscribe", this::subscribe);
    operations.put("Unsubscribe", this::unsubscribe);
    operations.put("ListSubscriptions", this::listSubscriptions);
    operations.put("ListSubscriptionsByTopic", this::listSubscriptionsByTopic);
    operations.put("GetSubscriptionAttributes", this::getSubscriptionAttributes);
    operations.put("Publish", this::publish);
  }

  @Override
  public String signingName() {
    return "sns";
  }

  @Override
  public Map<String, AwsOperation> operations() {
    return operations;
  }

  /** What e-mail addresses and URLs were sent, oldest first. */
  public List<Delivered> delivered() {
    return world.call(() -> List.copyOf(delivered));
  }

  /** What one address or URL was sent, oldest first. */
  public List<Delivered> deliveredTo(String endpoint) {
    return delivered().stream().filter(one -> one.endpoint().equals(endpoint)).toList();
  }

  // --- topics

  /**
   * Creates a topic, as its owner or the template has it.
   *
   * @param attributes as CreateTopic names them; the policy document is JSON
   * @return its ARN
   * @throws AwsError if SNS would not create it
   */
  public String create(String name, Map<String, String> attributes) {
    if (name.endsWith(".fifo") || Boolean.parseBoolean(attributes.get("FifoTopic"))) {
      throw InvalidParameter.of("Topic Name Reason: the simulator has no FIFO topics");
    }
    if (!NAME.matcher(name).matches()) {
      throw InvalidParameter.of("Topic Name");
    }
    String arn = account.arn("sns", name);
    Topic existing = topics.get(arn);
    if (existing == null) {
      topics.put(arn, new Topic(name, arn, attributes, policy(attributes.get("Policy"))));
    } else if (!existing.attributes.equals(attributes)) {
      throw InvalidParameter.of(
          "Attributes Reason: Topic already exists with different attributes");
    }
    return arn;
  }

  private static @Nullable JsonNode policy(@Nullable String document) {
    if (document == null) {
      return null;
    }
    try {
      return JSON.readTree(document);
    } catch (JsonProcessingException e) {
      throw InvalidParameter.of("Policy Error: " + e.getOriginalMessage());
    }
  }

  private ObjectNode createTopic(AwsRequest request) {
    String name = text(request, "Name");
    authorizer.authorize(request.caller(), "sns:CreateTopic", account.arn("sns", name), Map.of());
    Map<String, String> attributes = Members.map(request.body(), "Attributes");
    return answer().put("TopicArn", create(name, attributes));
  }

  private ObjectNode deleteTopic(AwsRequest request) {
    String arn = text(request, "TopicArn");
    allow(request, "sns:DeleteTopic", arn);
    topics.remove(arn); // of a topic that is not there SNS says nothing
    return answer();
  }

  private ObjectNode listTopics(AwsRequest request) {
    authorizer.authorize(request.caller(), "sns:ListTopics", account.arn("sns", "*"), Map.of());
    ObjectNode answer = answer();
    ArrayNode list = answer.putArray("Topics");
    topics.keySet().forEach(arn -> list.addObject().put("TopicArn", arn));
    return answer;
  }

  private ObjectNode getTopicAttributes(AwsRequest request) {
    Topic topic = topic(request, "sns:GetTopicAttributes");
    ObjectNode attributes = answer();
    new TreeMap<>(topic.attributes).forEach(attributes::put);
    attributes.put("TopicArn", topic.arn);
    attributes.put("Owner", account.id());
    attributes.put("SubscriptionsConfirmed", Integer.toString(topic.subscriptions.size()));
    attributes.put("SubscriptionsPending", "0");
    attributes.put("SubscriptionsDeleted", Integer.toString(topic.deletedSubscriptions));
    return answer().set("Attributes", attributes);
  }

  // --- subscriptions

  /**
   * Subscribes an endpoint to a topic, as its owner or the template has it.
   *
   * @param id the last part of the subscription's ARN
   * @param attributes as Subscribe names them
   * @return the subscription's ARN
   * @throws AwsError if SNS would not subscribe it
   */
  public String subscribe(
      String topicArn,
      String id,
      String protocol,
      String endpoint,
      Map<String, String> attributes) {
    Topic topic = topic(topicArn);
    Subscription wanted =
        Subscription.of(topicArn + ":" + id, topicArn, protocol, endpoint, attributes);
    for (Subscription subscription : topic.subscriptions) {
      if (subscription.isLike(wanted)) {
        return subscription.arn();
      }
      if (subscription.isForTheEndpointOf(wanted)) {
        throw InvalidParameter.of(
            "Attributes Reason: Subscription already exists with different attributes");
      }
    }
    topic.subscriptions.add(wanted);
    return wanted.arn();
  }

  private ObjectNode subscribe(AwsRequest request) {
    String topicArn = text(request, "TopicArn");
    allow(request, "sns:Subscribe", topicArn);
    String arn =
        subscribe(
            topicArn,
            UUID.randomUUID().toString(),
            text(request, "Protocol"),
            text(request, "Endpoint"),
            Members.map(request.body(), "Attributes"));
    return answer().put("SubscriptionArn", arn);
  }

  private ObjectNode unsubscribe(AwsRequest request) {
    String arn = text(request, "SubscriptionArn");
    Optional<Subscription> found = subscriptions().filter(one -> one.arn().equals(arn)).findFirst();
    allow(request, "sns:Unsubscribe", found.map(Subscription::topicArn).orElse(arn));
    if (found.isPresent()) {
      Topic topic = topic(found.get().topicArn());
      topic.subscriptions.remove(found.get());
      topic.deletedSubscriptions++;
    }
    return answer();
  }

  private ObjectNode listSubscriptions(AwsRequest request) {
    authorizer.authorize(
        request.caller(), "sns:ListSubscriptions", account.arn("sns", "*"), Map.of());
    return described(subscriptions().toList());
  }

  private ObjectNode listSubscriptionsByTopic(AwsRequest request) {
    return described(topic(request, "sns:ListSubscriptionsByTopic").subscriptions);
  }

  private ObjectNode described(List<Subscription> subscriptions) {
    ObjectNode answer = answer();
    ArrayNode list = answer.putArray("Subscriptions");
    for (Subscription subscription : subscriptions) {
      list.addObject()
          .put("SubscriptionArn", subscription.arn())
          .put("Owner", account.id())
          .put("Protocol", subscription.protocol().word())
          .put("Endpoint", subscription.endpoint())
          .put("TopicArn", subscription.topicArn());
    }
    return answer;
  }

  private ObjectNode getSubscriptionAttributes(AwsRequest request) {
    String arn = text(request, "SubscriptionArn");
    Subscription subscription =
        subscriptions()
            .filter(one -> one.arn().equals(arn))
            .findFirst()
            .orElseThrow(() -> notFound("Subscription does not exist"));
    allow(request, "sns:GetSubscriptionAttributes", subscription.topicArn());
    ObjectNode attributes =
        answer()
            .put("SubscriptionArn", arn)
            .put("TopicArn", subscription.topicArn())
            .put("Owner", account.id())
            .put("Protocol", subscription.protocol().word())
            .put("Endpoint", subscription.endpoint())
            .put("PendingConfirmation", "false")
            .put("ConfirmationWasAuthenticated", "true")
            .put("RawMessageDelivery", Boolean.toString(subscription.raw()));
    if (subscription.filter() != null) {
      attributes
          .put("FilterPolicy", subscription.filter().toString())
          .put("FilterPolicyScope", "MessageAttributes");
    }
    return answer().set("Attributes", attributes);
  }

  private Stream<Subscription> subscriptions() {
    return topics.values().stream().flatMap(topic -> topic.subscriptions.stream());
  }

  // --- messages

  private ObjectNode publish(AwsRequest request) {
    if (request.body().has("PhoneNumber")) {
      throw InvalidParameter.of("PhoneNumber Reason: the simulator sends no SMS");
    }
    String member = request.body().has("TargetArn") ? "TargetArn" : "TopicArn";
    String arn = text(request, member);
    if (arn.split(":", -1).length < 6) {
      throw InvalidParameter.of(
          member
              + " Reason: An ARN must have at least 6 elements, not "
              + arn.split(":", -1).length);
    }
    allow(request, "sns:Publish", arn);
    Topic topic = topic(arn);
    Notification notification =
        Notification.of(UUID.randomUUID().toString(), world.now(), request.body());
    journal.note("sns", topic.name + ": " + notification.title());
    for (Subscription subscription : topic.subscriptions) {
      if (subscription.wants(notification.attributes())) {
        world.after(LATENCY, () -> deliver(topic, notification, subscription));
      }
    }
    return answer().put("MessageId", notification.id());
  }

  private void deliver(Topic topic, Notification notification, Subscription subscription) {
    String body =
        subscription.raw() || subscription.protocol() == Protocol.EMAIL
            ? notification.text(subscription.protocol())
            : notification.envelope(subscription);
    switch (subscription.protocol()) {
      case SQS -> send(topic, notification, subscription, body);
      case EMAIL, EMAIL_JSON ->
          keep(
              notification,
              subscription,
              Optional.ofNullable(notification.subject()).orElse("AWS Notification Message"),
              body);
      case HTTP, HTTPS -> keep(notification, subscription, null, body);
    }
  }

  private void keep(
      Notification notification, Subscription subscription, @Nullable String subject, String body) {
    delivered.addLast(
        new Delivered(
            world.now(),
            subscription.topicArn(),
            subscription.arn(),
            subscription.protocol().word(),
            subscription.endpoint(),
            subject,
            body));
    if (delivered.size() > REMEMBERED) {
      delivered.removeFirst();
    }
    journal.note("sns", notification.title() + " → " + subscription.endpoint());
  }

  private void send(
      Topic topic, Notification notification, Subscription subscription, String body) {
    String endpoint = subscription.endpoint();
    Queue queue = sqs.queueByArn(endpoint).orElse(null);
    if (queue == null) {
      journal.note("sns", topic.name + " → " + endpoint + " failed: there is no such queue");
      return;
    }
    if (!sqs.serviceMay(queue, SNS, "sqs:SendMessage", topic.arn)) {
      journal.note(
          "sns",
          topic.name
              + " → "
              + queue.name()
              + " failed: its policy does not let "
              + SNS
              + " send messages for "
              + topic.arn);
      return;
    }
    Map<String, MessageAttribute> attributes =
        subscription.raw() ? notification.attributes() : Map.of();
    queue.send(new Outgoing(body, attributes, null, null, null, null, SNS));
    journal.note("sns", notification.title() + " → " + queue.name());
  }

  // ---

  private Topic topic(AwsRequest request, String action) {
    String arn = text(request, "TopicArn");
    allow(request, action, arn);
    return topic(arn);
  }

  private Topic topic(String arn) {
    Topic topic = topics.get(arn);
    if (topic == null) {
      throw notFound("Topic does not exist");
    }
    return topic;
  }

  private void allow(AwsRequest request, String action, String topicArn) {
    authorizer.authorize(request.caller(), action, topicArn, Map.of());
    Topic topic = topics.get(topicArn);
    if (topic != null
        && topic.policy != null
        && policies.evaluate(topic.policy, request.caller().arn(), action, topicArn, Map.of())
            == ResourcePolicies.Verdict.DENIED) {
      throw new AwsError(
          "AuthorizationError",
          403,
          "User: "
              + request.caller().arn()
              + " is not authorized to perform: "
              + action
              + " on resource: "
              + topicArn
              + " with an explicit deny in a resource-based policy");
    }
  }

  private static String text(AwsRequest request, String member) {
    String value = Members.text(request.body(), member);
    if (value == null || value.isEmpty()) {
      throw InvalidParameter.of(member);
    }
    return value;
  }

  private static AwsError notFound(String what) {
    return new AwsError("NotFound", 404, what);
  }

  private static ObjectNode answer() {
    return JsonNodeFactory.instance.objectNode();
  }
}
