package dev.slipway.handler;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.Json;
import dev.slipway.aws.Log;
import dev.slipway.operate.RejectedRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;

/**
 * What the functions that operators invoke have in common: a JSON object in, a JSON object out, and
 * one line in the log that says who asked for what and what was done.
 *
 * <p>What cannot be done as it was asked is an answer, {@code {"refused": "a sentence"}}. Only what
 * nobody expected is an error of the function.
 */
public abstract class OperatorHandler implements RequestStreamHandler {
  private final String operation;
  private final List<String> members;
  private final Log log;

  /**
   * @param operation what the function does, in a word, for the log
   * @param members that its requests may have, besides {@code by}
   */
  OperatorHandler(String operation, Log log, String... members) {
    this.operation = operation;
    this.log = log;
    this.members = List.of(members);
  }

  /**
   * What is answered.
   *
   * @param summary of what came of the request, for the log
   * @param logged further members of the line in the log, such as metrics
   */
  record Reply(ObjectNode answer, String summary, ObjectNode logged) {
    Reply(ObjectNode answer, String summary) {
      this(answer, summary, Json.object());
    }
  }

  /**
   * Does what is asked.
   *
   * @throws RejectedRequest if it cannot be done as it was asked
   */
  abstract Reply reply(Request request);

  @Override
  public final void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    String text = new String(input.readAllBytes(), StandardCharsets.UTF_8);
    output.write(
        Json.bytes(
            answer(
                context.getAwsRequestId(),
                text,
                () -> Duration.ofMillis(context.getRemainingTimeInMillis()))));
  }

  private ObjectNode answer(String id, String text, Supplier<Duration> remaining) {
    ObjectNode line = Json.object().put("operation", operation);
    try {
      Request request = Request.parse(id, text, members, remaining);
      ObjectNode asked = request.members();
      asked.remove(Request.BY);
      request.by().ifPresent(by -> line.put(Request.BY, by));
      line.set("request", asked);
      Reply reply = reply(request);
      line.setAll(reply.logged());
      log.info(reply.summary(), line.put("outcome", "answered"));
      return reply.answer();
    } catch (RejectedRequest rejected) {
      log.info(rejected.sentence(), line.put("outcome", "rejected"));
      return Json.object().put("refused", rejected.sentence());
    } catch (RuntimeException e) {
      log.error(String.valueOf(e.getMessage()), line.put("outcome", "failed"), e);
      throw e;
    }
  }
}
