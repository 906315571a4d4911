package dev.slipway.aws;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.record.UnreadableRecord;
import dev.slipway.text.Hostile;
import java.util.function.Function;

class RecordItemsFuzzTest {
  @FuzzTest
  void a_service_is_read_or_it_is_said_what_cannot_be(byte[] input) {
    requireRead(
        input,
        RecordItems::service,
        item -> RecordItems.service(RecordItems.service(item), RecordItems.alsoWritten(item)));
  }

  @FuzzTest
  void a_deployment_is_read_or_it_is_said_what_cannot_be(byte[] input) {
    requireRead(
        input,
        RecordItems::deployment,
        item ->
            RecordItems.deployment(RecordItems.deployment(item), RecordItems.serviceVersion(item)));
  }

  /** What was read, written and read again is the same: later versions rely on it. */
  private static <T> void requireRead(
      byte[] input, Function<ObjectNode, T> parser, Function<ObjectNode, ObjectNode> rewritten) {
    ObjectNode item;
    try {
      if (!(Json.read(Hostile.text(input)) instanceof ObjectNode read)) {
        return;
      }
      item = read;
    } catch (JsonProcessingException _) {
      return;
    }
    try {
      T read = RecordItems.parse(item, parser);
      ObjectNode again = RecordItems.parse(item, rewritten);
      T reread = RecordItems.parse(AttributeValues.unwrap(AttributeValues.wrap(again)), parser);
      Hostile.require(
          RecordItems.parse(RecordItems.parse(again, rewritten), parser).equals(reread),
          read + " is written as another",
          Json.text(again));
    } catch (UnreadableRecord e) {
      Hostile.requireMessage(e);
    }
  }
}
