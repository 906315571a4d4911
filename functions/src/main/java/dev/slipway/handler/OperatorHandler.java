package dev.slipway.handler;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.Json;
import dev.slipway.aws.Log;
import dev.slipway.operate.Consent;
import dev.slipway.operate.MalformedRequest;
import dev.slipway.operate.NoSuchService;
import dev.slipway.operate.PlanChanged;
import dev.slipway.operate.RejectedRequest;
import dev.slipway.text.OutsideText;
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
 * <p>What cannot be done as it was asked is a response, {@code {"refused": "a sentence"}}, with
 * {@code "malformed": true} where the request makes no sense, and {@code "noSuchService": true}
 * where the service that it names is not there. Only what nobody expected is an error of the
 * function.
 */
public abstract class OperatorHandler implements RequestStreamHandler {
  private static final int MAX_FACT = 2_000;

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
      asked.remove(List.of(Request.BY, Request.COMMAND, Request.PLAN));
      request.by().ifPresent(by -> line.put(Request.BY, by));
      line.set("request", asked);
      Endpoint.Response response = response(endpoint, request);
      line.setAll(response.logged());
      response
          .failures()
          .forEach(failure ->
              log.error(
                  String.valueOf(failure.getMessage()),
                  line.deepCopy().put("outcome", "failed"),
                  failure));
      log.info(
          response.summary(), line.put("outcome", response.isRefused() ? "rejected" : "answered"));
      return response.body();
    } catch (RejectedRequest rejected) {
      log.info(rejected.sentence(), line.put("outcome", "rejected"));
      ObjectNode refused = Json.object().put("refused", rejected.sentence());
      return switch (rejected) {
        case MalformedRequest _ -> refused.put("malformed", true);
        case NoSuchService _ -> refused.put("noSuchService", true);
        default -> refused;
      };
    } catch (RuntimeException e) {
      log.error(String.valueOf(e.getMessage()), line.put("outcome", "failed"), e);
      throw e;
    }
  }

  private static List<String> members(Endpoint endpoint) {
    List<String> members = new ArrayList<>(endpoint.members());
    if (endpoint instanceof Endpoint.Change) {
      members.add(Request.DRY_RUN);
      members.add(Request.PLAN);
    }
    return members;
  }

  /**
   * The only place that knows of dry runs: a plan is shown, or carried out. What was shown and is
   * sent back must still be the plan; otherwise the plan is shown anew.
   */
  private static Endpoint.Response response(Endpoint endpoint, Request request) {
    return switch (endpoint) {
      case Endpoint.Query query -> query.respond(request);
      case Endpoint.Change change -> {
        boolean dryRun = request.flag(Request.DRY_RUN);
        Consent consent = request.list(Request.PLAN).map(Consent::to).orElse(Consent.UNSEEN);
        Endpoint.Operation operation = change.plan(request);
        if (dryRun) {
          yield preview(operation);
        }
        try {
          if (consent.isToShown()) {
            consent.require(facts(operation));
          }
          yield operation.apply(consent);
        } catch (PlanChanged changed) {
          yield Endpoint.Response.refused(changed, preview(change.plan(request)).body());
        }
      }
    };
  }

  private static Endpoint.Response preview(Endpoint.Operation operation) {
    Endpoint.Response response = operation.preview();
    ArrayNode plan = response.body().putArray(Request.PLAN);
    facts(operation).forEach(plan::add);
    return response;
  }

  /** As a request can have them. */
  private static List<String> facts(Endpoint.Operation operation) {
    return operation.facts().stream().map(fact -> OutsideText.line(fact, MAX_FACT)).toList();
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
