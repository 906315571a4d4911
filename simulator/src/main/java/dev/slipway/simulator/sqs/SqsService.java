package dev.slipway.simulator.sqs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.Account;
import dev.slipway.simulator.world.Authorizer;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.AwsOperation;
import dev.slipway.simulator.world.AwsRequest;
import dev.slipway.simulator.world.AwsService;
import dev.slipway.simulator.world.Caller;
import dev.slipway.simulator.world.Journal;
import dev.slipway.simulator.world.Members;
import dev.slipway.simulator.world.ResourcePolicies;
import dev.slipway.simulator.world.World;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Amazon SQS, in its JSON protocol. */
public final class SqsService implements AwsService {
  private static final Pattern QUEUE_NAME = Pattern.compile("[\\w-]{1,80}|[\\w-]{1,75}\\.fifo");
  private static final Pattern BATCH_ENTRY_ID = Pattern.compile("[\\w-]{1,80}");
  private static final int MAXIMUM_BATCH_BYTES = 1_048_576;

  private final World world;
  private final Authorizer authorizer;
  private final ResourcePolicies policies;
  private final Journal journal;
  private final Account account;
  private final Supplier<String> endpoint;
  private final Map<String, Queue> queues = new LinkedHashMap<>();
  private final Map<String, AwsOperation> operations = new LinkedHashMap<>();

  /**
   * @param endpoint where the simulator is reached, such as {@code http://127.0.0.1:4566}: queue
   *     URLs begin with it
   */
  public SqsService(
      World world,
      Authorizer authorizer,
      ResourcePolicies policies,
      Journal journal,
      Account account,
      Supplier<String> endpoint) {
    this.world = world;
    this.authorizer = authorizer;
    this.policies = policies;
    this.journal = journal;
    this.account = account;
    this.endpoint = endpoint;
    operations.put("CreateQueue", this::createQueue);
    operations.put("DeleteQueue", this::deleteQueue);
    operations.put("GetQueueUrl", this::getQueueUrl);
    operations.put("ListQueues", this::listQueues);
    operations.put("ListQueueTags", this::listQueueTags);
    operations.put("GetQueueAttributes", this::getQueueAttributes);
    operations.put("SetQueueAttributes", this::setQueueAttributes);
    operations.put("SendMessage", this::sendMessage);
    operations.put("SendMessageBatch", this::sendMessageBatch);
    operations.put("ReceiveMessage", this::receiveMessage);
    operations.put("DeleteMessage", this::deleteMessage);
    operations.put("DeleteMessageBatch", this::deleteMessageBatch);
    operations.put("ChangeMessageVisibility", this::changeMessageVisibility);
    operations.put("ChangeMessageVisibilityBatch", this::changeMessageVisibilityBatch);
    operations.put("PurgeQueue", this::purgeQueue);
  }

  @Override
  public String signingName() {
    return "sqs";
  }

  @Override
  public Map<String, AwsOperation> operations() {
    return operations;
  }

