package dev.slipway.simulator.sqs;

import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.Journal;
import dev.slipway.simulator.world.Sha256;
import dev.slipway.simulator.world.World;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A queue and its messages. Guarded by the world's lock.
 *
 * <p>Messages are handed out in the order in which they were sent, and once each unless they become
 * visible again; a standard queue does worse on request ({@link #faults}). Of a FIFO queue's
 * message group nothing is handed out while a message of it is in flight.
 */
public final class Queue {
  /** Within this time a FIFO queue takes a message only once. */
  static final Duration DEDUPLICATION_INTERVAL = Duration.ofMinutes(5);

  private static final int MAXIMUM_ATTRIBUTES = 10;
  private static final Pattern FIFO_ID = Pattern.compile("[\\p{Alnum}\\p{Punct}]{1,128}");

  private record Taken(Receipt receipt, Instant until) {}

  private final World world;
  private final Journal journal;
  private final Function<String, Optional<Queue>> queueByArn;
  private final String name;
  private final String arn;
  private final Instant created;
  private final Map<String, String> tags;
  private final TreeMap<Long, Message> messages = new TreeMap<>();
  private final Map<String, Taken> taken = new LinkedHashMap<>();
  private final List<Runnable> consumers = new ArrayList<>();
  private final QueueFaults faults;
  private QueueAttributes attributes;
  private Instant modified;
  private long order;
  private int received;
  private int receivedAgain;
  private World.@Nullable Entry alarm;

  Queue(
      World world,
      Journal journal,
      Function<String, Optional<Queue>> queueByArn,
      String name,
      String arn,
      QueueAttributes attributes,
      Map<String, String> tags) {
    this.world = world;
    this.journal = journal;
    this.queueByArn = queueByArn;
    this.name = name;
    this.arn = arn;
    this.attributes = attributes;
    this.tags = Map.copyOf(tags);
    this.created = world.now();
    this.modified = created;
    this.faults = new QueueFaults(world, this);
  }

  /** What may happen to the messages of a standard queue. */
  public QueueFaults faults() {
    return faults;
  }

  /** Its name; that of a FIFO queue ends with {@code .fifo}. */
  public String name() {
    return name;
  }

  /** Its ARN. */
  public String arn() {
    return arn;
  }

  /** Whether it is a FIFO queue. */
  public boolean isFifo() {
    return attributes.isFifo();
  }

  /** How long a message is hidden once it has been received. */
  public Duration visibilityTimeout() {
    return attributes.visibilityTimeout();
  }

  QueueAttributes attributes() {
    return attributes;
  }

  void setAttributes(QueueAttributes attributes) {
    this.attributes = attributes;
    this.modified = world.now();
  }

  Map<String, String> tags() {
    return tags;
  }

  Instant created() {
    return created;
  }

  Instant modified() {
    return modified;
  }

  /**
   * Registers somebody to be called whenever a message may have become receivable: after a message
   * has been sent, has become visible again, or has left its group free.
   */
  public void onReceivable(Runnable consumer) {
    consumers.add(consumer);
  }

  /**
   * Takes a message.
   *
   * @throws AwsError if the queue does not take it
   */
  public Receipt send(Outgoing message) {
    Instant now = world.now();
    check(message);
    if (!isFifo()) {
      Duration delay = message.delay() == null ? attributes.delay() : message.delay();
      Receipt receipt = new Receipt(UUID.randomUUID().toString(), "");
      add(new Message(receipt.messageId(), message, "", "", now, now.plus(delay)));
      Duration pause = faults.takeDuplicate();
      if (pause != null) {
        Instant visible = now.plus(delay).plus(pause);
        add(new Message(receipt.messageId(), message, "", "", now, visible));
      }
      return receipt;
    }
    String deduplicationId = deduplicationId(message);
    taken.values().removeIf(former -> !former.until().isAfter(now));
    String key =
        attributes.deduplicatesByGroup()
            ? message.groupId() + " " + deduplicationId
            : deduplicationId;
    Taken former = taken.get(key);
    if (former != null) {
      journal.note(
          "sqs", name + ": a duplicate of " + former.receipt().messageId() + " is dropped");
      return former.receipt();
    }
    Receipt receipt = new Receipt(UUID.randomUUID().toString(), nextSequenceNumber());
    taken.put(key, new Taken(receipt, now.plus(DEDUPLICATION_INTERVAL)));
    add(
        new Message(
            receipt.messageId(),
            message,
            deduplicationId,
            receipt.sequenceNumber(),
            now,
            now.plus(attributes.delay())));
    return receipt;
  }

  private void check(Outgoing message) {
    if (message.body().isEmpty()) {
      throw AwsError.client(
          "MissingParameter", "The request must contain the parameter MessageBody.");
    }
    if (!message.body().codePoints().allMatch(Queue::isAllowed)) {
      throw AwsError.client(
          "InvalidMessageContents", "Invalid characters found in the message body.");
    }
    if (message.attributes().size() > MAXIMUM_ATTRIBUTES) {
      throw invalid(
          "Number of message attributes ["
              + message.attributes().size()
              + "] exceeds the allowed maximum ["
              + MAXIMUM_ATTRIBUTES
              + "].");
    }
    if (size(message) > attributes.maximumMessageSize()) {
      throw invalid(
          "One or more parameters are invalid. Reason: Message must be shorter than "
              + attributes.maximumMessageSize()
              + " bytes.");
    }
    checkId("MessageGroupId", message.groupId());
    checkId("MessageDeduplicationId", message.deduplicationId());
    if (isFifo()) {
      if (message.groupId() == null) {
        throw AwsError.client(
            "MissingParameter", "The request must contain the parameter MessageGroupId.");
      }
      if (message.delay() != null && !message.delay().isZero()) {
        throw invalid(
            "Value "
                + message.delay().toSeconds()
                + " for parameter DelaySeconds is invalid. Reason: The request include parameter"
                + " that is not valid for this queue type.");
      }
    } else if (message.deduplicationId() != null) {
      throw invalid(
          "Value "
              + message.deduplicationId()
              + " for parameter MessageDeduplicationId is invalid. Reason: The request includes a"
              + " parameter that is not valid for this queue type.");
    }
  }

  private static void checkId(String parameter, @Nullable String value) {
    if (value != null && !FIFO_ID.matcher(value).matches()) {
      throw invalid(
          "Value "
              + value
              + " for parameter "
              + parameter
              + " is invalid. Reason: "
              + parameter
              + " can only include alphanumeric and punctuation characters. 1 to 128 in length.");
    }
  }

  private static boolean isAllowed(int c) {
    return c == 0x9
        || c == 0xA
        || c == 0xD
        || (c >= 0x20 && c <= 0xD7FF)
        || (c >= 0xE000 && c <= 0xFFFD)
        || c >= 0x10000;
  }

  /** What counts against the size limits: the body and the sender's attributes. */
  static int size(Outgoing message) {
    int size = message.body().getBytes(StandardCharsets.UTF_8).length;
    for (Map.Entry<String, MessageAttribute> attribute : message.attributes().entrySet()) {
      size += attribute.getKey().getBytes(StandardCharsets.UTF_8).length;
      size += attribute.getValue().dataType().getBytes(StandardCharsets.UTF_8).length;
      size += attribute.getValue().valueBytes().length;
    }
    return size;
  }

  private String deduplicationId(Outgoing message) {
    if (message.deduplicationId() != null) {
      return message.deduplicationId();
    }
    if (!attributes.contentBasedDeduplication()) {
      throw invalid(
          "The queue should either have ContentBasedDeduplication enabled or"
              + " MessageDeduplicationId provided explicitly");
    }
    return Sha256.hex(message.body());
  }

  private String nextSequenceNumber() {
    // twenty digits, as AWS's have
    return String.format("188%017d", order + 1);
  }

  private void add(Message message) {
    messages.put(++order, message);
    changed();
  }

  /**
   * Hands out messages that are visible; each is hidden for the visibility timeout. A message that
   * was received as often as the redrive policy allows goes to the dead-letter queue instead.
   *
   * @param most how many at most
   * @param hideFor the visibility timeout; null for the queue's own
   */
  public List<Message> receive(int most, @Nullable Duration hideFor) {
    Instant now = world.now();
    forgetOld(now);
    Duration timeout = hideFor == null ? attributes.visibilityTimeout() : hideFor;
    Set<String> waiting = groupsInFlight(now);
    List<Message> received = new ArrayList<>();
    List<Message> dead = new ArrayList<>();
    for (Message message : faults.ordered(messages.values())) {
      if (received.size() == most) {
        break;
      }
      String group = isFifo() ? String.valueOf(message.groupId()) : null;
      if (group != null && waiting.contains(group)) {
        continue;
      }
      if (!message.isVisible(now)) {
        if (group != null) {
          waiting.add(group);
        }
        continue;
      }
      if (isSpent(message)) {
        dead.add(message);
        continue;
      }
      message.received(UUID.randomUUID().toString(), now, now.plus(timeout));
      received.add(message);
      this.received++;
      receivedAgain += message.receiveCount() > 1 ? 1 : 0;
    }
    messages.values().removeAll(dead);
    dead.forEach(this::bury);
    if (!received.isEmpty()) {
      setAlarm();
    }
    return received;
  }

  private Set<String> groupsInFlight(Instant now) {
    Set<String> groups = new HashSet<>();
    if (isFifo()) {
      for (Message message : messages.values()) {
        if (message.isInFlight(now)) {
          groups.add(String.valueOf(message.groupId()));
        }
      }
    }
    return groups;
  }

  private boolean isSpent(Message message) {
    QueueAttributes.Redrive redrive = attributes.redrive();
    return redrive != null
        && message.receiveCount() >= redrive.maxReceiveCount()
        && queueByArn.apply(redrive.deadLetterTargetArn()).isPresent();
  }

  private void bury(Message message) {
    QueueAttributes.Redrive redrive = attributes.redrive();
    if (redrive == null) {
      throw new IllegalStateException("queue " + name + " has no redrive policy");
    }
    Queue deadLetters = queueByArn.apply(redrive.deadLetterTargetArn()).orElseThrow();
    message.diedIn(arn, deadLetters.isFifo() ? deadLetters.nextSequenceNumber() : "", world.now());
    deadLetters.add(message);
    journal.note(
        "sqs",
        name
            + ": message "
            + message.id()
            + " was received "
            + message.receiveCount()
            + " times and goes to "
            + deadLetters.name());
  }

  /**
   * Deletes a message that was received.
   *
   * @return whether it was deleted: with a receipt handle that is no longer the message's newest,
   *     or whose visibility timeout is over in a FIFO queue, it is not
   */
  public boolean delete(String receiptHandle) {
    Instant now = world.now();
    boolean deleted =
        messages
            .values()
            .removeIf(message ->
                message.isHeldBy(receiptHandle) && (!isFifo() || message.isInFlight(now)));
    if (deleted) {
      changed();
    }
    return deleted;
  }

  /**
   * Sets anew for how long a message in flight stays hidden, from now.
   *
   * @return whether a message is in flight under the receipt handle
   */
  public boolean changeVisibility(String receiptHandle, Duration hideFor) {
    Instant now = world.now();
    Optional<Message> held =
        messages.values().stream()
            .filter(message -> message.isHeldBy(receiptHandle) && message.isInFlight(now))
            .findFirst();
    held.ifPresent(message -> {
      message.hideUntil(now.plus(hideFor));
      changed();
    });
    return held.isPresent();
  }

  void purge() {
    messages.clear();
    setAlarm();
  }

  /** How many messages could be received, group order left aside. */
  public int visible() {
    Instant now = world.now();
    forgetOld(now);
    return (int) messages.values().stream().filter(message -> message.isVisible(now)).count();
  }

  /** How many messages have been received and neither deleted nor become visible again. */
  public int inFlight() {
    Instant now = world.now();
    return (int) messages.values().stream().filter(message -> message.isInFlight(now)).count();
  }

  int delayed() {
    return messages.size() - visible() - inFlight();
  }

  /** All messages, in order, in flight or not: for a look from outside; nothing is received. */
  public List<Message> messages() {
    return List.copyOf(messages.values());
  }

  /**
   * What has gone through a queue.
   *
   * @param sent messages that it took
   * @param received messages that it handed out, each as often as it was
   * @param again of these, the ones that it had handed out before
   */
  public record Traffic(long sent, int received, int again) {
    /** What has gone through it since an earlier look. */
    public Traffic since(Traffic earlier) {
      return new Traffic(sent - earlier.sent, received - earlier.received, again - earlier.again);
    }
  }

  /** What has gone through it since it was created. */
  public Traffic traffic() {
    return new Traffic(order, received, receivedAgain);
  }

  private void forgetOld(Instant now) {
    messages
        .values()
        .removeIf(message -> !message.keptSince().plus(attributes.retention()).isAfter(now));
  }

  private void changed() {
    setAlarm();
    consumers.forEach(Runnable::run);
  }

  /** Has the consumers called when the next hidden message becomes visible. */
  private void setAlarm() {
    if (alarm != null) {
      alarm.cancel();
      alarm = null;
    }
    Instant now = world.now();
    messages.values().stream()
        .map(Message::visibleAt)
        .filter(at -> at.isAfter(now))
        .min(Comparator.naturalOrder())
        .ifPresent(at ->
            alarm =
                world.after(
                    Duration.between(now, at),
                    () -> {
                      alarm = null;
                      changed();
                    }));
  }

  private static AwsError invalid(String message) {
    return AwsError.client("InvalidParameterValue", message);
  }
}
