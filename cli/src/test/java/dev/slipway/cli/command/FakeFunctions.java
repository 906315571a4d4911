package dev.slipway.cli.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.cli.stack.Caller;
import dev.slipway.cli.stack.Functions;
import dev.slipway.cli.stack.StackException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A stack whose functions give the answers that a test put there; the last one again and again. */
final class FakeFunctions implements Functions {
  static final String ALICE = "arn:aws:iam::123456789012:user/alice";

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Map<String, Deque<Supplier<ObjectNode>>> answers = new HashMap<>();
  private final List<String> requests = new ArrayList<>();
  private @Nullable String silence;
  private boolean closed;

  /** JSON in which ' stands for ". */
  static ObjectNode json(String text) {
    try {
      return (ObjectNode) MAPPER.readTree(text.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new AssertionError(text, e);
    }
  }

  FakeFunctions answer(String function, String... texts) {
    for (String text : texts) {
      answers.computeIfAbsent(function, _ -> new ArrayDeque<>()).add(() -> json(text));
    }
    return this;
  }

  FakeFunctions fail(String function, String message) {
    return crash(function, new StackException(message));
  }

  FakeFunctions crash(String function, RuntimeException with) {
    answers
        .computeIfAbsent(function, _ -> new ArrayDeque<>())
        .add(() -> {
          throw with;
        });
    return this;
  }

  /** AWS does not say who asks. */
  FakeFunctions hideCaller(String why) {
    silence = why;
    return this;
  }

  /** What was asked, as {@code status {"service":"web"}}. */
  List<String> requests() {
    return requests;
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public String place() {
    return " in Region us-east-1, at http://127.0.0.1:4566 (AWS_ENDPOINT_URL)";
  }

  @Override
  public ObjectNode invoke(String name, ObjectNode request) {
    requests.add(name + " " + request.toString().replace('"', '\''));
    Deque<Supplier<ObjectNode>> prepared = answers.get(name);
    if (prepared == null) {
      throw new AssertionError("nobody expects " + requests.getLast());
    }
    Supplier<ObjectNode> answer = prepared.getFirst();
    if (prepared.size() > 1) {
      prepared.removeFirst();
    }
    return answer.get();
  }

  @Override
  public Caller caller() {
    if (silence != null) {
      throw new StackException(silence);
    }
    return new Caller(ALICE, "123456789012");
  }

  @Override
  public void close() {
    closed = true;
  }
}
