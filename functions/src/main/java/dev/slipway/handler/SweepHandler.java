package dev.slipway.handler;

import dev.slipway.aws.AwsEcs;
import dev.slipway.aws.EcrRegistry;
import dev.slipway.aws.EmbeddedMetrics;
import dev.slipway.aws.Json;
import dev.slipway.aws.Log;
import dev.slipway.aws.SqsHintQueue;
import dev.slipway.decide.Decision;
import dev.slipway.deploy.PartialFailure;
import dev.slipway.operate.Sweep;
import dev.slipway.record.Trigger;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;

/**
 * SweepFunction: looks at every followed service, and sends a hint for each that has not what it
 * should have. Invoked by a schedule with an empty object; by hand it may be told an {@code
 * environment} or a {@code service}, and {@code dryRun}.
 *
 * <p>A service that could not be looked at does not keep the others from it; in the end the
 * invocation fails and names it.
 */
public final class SweepHandler extends OperatorHandler {
  private final Sweep sweep;
  private final Log log;
  private final InstantSource clock;

  /** Used by Lambda. Fails, with all mistakes named, if slipway.yaml is not right. */
  public SweepHandler() {
    this(FunctionContext.ofLambda());
  }

  /**
   * A function with an environment of its own.
   *
   * @param environment the function's variables
   * @param credentials null for the SDK's default chain
   * @param lines where the log goes
   */
  public SweepHandler(
      Map<String, String> environment,
      @Nullable AwsCredentialsProvider credentials,
      Consumer<String> lines) {
    this(new FunctionContext(environment, credentials, lines));
  }

  private SweepHandler(FunctionContext context) {
    super("sweep", context.log(), "environment", "service", "dryRun");
    this.log = context.log();
    this.clock = context.clock();
    this.sweep =
        new Sweep(
            context.configuration().environments(),
            new AwsEcs(context.clients().ecs()),
            new EcrRegistry(context.clients().ecr()),
            new SqsHintQueue(context.clients().sqs(), context.need("SLIPWAY_QUEUE_URL")));
  }

  @Override
  Reply reply(Request request) {
    request.needAtMostOneOf("environment", "service");
    Trigger.Sweep cause = new Trigger.Sweep(request.id(), clock.instant());
    boolean dryRun = request.dryRun();
    Sweep.Findings found =
        request
            .service()
            .map(selector -> sweep.service(selector, cause, dryRun))
            .or(() -> request.environment().map(name -> sweep.environment(name, cause, dryRun)))
            .orElseGet(() -> sweep.all(cause, dryRun));
    boolean whole = request.service().isEmpty() && request.environment().isEmpty();
    ObjectNode members =
        whole && !dryRun ? metrics(found) : Json.object(); // part of it would look like less of it
    members.set("differences", differences(found));
    if (!found.failures().isEmpty()) {
      log.info(summary(found, dryRun), members);
      throw new PartialFailure(
          "%s could not be looked at: %s"
              .formatted(
                  services(found.failures().size()),
                  found.failures().entrySet().stream()
                      .map(failure -> failure.getKey() + ": " + failure.getValue().getMessage())
                      .collect(joining("; "))),
          List.copyOf(found.failures().values()));
    }
    return new Reply(answer(found), summary(found, dryRun), members);
  }

  private ObjectNode metrics(Sweep.Findings found) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    counts.put("Swept", found.decisions().size());
    counts.put("Differences", found.differences().size());
    return EmbeddedMetrics.counts(clock.instant(), counts);
  }

  private static String summary(Sweep.Findings found, boolean dryRun) {
    List<String> parts = new ArrayList<>();
    counts(found).forEach((decision, count) -> parts.add("%d %s".formatted(count, decision)));
    return "%s swept%s; %s"
        .formatted(
            services(found.decisions().size()),
            parts.isEmpty() ? "" : ": " + String.join(", ", parts),
            dryRun ? "none is to be changed" : "hints sent: " + found.sent());
  }

  private static String services(int number) {
    return number == 1 ? "1 service" : number + " services";
  }

  private static Map<String, Long> counts(Sweep.Findings found) {
    return found.decisions().stream().collect(groupingBy(Answer::word, TreeMap::new, counting()));
  }

  private static ObjectNode answer(Sweep.Findings found) {
    ObjectNode answer = Json.object().put("swept", found.decisions().size());
    ObjectNode counts = answer.putObject("counts");
    counts(found).forEach(counts::put);
    answer.put("sent", found.sent());
    answer.set("differences", differences(found));
    ArrayNode held = answer.putArray("held");
    found.decisions().stream()
        .filter(
            decision -> decision instanceof Decision.Held || decision instanceof Decision.Refused)
        .forEach(decision -> held.add(DecisionJson.of(decision)));
    ArrayNode remarks = answer.putArray("remarks");
    found.remarks().forEach(remarks::add);
    return answer;
  }

  private static ArrayNode differences(Sweep.Findings found) {
    ArrayNode differences = JsonNodeFactory.instance.arrayNode();
    found.differences().forEach(difference -> differences.add(DecisionJson.of(difference)));
    return differences;
  }
}
