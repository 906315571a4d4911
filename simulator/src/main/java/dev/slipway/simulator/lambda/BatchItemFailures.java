package dev.slipway.simulator.lambda;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.slipway.simulator.sqs.Message;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads a function's answer that names the messages it failed with. */
final class BatchItemFailures {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private BatchItemFailures() {}

  /**
   * The ids of the messages that failed (<a
   * href="https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting">partial
   * batch responses</a>): none if the answer is empty or names none; all of them if it is no JSON,
   * or an {@code itemIdentifier} is missing, empty, or that of no message of the batch.
   */
  static Set<String> of(String answer, List<Message> batch) {
    Set<String> all = new HashSet<>();
    batch.forEach(message -> all.add(message.id()));
    JsonNode failures;
    try {
      failures = JSON.readTree(answer).path("batchItemFailures");
    } catch (JsonProcessingException e) {
      return all;
    }
    Set<String> failed = new HashSet<>();
    for (JsonNode failure : failures) {
      String id = failure.path("itemIdentifier").asText("");
      if (!all.contains(id)) {
        return all;
      }
      failed.add(id);
    }
    return failed;
  }
}
