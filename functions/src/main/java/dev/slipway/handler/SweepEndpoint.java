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
import dev.slipway.operate.Sweep;
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
 * what its record says. Invoked by a schedule with an empty object; by hand it may be told an
 * {@code environment} or a {@code service}, and {@code dryRun}.
 *
 * <p>A sweep that cannot reach all services in its time goes on at the next invocation. The metrics
 * Swept and Differences are written once a round is complete, for all services together: a part of
 * them would look like fewer differences.
 *
 * <p>A service that could not be evaluated does not keep the others from it; in the end the
 * invocation fails and names it.
 */
final class SweepEndpoint implements Endpoint {
  /** So many services are listed in an answer or a log line; all are counted. */
  private static final int MAX_LISTED = 100;

  /** So many services are evaluated in a dry run. */
  private static final int MAX_PREVIEW = 5_000;

  private final Sweep sweep;
  private final Log log;
  private final InstantSource clock;

  SweepEndpoint(OperatorPorts ports) {
    this.log = ports.context.log();
    this.clock = ports.clock;
    this.sweep =
        new Sweep(
            ports.environments,
            ports.followed,
            ports.ecs,
            ports.deployments,
            ports.registry,
            ports.records,
            ports.queue("SLIPWAY_QUEUE_URL"),
            ports.queue("SLIPWAY_ROLLOUT_QUEUE_URL"));
  }

  @Override
  public String command() {
    return "sweep";
  }

  @Override
  public List<String> members() {
    return List.of("environment", "service", "dryRun");
  }

  @Override
  public Reply reply(Request request) {
    request.needAtMostOneOf("environment", "service");
    Trigger.Sweep trigger = new Trigger.Sweep(request.id(), clock.instant());
    boolean dryRun = request.dryRun();
    Supplier<Duration> remaining = request.remaining();
    Sweep.Findings found =
        request
            .service()
            .map(selector -> sweep.service(selector, trigger, remaining, dryRun))
            .or(() ->
                request
                    .environment()
                    .map(name -> sweep.environment(name, trigger, remaining, dryRun)))
            .orElseGet(() ->
                dryRun
                    ? sweep.previewAll(trigger, remaining, MAX_PREVIEW)
                    : sweep.all(trigger, remaining));
    boolean whole = request.service().isEmpty() && request.environment().isEmpty();
    ObjectNode members =
        whole && !dryRun
            ? found
                .round()
                .map(r -> Metrics.ofSweep(r.swept(), r.differences(), clock.instant()))
                .orElseGet(Json::object)
            : Json.object();
    members.set("differences", differences(found));
    if (!found.failures().isEmpty()) {
      log.info(summary(found, dryRun), members);
      throw new PartialFailure(
          "%s could not be evaluated: %s"
              .formatted(
                  services(found.failures().size()),
                  found.failures().entrySet().stream()
                      .limit(MAX_LISTED)
                      .map(failure -> failure.getKey() + ": " + failure.getValue().getMessage())
                      .collect(joining("; "))),
          List.copyOf(found.failures().values()));
    }
    return new Reply(answer(found, dryRun), summary(found, dryRun), members);
  }

  private static String summary(Sweep.Findings found, boolean dryRun) {
    List<String> parts = new ArrayList<>();
    counts(found).forEach((decision, count) -> parts.add("%d %s".formatted(count, decision)));
    return "%s evaluated%s; %s%s"
        .formatted(
            services(found.decisions().size()),
            parts.isEmpty() ? "" : ": " + String.join(", ", parts),
            dryRun
                ? "nothing is changed"
                : "hints sent: %d, rollouts to check: %d"
                    .formatted(found.hinted().size(), found.checked().size()),
            found.finished() ? "" : "; the next sweep goes on from here");
  }

  private static String services(int number) {
    return number == 1 ? "1 service" : number + " services";
  }

  private static Map<String, Long> counts(Sweep.Findings found) {
    return found.decisions().stream().collect(groupingBy(Decision::name, TreeMap::new, counting()));
  }

  private static ObjectNode answer(Sweep.Findings found, boolean dryRun) {
    ObjectNode answer = Json.object().put("swept", found.decisions().size());
    ObjectNode counts = answer.putObject("counts");
    counts(found).forEach(counts::put);
    answer
        .put("sent", dryRun ? 0 : found.hinted().size())
        .put("checked", dryRun ? 0 : found.checked().size())
        .put("finished", found.finished());
    answer.set("differences", differences(found));
    ArrayNode held = answer.putArray("held");
    found.decisions().stream()
        .filter(decision ->
            decision instanceof Decision.Held || decision instanceof Decision.NotDeployable)
        .limit(MAX_LISTED)
        .forEach(decision -> held.add(DecisionJson.of(decision)));
    ArrayNode warnings = answer.putArray("warnings");
    found.warnings().stream().limit(MAX_LISTED).forEach(warnings::add);
    return answer;
  }

  private static ArrayNode differences(Sweep.Findings found) {
    ArrayNode differences = JsonNodeFactory.instance.arrayNode();
    found.differences().stream()
        .limit(MAX_LISTED)
        .forEach(difference -> differences.add(DecisionJson.of(difference)));
    return differences;
  }
}
