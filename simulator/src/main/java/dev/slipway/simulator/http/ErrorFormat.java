package dev.slipway.simulator.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.AwsError;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How a protocol writes an error, so that every client shows its code and its message. */
enum ErrorFormat {
  AWS_JSON {
    @Override
    byte[] body(AwsError error, String requestId) {
      return utf8(json(error).put("__type", error.code()).toString());
    }
  },
  REST_JSON {
    @Override
    byte[] body(AwsError error, String requestId) {
      return utf8(json(error).put("Type", error.status() < 500 ? "User" : "Service").toString());
    }
  },
  QUERY {
    @Override
    byte[] body(AwsError error, String requestId) {
      return utf8(
          "<ErrorResponse><Error><Type>%s</Type><Code>%s</Code><Message>%s</Message></Error><RequestId>%s</RequestId></ErrorResponse>"
              .formatted(
                  fault(error), Xml.text(error.code()), Xml.text(message(error)), requestId));
    }
  },
  REST_XML {
    @Override
    byte[] body(AwsError error, String requestId) {
      return utf8(
          "<Error><Code>%s</Code><Message>%s</Message><RequestId>%s</RequestId></Error>"
              .formatted(Xml.text(error.code()), Xml.text(message(error)), requestId));
    }
  },
  RPC_CBOR {
    @Override
    byte[] body(AwsError error, String requestId) {
      ByteArrayOutputStream map = new ByteArrayOutputStream();
      map.write(0xa2); // a map of two pairs
      for (String text : new String[] {"__type", error.code(), "message", message(error)}) {
        byte[] bytes = utf8(text);
        map.write(0x79); // a text whose length follows in two bytes
        map.write(bytes.length >> 8);
        map.write(bytes.length);
        map.writeBytes(bytes);
      }
      return map.toByteArray();
    }
  };

  /** SQS was a query service: clients still know its errors by the codes of that time. */
  private static final Map<String, String> SQS_QUERY_CODES =
      Map.ofEntries(
          Map.entry("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"),
          Map.entry("QueueNameExists", "QueueAlreadyExists"),
          Map.entry("QueueDeletedRecently", "AWS.SimpleQueueService.QueueDeletedRecently"),
          Map.entry("PurgeQueueInProgress", "AWS.SimpleQueueService.PurgeQueueInProgress"),
          Map.entry("MessageNotInflight", "AWS.SimpleQueueService.MessageNotInflight"),
          Map.entry("UnsupportedOperation", "AWS.SimpleQueueService.UnsupportedOperation"),
          Map.entry("BatchEntryIdsNotDistinct", "AWS.SimpleQueueService.BatchEntryIdsNotDistinct"),
          Map.entry("BatchRequestTooLong", "AWS.SimpleQueueService.BatchRequestTooLong"),
          Map.entry("EmptyBatchRequest", "AWS.SimpleQueueService.EmptyBatchRequest"),
          Map.entry("InvalidBatchEntryId", "AWS.SimpleQueueService.InvalidBatchEntryId"),
          Map.entry(
              "TooManyEntriesInBatchRequest",
              "AWS.SimpleQueueService.TooManyEntriesInBatchRequest"));

  /** The body that says it. */
  abstract byte[] body(AwsError error, String requestId);

  /**
   * Writes the error.
   *
   * @param service the signing name, if it is known
   * @param contentType of an answer in this protocol
   */
  WireResponse write(
      AwsError error, @Nullable String service, String contentType, String requestId) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Content-Type", contentType);
    headers.put("x-amzn-ErrorType", error.code());
    if (this == RPC_CBOR) {
      headers.put("smithy-protocol", "rpc-v2-cbor");
    }
    if ("sqs".equals(service)) {
      headers.put(
          "x-amzn-query-error",
          SQS_QUERY_CODES.getOrDefault(error.code(), error.code()) + ";" + fault(error));
    }
    return new WireResponse(error.status(), headers, body(error, requestId));
  }

  private static ObjectNode json(AwsError error) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("message", message(error))
        .setAll(error.members());
  }

  private static String message(AwsError error) {
    return error.getMessage() == null ? "" : error.getMessage();
  }

  private static String fault(AwsError error) {
    return error.status() < 500 ? "Sender" : "Receiver";
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
