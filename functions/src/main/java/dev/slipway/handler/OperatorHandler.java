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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What the functions that operators invoke have in common: a JSON object in, a JSON object out, and
 * one line in the log that says who asked for what and what was done. Of several commands the
 * request's member {@code command} says which one is meant.
 *
 * <p>What cannot be done as it was asked is a response, {@code {"refused": "a sentence"}}. Only
 * what nobody expected is an error of the function.
 */
public abstract class OperatorHandler implements RequestStreamHandler {
  private final Map<String, Endpoint> endpoints = new LinkedHashMap<>();
  private final Log log;

  OperatorHandler(Log log, List<Endpoint> endpoints) {
    this.log = log;
    endpoints.forEach(endpoint -> this.endpoints.put(endpoint.command(), endpoint));
  }

  @Override
  public final void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    String text = new String(input.readAllBytes(), StandardCharsets.UTF_8);
    output.write(
        Json.bytes(
            respond(
                context.getAwsRequestId(),
                text,
                () -> Duration.ofMillis(context.getRemainingTimeInMillis()))));
  }

  private ObjectNode respond(String id, String text, Supplier<Duration> remaining) {
    ObjectNode line = Json.object();
    try {
      Request read = Request.parse(id, text, remaining);
      Endpoint endpoint = endpoint(read);
      line.put("operation", endpoint.command());
      Request request = read.allowing(members(endpoint));
      ObjectNode asked = request.members();
      asked.remove(List.of(Request.BY, Request.COMMAND));
      request.by().ifPresent(by -> line.put(Request.BY, by));
      line.set("request", asked);
      Endpoint.Response response = response(endpoint, request);
      line.setAll(response.logged());
      log.info(response.summary(), line.put("outcome", "answered"));
      return response.body();
    } catch (RejectedRequest rejected) {
      log.info(rejected.sentence(), line.put("outcome", "rejected"));
      return Json.object().put("refused", rejected.sentence());
    } catch (RuntimeException e) {
      log.error(String.valueOf(e.getMessage()), line.put("outcome", "failed"), e);
      throw e;
    }
  }

  private static List<String> members(Endpoint endpoint) {
    List<String> members = new ArrayList<>(endpoint.members());
    if (endpoint instanceof Endpoint.Change) {
      members.add(Request.DRY_RUN);
    }
    return members;
  }

  /** The only place that knows of dry runs: a plan is shown, or carried out. */
  private static Endpoint.Response response(Endpoint endpoint, Request request) {
    return switch (endpoint) {
      case Endpoint.Query query -> query.respond(request);
      case Endpoint.Change change -> {
        boolean dryRun = request.flag(Request.DRY_RUN);
        Endpoint.Operation operation = change.plan(request);
        yield dryRun ? operation.preview() : operation.apply();
      }
    };
  }

  private Endpoint endpoint(Request request) {
    List<String> commands = List.copyOf(endpoints.keySet());
    Optional<String> command = request.word(Request.COMMAND, commands);
    String chosen =
        commands.size() == 1
            ? commands.getFirst()
            : request.need(
                Request.COMMAND, "one of %s".formatted(String.join(", ", commands)), command);
    return Objects.requireNonNull(endpoints.get(chosen));
  }
}
