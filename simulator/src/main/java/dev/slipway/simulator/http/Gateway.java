package dev.slipway.simulator.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.faults.ApiCall;
import dev.slipway.simulator.faults.Effect;
import dev.slipway.simulator.faults.Effect.Connection;
import dev.slipway.simulator.faults.Faults;
import dev.slipway.simulator.world.Account;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.AwsRequest;
import dev.slipway.simulator.world.AwsService;
import dev.slipway.simulator.world.Caller;
import dev.slipway.simulator.world.Journal;
import dev.slipway.simulator.world.LambdaApi;
import dev.slipway.simulator.world.World;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes the protocol off a request, asks the service it is for, and puts the protocol on the
 * answer. Which service that is, is told by the request's target or by what it was signed for.
 */
public final class Gateway {
  /** The prefixes of X-Amz-Target, by the service's signing name. */
  private static final Map<String, String> TARGETS =
      Map.of(
          "AmazonEC2ContainerServiceV20141113", "ecs",
          "AmazonEC2ContainerRegistry_V20150921", "ecr",
          "AWSEvents", "events",
          "DynamoDB_20120810", "dynamodb",
          "AmazonSQS", "sqs",
          "Logs_20140328", "logs",
          "AmazonSSM", "ssm",
          "AnyScaleFrontendService", "application-autoscaling",
          "GraniteServiceVersion20100801", "monitoring");

  private static final ObjectMapper JSON = new ObjectMapper();

  private final World world;
  private final Journal journal;
  private final Faults faults;
  private final Function<String, Caller> callers;
  private final Account account;
  private final Map<String, AwsService> services = new TreeMap<>();
  private final Function<String, List<AwsService>> elsewhere;
  private final Map<String, Map<String, AwsService>> otherRegions = new TreeMap<>();
  private final @Nullable LambdaApi lambda;
  private final List<Throwable> defects = new ArrayList<>();

  /**
   * A gateway to the given services and to STS.
   *
   * @param callers who an access key id belongs to
   * @param services of the account's Region
   * @param elsewhere makes the services of another Region, where nothing is yet; called once for
   *     each Region that a request is signed for
   * @param lambda null if there are no functions to invoke
   */
  public Gateway(
      World world,
      Account account,
      Journal journal,
      Faults faults,
      Function<String, Caller> callers,
      List<AwsService> services,
      Function<String, List<AwsService>> elsewhere,
      @Nullable LambdaApi lambda) {
    this.world = world;
    this.journal = journal;
    this.faults = faults;
    this.callers = callers;
    this.account = account;
    this.elsewhere = elsewhere;
    this.lambda = lambda;
    services.forEach(service -> this.services.put(service.signingName(), service));
    this.services.put("sts", new Sts(account));
  }

  /** The services of the Region that a request was signed for. */
  private Map<String, AwsService> servicesOf(String region) {
    if (region.equals(account.region())) {
      return services;
    }
    return world.call(() ->
        otherRegions.computeIfAbsent(
            region,
            name -> {
              Map<String, AwsService> made = new TreeMap<>();
              elsewhere.apply(name).forEach(it -> made.put(it.signingName(), it));
              made.put("sts", new Sts(account));
              return made;
            }));
  }

  /** What a service should never throw, and did: defects of the simulator. */
  public List<Throwable> defects() {
    return world.call(() -> List.copyOf(defects));
  }

  /** The answer; empty when the connection is to be broken instead. */
  Optional<WireResponse> answer(WireRequest request) {
    Optional<Signature> signature = Signature.of(request);
    if (signature.isEmpty() && request.method().equals("GET") && request.path().equals("/")) {
      return Optional.of(WireResponse.of(200, "text/plain; charset=utf-8", simulated()));
    }
    String requestId = UUID.randomUUID().toString();
    Wire wire = Wire.of(request, signature, requestId);
    try {
      if (signature.isEmpty()) {
        throw new AwsError(
            "MissingAuthenticationTokenException", 403, "Missing Authentication Token");
      }
      Caller caller = callers.apply(signature.get().accessKeyId());
      String region = signature.get().region();
      return switch (wire.protocol()) {
        case AWS_JSON, QUERY -> operation(wire, caller, request, region);
        case REST_JSON -> rest(wire, caller, request, region);
        case REST_XML, RPC_CBOR -> throw notSimulated(wire);
      };
    } catch (AwsError e) {
      return Optional.of(wire.error(e));
    }
  }