  /**
   * Creates a queue, as its owner or the template has it.
   *
   * @param attributes as {@code CreateQueue} names them; a policy document and the redrive policies
   *     are JSON
   * @throws AwsError if an attribute is not allowed
   */
  public Queue create(String name, Map<String, String> attributes, Map<String, String> tags) {
    if (!QUEUE_NAME.matcher(name).matches()) {
      throw AwsError.client(
          "InvalidParameterValue",
          "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
    }
    QueueAttributes parsed = QueueAttributes.of(name, attributes);
    checkRedrive(account.arn("sqs", name), parsed);
    Queue existing = queues.get(name);
    if (existing != null) {
      if (!existing.attributes().values().equals(parsed.values())) {
        throw AwsError.client(
            "QueueNameExists", "A queue already exists with the same name and a different value.");
      }
      return existing;
    }
    Queue queue =
        new Queue(world, journal, this::queueByArn, name, account.arn("sqs", name), parsed, tags);
    queues.put(name, queue);
    return queue;
  }

  /** Sets some of a queue's attributes anew; an empty text takes one away. */
  public void setAttributes(Queue queue, Map<String, String> attributes) {
    QueueAttributes changed = queue.attributes().with(attributes);
    checkRedrive(queue.arn(), changed);
    queue.setAttributes(changed);
  }

  private void checkRedrive(String sourceArn, QueueAttributes attributes) {
    QueueAttributes.Redrive redrive = attributes.redrive();
    if (redrive == null) {
      return;
    }
    String said =
        "Value " + attributes.values().get("RedrivePolicy") + " for parameter RedrivePolicy";
    Queue deadLetters =
        queueByArn(redrive.deadLetterTargetArn())
            .orElseThrow(() ->
                AwsError.client(
                    "InvalidParameterValue",
                    said + " is invalid. Reason: Dead letter target does not exist."));
    if (deadLetters.isFifo() != attributes.isFifo()) {
      throw AwsError.client(
          "InvalidParameterValue",
          said
              + " is invalid. Reason: Dead-letter queue must be same type of queue as the source.");
    }
    if (!deadLetters.attributes().takesDeadLettersOf(sourceArn)) {
      throw AwsError.client(
          "InvalidParameterValue",
          said
              + " is invalid. Reason: the RedriveAllowPolicy of "
              + deadLetters.name()
              + " does not allow "
              + sourceArn
              + ".");
    }
  }

  /** The queue with an ARN, if there is one. */
  public Optional<Queue> queueByArn(String arn) {
    return queues.values().stream().filter(queue -> queue.arn().equals(arn)).findFirst();
  }

  /** The queue with a name, if there is one. */
  public Optional<Queue> queueByName(String name) {
    return Optional.ofNullable(queues.get(name));
  }

  /** The URL by which clients name a queue. */
  public String urlOf(Queue queue) {
    return endpoint.get() + "/" + account.id() + "/" + queue.name();
  }

  // --- queues

  private ObjectNode createQueue(AwsRequest request) {
    String name = text(request.body(), "QueueName");
    authorizer.authorize(request.caller(), "sqs:CreateQueue", account.arn("sqs", name), Map.of());
    Queue queue =
        create(
            name, Members.map(request.body(), "Attributes"), Members.map(request.body(), "tags"));
    return answer().put("QueueUrl", urlOf(queue));
  }

  private ObjectNode deleteQueue(AwsRequest request) {
    Queue queue = queue(request, "sqs:DeleteQueue");
    queue.purge();
    queues.remove(queue.name());
    return answer();
  }

  private ObjectNode getQueueUrl(AwsRequest request) {
    String name = text(request.body(), "QueueName");
    String owner = request.body().path("QueueOwnerAWSAccountId").asText(account.id());
    Queue queue = owner.equals(account.id()) ? queues.get(name) : null;
    if (queue == null) {
      throw noSuchQueue();
    }
    allow(request.caller(), "sqs:GetQueueUrl", queue);
    return answer().put("QueueUrl", urlOf(queue));
  }

  private ObjectNode listQueues(AwsRequest request) {
    authorizer.authorize(request.caller(), "sqs:ListQueues", account.arn("sqs", "*"), Map.of());
    String prefix = request.body().path("QueueNamePrefix").asText("");
    ArrayNode urls = JsonNodeFactory.instance.arrayNode();
    queues.values().stream()
        .filter(queue -> queue.name().startsWith(prefix))
        .forEach(queue -> urls.add(urlOf(queue)));
    ObjectNode answer = answer();
    if (!urls.isEmpty()) {
      answer.set("QueueUrls", urls);
    }
    return answer;
  }

  private ObjectNode listQueueTags(AwsRequest request) {
    ObjectNode tags = JsonNodeFactory.instance.objectNode();
    queue(request, "sqs:ListQueueTags").tags().forEach(tags::put);
    ObjectNode answer = answer();
    answer.set("Tags", tags);
    return answer;
  }

  private ObjectNode getQueueAttributes(AwsRequest request) {
    Queue queue = queue(request, "sqs:GetQueueAttributes");
    Map<String, String> all = new LinkedHashMap<>(queue.attributes().values());
    all.put("QueueArn", queue.arn());
    all.put("ApproximateNumberOfMessages", Integer.toString(queue.visible()));
    all.put("ApproximateNumberOfMessagesNotVisible", Integer.toString(queue.inFlight()));
    all.put("ApproximateNumberOfMessagesDelayed", Integer.toString(queue.delayed()));
    all.put("CreatedTimestamp", Long.toString(queue.created().getEpochSecond()));
    all.put("LastModifiedTimestamp", Long.toString(queue.modified().getEpochSecond()));
    Set<String> wanted = new LinkedHashSet<>();
    request.body().path("AttributeNames").forEach(name -> wanted.add(name.asText()));
    ObjectNode attributes = JsonNodeFactory.instance.objectNode();
    all.forEach((name, value) -> {
      if (wanted.contains("All") || wanted.contains(name)) {
        attributes.put(name, value);
      }
    });
    ObjectNode answer = answer();
    if (!attributes.isEmpty()) {
      answer.set("Attributes", attributes);
    }
    return answer;
  }

  private ObjectNode setQueueAttributes(AwsRequest request) {
    Queue queue = queue(request, "sqs:SetQueueAttributes");
    setAttributes(queue, Members.map(request.body(), "Attributes"));
    return answer();
  }

  private ObjectNode purgeQueue(AwsRequest request) {
    queue(request, "sqs:PurgeQueue").purge();
    return answer();
  }

  // --- messages

  private ObjectNode sendMessage(AwsRequest request) {
    Queue queue = queue(request, "sqs:SendMessage");
    Outgoing message = outgoing(request.body(), request.caller());
    return sent(queue.send(message), message);
  }

  private ObjectNode sendMessageBatch(AwsRequest request) {
    Queue queue = queue(request, "sqs:SendMessage");
    List<JsonNode> entries = entries(request);
    int bytes = 0;
    for (JsonNode entry : entries) {
      bytes += size(entry);
    }
    if (bytes > MAXIMUM_BATCH_BYTES) {
      throw AwsError.client(
          "BatchRequestTooLong",
          "Batch requests cannot be longer than "
              + MAXIMUM_BATCH_BYTES
              + " bytes. You have sent "
              + bytes
              + " bytes.");
    }
    return batch(
        entries,
        (entry, result) -> {
          Outgoing message = outgoing(entry, request.caller());
          result.setAll(sent(queue.send(message), message));
        });
  }

  /** Of an entry that need not be valid. */
  private static int size(JsonNode entry) {
    int size = bytes(entry.path("MessageBody"));
    for (Map.Entry<String, JsonNode> attribute : entry.path("MessageAttributes").properties()) {
      size += attribute.getKey().getBytes(StandardCharsets.UTF_8).length;
      for (JsonNode part : attribute.getValue()) {
        size += bytes(part);
      }
    }
    return size;
  }

  private static int bytes(JsonNode text) {
    return text.asText("").getBytes(StandardCharsets.UTF_8).length;
  }

  private static ObjectNode sent(Receipt receipt, Outgoing message) {
    ObjectNode answer =
        answer()
            .put("MessageId", receipt.messageId())
            .put("MD5OfMessageBody", MessageAttribute.md5(message.body()));
    if (!message.attributes().isEmpty()) {
      answer.put("MD5OfMessageAttributes", MessageAttribute.md5(message.attributes()));
    }
    if (message.traceHeader() != null) {
      answer.put(
          "MD5OfMessageSystemAttributes",
          MessageAttribute.md5(
              Map.of("AWSTraceHeader", MessageAttribute.string(message.traceHeader()))));
    }
    if (!receipt.sequenceNumber().isEmpty()) {
      answer.put("SequenceNumber", receipt.sequenceNumber());
    }
    return answer;
  }

  private static Outgoing outgoing(JsonNode body, Caller sender) {
    Map<String, MessageAttribute> attributes = new LinkedHashMap<>();
    body.path("MessageAttributes")
        .properties()
        .forEach(
            entry -> attributes.put(entry.getKey(), attribute(entry.getKey(), entry.getValue())));
    JsonNode trace = body.path("MessageSystemAttributes").path("AWSTraceHeader");
    JsonNode delay = body.path("DelaySeconds");
    return new Outgoing(
        text(body, "MessageBody"),
        attributes,
        trace.path("StringValue").textValue(),
        delay.isNumber() ? seconds("DelaySeconds", delay.asInt(), 900) : null,
        body.path("MessageGroupId").textValue(),
        body.path("MessageDeduplicationId").textValue(),
        sender.arn());
  }

  private static MessageAttribute attribute(String name, JsonNode said) {
    String type = said.path("DataType").asText("");
    MessageAttribute attribute =
        new MessageAttribute(
            type, said.path("StringValue").textValue(), said.path("BinaryValue").textValue());
    boolean known =
        type.startsWith("String") || type.startsWith("Number") || type.startsWith("Binary");
    if (!known || attribute.valueBytes().length == 0) {
      throw invalid(
          "The message attribute '"
              + name
              + "' must contain a non-empty attribute value of type"
              + " String, Number or Binary.");
    }
    return attribute;
  }

  private ObjectNode receiveMessage(AwsRequest request) {
    Queue queue = queue(request, "sqs:ReceiveMessage");
    JsonNode body = request.body();
    int most = body.path("MaxNumberOfMessages").asInt(1);
    if (most < 1 || most > 10) {
      throw invalid(
          "Value "
              + most
              + " for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10,"
              + " if provided.");
    }
    JsonNode timeout = body.path("VisibilityTimeout");
    Duration hideFor =
        timeout.isNumber() ? seconds("VisibilityTimeout", timeout.asInt(), 43_200) : null;
    JsonNode wait = body.path("WaitTimeSeconds");
    Duration patience =
        wait.isNumber()
            ? seconds("WaitTimeSeconds", wait.asInt(), 20)
            : queue.attributes().receiveWait();
    Instant until = world.now().plus(patience);
    List<Message> received = new ArrayList<>();
    boolean some = world.await(() -> received.addAll(queue.receive(most, hideFor)), until);
    ObjectNode answer = answer();
    if (some) {
      ArrayNode messages = answer.putArray("Messages");
      received.forEach(message -> messages.add(described(message, body)));
    }
    return answer;
  }

  private static ObjectNode described(Message message, JsonNode request) {
    ObjectNode said =
        answer()
            .put("MessageId", message.id())
            .put("ReceiptHandle", message.receiptHandle())
            .put("MD5OfBody", message.bodyMd5())
            .put("Body", message.body());
    Set<String> systemNames = new LinkedHashSet<>();
    request.path("AttributeNames").forEach(name -> systemNames.add(name.asText()));
    request.path("MessageSystemAttributeNames").forEach(name -> systemNames.add(name.asText()));
    ObjectNode system = answer();
    message
        .systemAttributes()
        .forEach((name, value) -> {
          if (systemNames.contains("All") || systemNames.contains(name)) {
            system.put(name, value);
          }
        });
    if (!system.isEmpty()) {
      said.set("Attributes", system);
    }
    Map<String, MessageAttribute> wanted = new LinkedHashMap<>();
    message
        .attributes()
        .forEach((name, attribute) -> {
          if (isWanted(name, request.path("MessageAttributeNames"))) {
            wanted.put(name, attribute);
          }
        });
    if (!wanted.isEmpty()) {
      said.put("MD5OfMessageAttributes", MessageAttribute.md5(wanted));
      ObjectNode attributes = said.putObject("MessageAttributes");
      wanted.forEach((name, attribute) -> {
        ObjectNode one = attributes.putObject(name).put("DataType", attribute.dataType());
        if (attribute.isBinary()) {
          one.put("BinaryValue", attribute.binary());
        } else {
          one.put("StringValue", attribute.text());
        }
      });
    }
    return said;
  }

  private static boolean isWanted(String name, JsonNode patterns) {
    for (JsonNode node : patterns) {
      String pattern = node.asText();
      if (pattern.equals("All")
          || pattern.equals(name)
          || (pattern.endsWith(".*")
              && name.startsWith(pattern.substring(0, pattern.length() - 2)))) {
        return true;
      }
    }
    return false;
  }

  private ObjectNode deleteMessage(AwsRequest request) {
    delete(queue(request, "sqs:DeleteMessage"), request.body());
    return answer();
  }

  private ObjectNode deleteMessageBatch(AwsRequest request) {
    Queue queue = queue(request, "sqs:DeleteMessage");
    return batch(entries(request), (entry, result) -> delete(queue, entry));
  }

  private static void delete(Queue queue, JsonNode body) {
    String handle = text(body, "ReceiptHandle");
    // a standard queue says nothing of a receipt handle that another receive has made stale
    if (!queue.delete(handle) && queue.isFifo()) {
      throw invalid(
          "Value "
              + handle
              + " for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.");
    }
  }

  private ObjectNode changeMessageVisibility(AwsRequest request) {
    changeVisibility(queue(request, "sqs:ChangeMessageVisibility"), request.body());
    return answer();
  }

  private ObjectNode changeMessageVisibilityBatch(AwsRequest request) {
    Queue queue = queue(request, "sqs:ChangeMessageVisibility");
    return batch(entries(request), (entry, result) -> changeVisibility(queue, entry));
  }

  private static void changeVisibility(Queue queue, JsonNode body) {
    Duration hideFor =
        seconds("VisibilityTimeout", body.path("VisibilityTimeout").asInt(-1), 43_200);
    if (!queue.changeVisibility(text(body, "ReceiptHandle"), hideFor)) {
      throw AwsError.client("MessageNotInflight", "The message referred to isn't in flight.");
    }
  }

  // --- what the operations share

  private static List<JsonNode> entries(AwsRequest request) {
    List<JsonNode> entries = new ArrayList<>();
    request.body().path("Entries").forEach(entries::add);
    if (entries.isEmpty()) {
      throw AwsError.client(
          "EmptyBatchRequest", "There should be at least one entry in the batch request.");
    }
    if (entries.size() > 10) {
      throw AwsError.client(
          "TooManyEntriesInBatchRequest",
          "Maximum number of entries per request are 10. You have sent " + entries.size() + ".");
    }
    Set<String> ids = new LinkedHashSet<>();
    for (JsonNode entry : entries) {
      String id = text(entry, "Id");
      if (!BATCH_ENTRY_ID.matcher(id).matches()) {
        throw AwsError.client(
            "InvalidBatchEntryId",
            "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It"
                + " can be at most 80 letters long.");
      }
      if (!ids.add(id)) {
        throw AwsError.client("BatchEntryIdsNotDistinct", "Id " + id + " repeated.");
      }
    }
    return entries;
  }

  private static ObjectNode batch(
      List<JsonNode> entries, BiConsumer<JsonNode, ObjectNode> operation) {
    ObjectNode answer = answer();
    ArrayNode successful = answer.putArray("Successful");
    ArrayNode failed = answer.putArray("Failed"); // required, as Successful is
    for (JsonNode entry : entries) {
      ObjectNode result = answer().put("Id", text(entry, "Id"));
      try {
        operation.accept(entry, result);
        successful.add(result);
      } catch (AwsError e) {
        failed.add(
            result
                .put("SenderFault", e.status() < 500)
                .put("Code", e.code())
                .put("Message", e.getMessage()));
      }
    }
    return answer;
  }

  private Queue queue(AwsRequest request, String action) {
    String url = text(request.body(), "QueueUrl");
    String path;
    try {
      path = String.valueOf(URI.create(url).getPath());
    } catch (IllegalArgumentException e) {
      throw noSuchQueue();
    }
    int slash = path.lastIndexOf('/');
    Queue queue =
        slash >= 0 && path.substring(0, slash).endsWith("/" + account.id())
            ? queues.get(path.substring(slash + 1))
            : null;
    if (queue == null) {
      throw noSuchQueue();
    }
    allow(request.caller(), action, queue);
    return queue;
  }

  private void allow(Caller caller, String action, Queue queue) {
    authorizer.authorize(caller, action, queue.arn(), Map.of());
    if (verdict(queue, caller.arn(), action, Map.of()) == ResourcePolicies.Verdict.DENIED) {
      throw new AwsError(
          "AccessDenied",
          403,
          "User: "
              + caller.arn()
              + " is not authorized to perform: "
              + action
              + " on resource: "
              + queue.arn()
              + " with an explicit deny in a resource-based policy");
    }
  }

  /** What the queue's policy says of an AWS service that acts for another resource. */
  public boolean serviceMay(Queue queue, String service, String action, String sourceArn) {
    Map<String, String> context =
        Map.of("aws:SourceArn", sourceArn, "aws:SourceAccount", account.id());
    return verdict(queue, service, action, context) == ResourcePolicies.Verdict.ALLOWED;
  }

  private ResourcePolicies.Verdict verdict(
      Queue queue, String principal, String action, Map<String, String> context) {
    JsonNode policy = queue.attributes().policy();
    return policy == null
        ? ResourcePolicies.Verdict.SILENT
        : policies.evaluate(policy, principal, action, queue.arn(), context);
  }

  private static AwsError noSuchQueue() {
    return AwsError.client("QueueDoesNotExist", "The specified queue does not exist.");
  }

  private static AwsError invalid(String message) {
    return AwsError.client("InvalidParameterValue", message);
  }

  private static Duration seconds(String parameter, int value, int most) {
    if (value < 0 || value > most) {
      throw invalid(
          "Value "
              + value
              + " for parameter "
              + parameter
              + " is invalid. Reason: Must be >= 0 and <= "
              + most
              + ", if provided.");
    }
    return Duration.ofSeconds(value);
  }

  private static String text(JsonNode body, String member) {
    @Nullable String value = body.path(member).textValue();
    if (value == null) {
      throw AwsError.client(
          "MissingParameter", "The request must contain the parameter " + member + ".");
    }
    return value;
  }

  private static ObjectNode answer() {
    return JsonNodeFactory.instance.objectNode();
  }
}
