package dev.slipway.handler;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.announce.Metrics;
import dev.slipway.aws.Json;
import dev.slipway.aws.Log;
import dev.slipway.decide.Decision;
import dev.slipway.deploy.PartialFailure;
import dev.slipway.operate.Consent;
import dev.slipway.operate.Sweep;
import dev.slipway.operate.SweepPlan;
import dev.slipway.record.Trigger;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Walks over all services, and sends a hint for each that has not what it should have, or is not
 * what its record says. Invoked by a schedule with an empty object; by hand the request may have an
 * {@code environment} or a {@code service}, and {@code dryRun}.
 *
 * <p>A sweep that cannot reach all services in its time goes on at the next invocation. The metrics
 * Swept and Differences are written once a round is complete, for all services together: a part of
 * them would look like fewer differences.
 *
 * <p>A service that could not be evaluated does not keep the others from it; in the end the
 * invocation fails and names it.
 */
final class SweepEndpoint implements Endpoint.Change {
  /** So many services are listed in a response or a log line; all are counted. */
  private static final int MAX_LISTED = 100;

  /** So many services are evaluated in a dry run. */
  private static final int MAX_PREVIEW = 5_000;

  private final Sweep sweep;
  private final Sweep.Executor executor;
  private final Log log;
  private final InstantSource clock;

  SweepEndpoint(OperatorPorts ports) {
    this.log = ports.context.log();
    this.clock = ports.clock;
    this.sweep = new Sweep(ports.directory, ports.ecs, ports.evaluator(), ports.records);
    this.executor =
        new Sweep.Executor(
            ports.queue("SLIPWAY_QUEUE_URL"),
            ports.queue("SLIPWAY_ROLLOUT_QUEUE_URL"),
            ports.records);
  }

  @Override
  public String command() {
    return "sweep";
  }

  @Override
  public List<String> members() {
    return List.of("environment", "service");
  }

  @Override
  public Operation plan(Request request) {
    request.needAtMostOneOf("environment", "service");
    Sweep.Target target =
        request
            .service()
            .<Sweep.Target>map(Sweep.Target.OfService::new)
            .or(() -> request.environment().map(Sweep.Target.OfEnvironment::new))
            .orElseGet(Sweep.Target.All::new);
    Trigger.Sweep trigger = new Trigger.Sweep(request.id(), clock.instant());
    Supplier<Duration> remaining = request.remaining();
    return new Operation() {
      @Override
      public Response preview() {
        SweepPlan plan = sweep.preview(target, trigger, remaining, MAX_PREVIEW);
        return response(plan, 0, 0, summary(plan, "nothing is changed"), Json.object());
      }

      // nobody is asked: a sweep goes on from where the last one stopped
      @Override
      public List<String> facts() {
        return List.of();
      }

      @Override
      public Response apply(Consent consent) {
        SweepPlan plan = sweep.plan(target, trigger, remaining);
        executor.apply(plan, target, trigger);
        int hints = plan.hints().size();
        int checks = plan.checks().size();
        ObjectNode metrics =
            target instanceof Sweep.Target.All
                ? plan.round()
                    .map(r -> Metrics.ofSweep(r.swept(), r.differences(), clock.instant()))
                    .orElseGet(Json::object)
                : Json.object();
        return response(
            plan,
            hints,
            checks,
            summary(plan, "hints sent: %d, rollouts to check: %d".formatted(hints, checks)),
            metrics);
      }
    };
  }

  private Response response(
      SweepPlan plan, int sent, int checked, String summary, ObjectNode members) {
    members.set("differences", differences(plan));
    if (!plan.failures().isEmpty()) {
      log.info(summary, members);
      throw new PartialFailure(
          "%s could not be evaluated: %s"
              .formatted(
                  services(plan.failures().size()),
                  plan.failures().entrySet().stream()
                      .limit(MAX_LISTED)
                      .map(failure -> failure.getKey() + ": " + failure.getValue().getMessage())
                      .collect(joining("; "))),
          List.copyOf(plan.failures().values()));
    }
    return new Response(body(plan, sent, checked), summary, members);
  }

  private static String summary(SweepPlan plan, String done) {
    List<String> parts = new ArrayList<>();
    counts(plan).forEach((decision, count) -> parts.add("%d %s".formatted(count, decision)));
    return "%s evaluated%s; %s%s"
        .formatted(
            services(plan.decisions().size()),
            parts.isEmpty() ? "" : ": " + String.join(", ", parts),
            done,
            plan.finished() ? "" : "; the next sweep goes on from here");
  }

  private static String services(int number) {
    return number == 1 ? "1 service" : number + " services";
  }

  private static Map<String, Long> counts(SweepPlan plan) {
    return plan.decisions().stream().collect(groupingBy(Decision::name, TreeMap::new, counting()));
  }

  private static ObjectNode body(SweepPlan plan, int sent, int checked) {
    ObjectNode body = Json.object().put("swept", plan.decisions().size());
    ObjectNode counts = body.putObject("counts");
    counts(plan).forEach(counts::put);
    body.put("sent", sent).put("checked", checked).put("finished", plan.finished());
    body.set("differences", differences(plan));
    ArrayNode held = body.putArray("held");
    plan.decisions().stream()
        .filter(decision ->
            decision instanceof Decision.Held || decision instanceof Decision.NotDeployable)
        .limit(MAX_LISTED)
        .forEach(decision -> held.add(DecisionJson.of(decision)));
    ArrayNode warnings = body.putArray("warnings");
    plan.warnings().stream().limit(MAX_LISTED).forEach(warnings::add);
    return body;
  }

  private static ArrayNode differences(SweepPlan plan) {
    ArrayNode differences = JsonNodeFactory.instance.arrayNode();
    plan.differences().stream()
        .limit(MAX_LISTED)
        .forEach(difference -> differences.add(DecisionJson.of(difference)));
    return differences;
  }
}