  private Optional<WireResponse> operation(
      Wire wire, Caller caller, WireRequest request, String region) {
    AwsService service = servicesOf(region).get(wire.service());
    if (service == null || !service.operations().containsKey(wire.operation())) {
      throw notSimulated(wire);
    }
    AwsRequest call = new AwsRequest(caller, wire.operation(), body(wire, request));
    return carryOut(
        apiCall(wire, caller, request),
        wire,
        // written out under the lock: the answer may share nodes with the service's state
        () -> world.call(() -> wire.success(service.call(call))));
  }

  private Optional<WireResponse> rest(
      Wire wire, Caller caller, WireRequest request, String region) {
    Optional<LambdaPaths.Target> target = LambdaPaths.invocation(request);
    LambdaApi functions = lambda;
    if (functions == null || target.isEmpty() || !wire.service().equals("lambda")) {
      throw notSimulated(wire);
    }
    if (!region.equals(account.region())) {
      throw new AwsError(
          "ResourceNotFoundException",
          404,
          "Function not found: arn:aws:lambda:%s:%s:function:%s"
              .formatted(region, account.id(), target.get().functionName()));
    }
    LambdaApi.Invoke invoke = LambdaPaths.invoke(target.get(), caller, request);
    return carryOut(
        apiCall(wire.named("Invoke"), caller, request),
        wire,
        () -> wire.invoked(functions.invoke(invoke)));
  }

  private static ApiCall apiCall(Wire wire, Caller caller, WireRequest request) {
    return new ApiCall(
        wire.service(),
        wire.operation(),
        caller,
        request.header("amz-sdk-invocation-id").orElse(""),
        request.header("amz-sdk-request").orElse(""));
  }

  private Optional<WireResponse> carryOut(ApiCall call, Wire wire, Supplier<WireResponse> action) {
    Effect effect = faults.strike(call);
    pass(effect.latency());
    if (effect.connection() == Connection.DROPPED_BEFORE) {
      note(call, "fault: the connection is dropped before the call is carried out");
      return Optional.empty();
    }
    WireResponse response;
    try {
      if (effect.error() != null) {
        note(call, "fault: " + effect.error().code());
        return Optional.of(wire.error(effect.error()));
      }
      response = action.get();
    } catch (AwsError e) {
      note(call, e.code() + ": " + e.getMessage());
      response = wire.error(e);
    } catch (RuntimeException e) {
      world.run(() -> defects.add(e));
      e.printStackTrace();
      note(call, "the simulator failed: " + e);
      response =
          wire.error(
              new AwsError("InternalFailure", 500, "A defect of the simulator, not AWS's: " + e));
    }
    if (effect.connection() == Connection.DROPPED_AFTER) {
      note(call, "fault: the call has been carried out, its answer is dropped");
      return Optional.empty();
    }
    return Optional.of(response);
  }

  private void pass(Duration latency) {
    if (latency.isPositive()) {
      world.sleepAtWork(latency);
    }
  }

  private void note(ApiCall call, String what) {
    String arn = call.caller().arn();
    String who = arn.substring(Math.max(arn.lastIndexOf('/'), arn.lastIndexOf(':')) + 1);
    world.run(() -> journal.note(call.service(), call.operation() + " by " + who + ": " + what));
  }

  private static ObjectNode body(Wire wire, WireRequest request) {
    if (wire.protocol() == ErrorFormat.QUERY) {
      return QueryProtocol.members(FormParameters.parse(request.body()));
    }
    try {
      JsonNode parsed = request.body().isBlank() ? null : JSON.readTree(request.body());
      if (parsed == null) {
        return JsonNodeFactory.instance.objectNode();
      }
      if (parsed instanceof ObjectNode members) {
        return members;
      }
      throw AwsError.client("SerializationException", "The request is no JSON object.");
    } catch (JsonProcessingException e) {
      throw AwsError.client(
          "SerializationException", "The request is no JSON: " + e.getOriginalMessage());
    }
  }

