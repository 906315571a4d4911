package dev.slipway.simulator.sqs;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A message in a queue. Guarded by the world's lock. */
public final class Message {
  private final String id;
  private final Outgoing sent;
  private final Instant sentAt;
  private final String deduplicationId;
  private String sequenceNumber;
  private Instant keptSince;
  private Instant visibleAt;
  private int receiveCount;
  private @Nullable Instant firstReceived;
  private @Nullable String receiptHandle;
  private @Nullable String deadLetterSourceArn;

  Message(
      String id,
      Outgoing sent,
      String deduplicationId,
      String sequenceNumber,
      Instant now,
      Instant visibleAt) {
    this.id = id;
    this.sent = sent;
    this.sentAt = now;
    this.deduplicationId = deduplicationId;
    this.sequenceNumber = sequenceNumber;
    this.keptSince = now;
    this.visibleAt = visibleAt;
  }

  /** The id that SQS gave it. */
  public String id() {
    return id;
  }

  /** The text. */
  public String body() {
    return sent.body();
  }

  /** The sender's own attributes. */
  public Map<String, MessageAttribute> attributes() {
    return sent.attributes();
  }

  /** The MD5 of the body, in hexadecimal. */
  public String bodyMd5() {
    return MessageAttribute.md5(sent.body());
  }

  /** What whoever received it last needs to delete it. */
  public String receiptHandle() {
    if (receiptHandle == null) {
      throw new IllegalStateException("message " + id + " was never received");
    }
    return receiptHandle;
  }

  /** How often it was received. */
  public int receiveCount() {
    return receiveCount;
  }

  /** The message group, or null. */
  public @Nullable String groupId() {
    return sent.groupId();
  }

  /** The attributes that SQS gives it, as AWS names them; times in milliseconds of the epoch. */
  public Map<String, String> systemAttributes() {
    Map<String, String> said = new TreeMap<>();
    said.put("SenderId", sent.senderId());
    said.put("SentTimestamp", Long.toString(sentAt.toEpochMilli()));
    said.put("ApproximateReceiveCount", Integer.toString(receiveCount));
    if (firstReceived != null) {
      said.put("ApproximateFirstReceiveTimestamp", Long.toString(firstReceived.toEpochMilli()));
    }
    if (sent.groupId() != null) {
      said.put("MessageGroupId", sent.groupId());
    }
    if (!sequenceNumber.isEmpty()) {
      said.put("SequenceNumber", sequenceNumber);
      said.put("MessageDeduplicationId", deduplicationId);
    }
    if (sent.traceHeader() != null) {
      said.put("AWSTraceHeader", sent.traceHeader());
    }
    if (deadLetterSourceArn != null) {
      said.put("DeadLetterQueueSourceArn", deadLetterSourceArn);
    }
    return said;
  }

  boolean isVisible(Instant now) {
    return !visibleAt.isAfter(now);
  }

  /** Received, not deleted, and its visibility timeout not over. */
  boolean isInFlight(Instant now) {
    return receiptHandle != null && !isVisible(now);
  }

  boolean isHeldBy(String handle) {
    return handle.equals(receiptHandle);
  }

  Instant visibleAt() {
    return visibleAt;
  }

  Instant keptSince() {
    return keptSince;
  }

  void received(String handle, Instant now, Instant until) {
    receiptHandle = handle;
    receiveCount++;
    if (firstReceived == null) {
      firstReceived = now;
    }
    visibleAt = until;
  }

  void hideUntil(Instant until) {
    visibleAt = until;
  }

  /** Puts it into a dead-letter queue: a FIFO queue counts the time to keep it anew. */
  void diedIn(String sourceArn, String newSequenceNumber, Instant now) {
    deadLetterSourceArn = sourceArn;
    if (!newSequenceNumber.isEmpty()) {
      sequenceNumber = newSequenceNumber;
      keptSince = now;
    }
    receiptHandle = null;
    visibleAt = now;
  }
}
