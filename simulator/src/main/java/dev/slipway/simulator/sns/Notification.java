package dev.slipway.simulator.sns;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.sqs.MessageAttribute;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.Members;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A message as it was published.
 *
 * @param byProtocol texts for protocols that want one of their own ({@code MessageStructure=json})
 * @see <a href="https://docs.aws.amazon.com/sns/latest/api/API_Publish.html">Publish</a>
 */
record Notification(
    String id,
    Instant at,
    @Nullable String subject,
    String message,
    Map<String, String> byProtocol,
    Map<String, MessageAttribute> attributes) {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  private static final int MAXIMUM_BYTES = 262_144;
  private static final int MAXIMUM_SUBJECT = 100;

  /**
   * Reads Publish's input.
   *
   * @throws AwsError as SNS refuses one
   */
  static Notification of(String id, Instant at, ObjectNode body) {
    String text = Members.text(body, "Message");
    if (text == null || text.isEmpty()) {
      throw InvalidParameter.of("Empty message");
    }
    String subject = Members.text(body, "Subject");
    if (subject != null && !isSubject(subject)) {
      throw InvalidParameter.of("Subject");
    }
    Map<String, MessageAttribute> attributes = attributes(body.path("MessageAttributes"));
    if (size(text, attributes) > MAXIMUM_BYTES) {
      throw InvalidParameter.of("Message too long");
    }
    Map<String, String> byProtocol = byProtocol(Members.text(body, "MessageStructure"), text);
    return new Notification(
        id, at, subject, byProtocol.getOrDefault("default", text), byProtocol, attributes);
  }

  /** No line breaks, no control characters; "less than 100 characters" is up to 100. */
  private static boolean isSubject(String subject) {
    return !subject.isEmpty()
        && subject.length() <= MAXIMUM_SUBJECT
        && subject.chars().noneMatch(Character::isISOControl);
  }

  private static Map<String, MessageAttribute> attributes(JsonNode given) {
    Map<String, MessageAttribute> attributes = new LinkedHashMap<>();
    given
        .properties()
        .forEach(
            entry -> attributes.put(entry.getKey(), attribute(entry.getKey(), entry.getValue())));
    return attributes;
  }

  private static MessageAttribute attribute(String name, JsonNode given) {
    String type = given.path("DataType").asText("");
    String text = Members.text(given, "StringValue");
    String binary = Members.text(given, "BinaryValue");
    boolean known =
        type.equals("String")
            || type.equals("String.Array")
            || type.equals("Number")
            || type.equals("Binary");
    if (!known) {
      throw refused(
          "The message attribute '"
              + name
              + "' has an invalid message attribute type, the set of supported type prefixes is"
              + " Binary, Number, and String.");
    }
    String value = type.equals("Binary") ? binary : text;
    if (value == null || value.isEmpty()) {
      throw refused(
          "The message attribute '"
              + name
              + "' must contain non-empty message attribute value for message attribute type '"
              + type
              + "'.");
    }
    if (type.equals("Number")) {
      checkNumber(name, value);
    }
    return type.equals("Binary")
        ? new MessageAttribute(type, null, binary)
        : new MessageAttribute(type, text, null);
  }

  private static void checkNumber(String name, String value) {
    try {
      new BigDecimal(value);
    } catch (NumberFormatException e) {
      throw refused("Could not cast message attribute '" + name + "' value to number.");
    }
  }

  /** Names, types and values of the attributes count too. */
  private static int size(String text, Map<String, MessageAttribute> attributes) {
    int size = bytes(text);
    for (Map.Entry<String, MessageAttribute> attribute : attributes.entrySet()) {
      size +=
          bytes(attribute.getKey())
              + bytes(attribute.getValue().dataType())
              + attribute.getValue().valueBytes().length;
    }
    return size;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static Map<String, String> byProtocol(@Nullable String structure, String text) {
    if (structure == null) {
      return Map.of();
    }
    if (!structure.equals("json")) {
      throw InvalidParameter.of("MessageStructure");
    }
    JsonNode parsed;
    try {
      parsed = JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw InvalidParameter.of("Message Structure - JSON message body failed to parse");
    }
    if (!parsed.path("default").isTextual()) {
      throw InvalidParameter.of("Message Structure - No default entry in JSON message body");
    }
    Map<String, String> texts = new LinkedHashMap<>();
    parsed
        .properties()
        .forEach(entry -> {
          if (entry.getValue().isTextual()) { // SNS passes over what is no text
            texts.put(entry.getKey(), entry.getValue().asText());
          }
        });
    return texts;
  }

  /** The text for a protocol. */
  String text(Protocol protocol) {
    return byProtocol.getOrDefault(protocol.word(), message);
  }

  /** A few words that tell it from others: the subject, or how the message begins. */
  String title() {
    String line = subject == null ? message.lines().findFirst().orElse("") : subject;
    return line.length() <= MAXIMUM_SUBJECT ? line : line.substring(0, MAXIMUM_SUBJECT) + "…";
  }

  /**
   * SNS's JSON around the message. It is not signed: nobody has a certificate here.
   *
   * @see <a href="https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html">SNS
   *     message and JSON formats</a>
   */
  String envelope(Subscription subscription) {
    ObjectNode envelope = JsonNodeFactory.instance.objectNode();
    envelope.put("Type", "Notification");
    envelope.put("MessageId", id);
    envelope.put("TopicArn", subscription.topicArn());
    if (subject != null) {
      envelope.put("Subject", subject);
    }
    envelope.put("Message", text(subscription.protocol()));
    envelope.put("Timestamp", at.truncatedTo(ChronoUnit.MILLIS).toString());
    envelope.put("SignatureVersion", "1");
    envelope.put("Signature", "simulated");
    String host = "https://sns." + subscription.topicArn().split(":", -1)[3] + ".amazonaws.com/";
    envelope.put("SigningCertURL", host + "simulated.pem");
    envelope.put(
        "UnsubscribeURL", host + "?Action=Unsubscribe&SubscriptionArn=" + subscription.arn());
    if (!attributes.isEmpty()) {
      ObjectNode all = envelope.putObject("MessageAttributes");
      attributes.forEach((name, attribute) ->
          all.putObject(name)
              .put("Type", attribute.dataType())
              .put("Value", attribute.text() == null ? attribute.binary() : attribute.text()));
    }
    return envelope.toString();
  }

  private static AwsError refused(String what) {
    return AwsError.client("ParameterValueInvalid", what);
  }
}