  private AwsError notSimulated(Wire wire) {
    Map<String, String> offered = offered();
    String ofService = offered.get(wire.service());
    return AwsError.client(
        "UnknownOperationException",
        "The Slipway simulator has no %s %s. It has: %s"
            .formatted(
                wire.service(),
                wire.operation(),
                ofService == null
                    ? String.join(", ", offered.keySet())
                    : wire.service() + " " + ofService));
  }

  private String simulated() {
    StringBuilder lines = new StringBuilder();
    offered().forEach((name, names) -> lines.append(name).append(' ').append(names).append('\n'));
    return lines.toString();
  }

  /** The operations by service. */
  private Map<String, String> offered() {
    Map<String, String> offered = new TreeMap<>();
    services.forEach((name, service) ->
        offered.put(name, String.join(", ", new TreeSet<>(service.operations().keySet()))));
    if (lambda != null) {
      offered.put("lambda", "Invoke");
    }
    return offered;
  }

  /** One request's protocol: what it asks for, and how it is answered. */
  private record Wire(
      ErrorFormat protocol,
      String contentType,
      String service,
      String operation,
      String requestId) {
    static Wire of(WireRequest request, Optional<Signature> signature, String requestId) {
      String signed = signature.map(Signature::service).orElse("unknown");
      String contentType = request.header("content-type").orElse("");
      Optional<String> target = request.header("x-amz-target");
      if (target.isPresent()) {
        int dot = target.get().lastIndexOf('.');
        String service = TARGETS.getOrDefault(target.get().substring(0, Math.max(dot, 0)), signed);
        String type = contentType.isEmpty() ? "application/x-amz-json-1.1" : contentType;
        return new Wire(
            ErrorFormat.AWS_JSON, type, service, target.get().substring(dot + 1), requestId);
      }
      if (contentType.startsWith("application/x-www-form-urlencoded")) {
        String action = FormParameters.parse(request.body()).getOrDefault("Action", "request");
        return new Wire(ErrorFormat.QUERY, "text/xml", signed, action, requestId);
      }
      if (request.path().startsWith("/service/") && request.path().contains("/operation/")) {
        String operation = request.path().substring(request.path().lastIndexOf('/') + 1);
        return new Wire(ErrorFormat.RPC_CBOR, "application/cbor", signed, operation, requestId);
      }
      String asked = request.method() + " " + request.path();
      return signed.equals("s3")
          ? new Wire(ErrorFormat.REST_XML, "application/xml", signed, asked, requestId)
          : new Wire(ErrorFormat.REST_JSON, "application/json", signed, asked, requestId);
    }

    Wire named(String operation) {
      return new Wire(protocol, contentType, service, operation, requestId);
    }

    WireResponse success(ObjectNode output) {
      String body =
          protocol == ErrorFormat.QUERY
              ? QueryProtocol.result(operation, output, requestId)
              : output.toString();
      return response(200, Map.of(), body);
    }

    WireResponse invoked(LambdaApi.Answer answer) {
      return response(answer.status(), LambdaPaths.headers(answer), answer.payload());
    }

    WireResponse error(AwsError error) {
      WireResponse response = protocol.write(error, service, contentType, requestId);
      Map<String, String> headers = new LinkedHashMap<>(response.headers());
      headers.put("x-amzn-RequestId", requestId);
      return new WireResponse(response.status(), headers, response.body());
    }

    private WireResponse response(int status, Map<String, String> more, String body) {
      Map<String, String> headers = new LinkedHashMap<>(more);
      headers.put("Content-Type", contentType);
      headers.put("x-amzn-RequestId", requestId);
      return new WireResponse(status, headers, body.getBytes(StandardCharsets.UTF_8));
    }
  }
}
