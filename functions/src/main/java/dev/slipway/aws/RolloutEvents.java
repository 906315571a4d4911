package dev.slipway.aws;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.image.ImageDigest;
import dev.slipway.record.DeploymentOutcome;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.DeploymentRecord.Announcement;
import dev.slipway.rollout.Notification;
import dev.slipway.rollout.RolloutAnnouncer;
import dev.slipway.rollout.RolloutResult;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;

/**
 * Announces how deployments ended: as events on an event bus, to people through a topic, and as log
 * lines that are CloudWatch metrics at the same time. Each is tried whatever becomes of the others.
 *
 * <p>The events have the source {@code slipway}, the service's ARN as their resource, and the
 * detail types {@code Deployment Succeeded}, {@code Deployment Failed}, {@code Deployment
 * Superseded}, {@code Deployment Refused} and {@code Deployment Ended} (ECS no longer says how).
 * Their detail: {@code environment}; {@code service} (ARN), {@code cluster} and {@code
 * serviceName}; {@code deployment} (Slipway's id), {@code deploymentId} and {@code
 * serviceDeployment} (ECS's); {@code outcome}; {@code taskDefinition} and {@code
 * previousTaskDefinition} (ARNs); {@code images}, a list of {@code container}, {@code from} and
 * {@code to}; {@code trigger} ({@link TriggerJson}); {@code startedAt} and {@code endedAt} (ISO
 * 8601, a rollback not counted), {@code durationSeconds}, {@code pushToDeployedSeconds}; {@code
 * tasks}; {@code rollback} with {@code to} and {@code state}; {@code blocked}, a list of digests;
 * {@code reason}, a sentence for people; {@code details} behind it. {@code Rollback Failed} has the
 * same detail. The same {@code deployment} and detail type may come twice.
 *
 * <p>Metrics in the namespace {@code Slipway}: {@code Rollouts} by {@code Outcome}, and by {@code
 * Outcome} and {@code Environment}; {@code DurationSeconds} and {@code PushToDeployedSeconds} of
 * what was deployed, by {@code Environment} and over all.
 */
public final class RolloutEvents implements RolloutAnnouncer {
  private final EventBus bus;
  private final Optional<SnsTopic> topic;
  private final Log log;

  /**
   * @param events from {@link Clients}
   * @param bus name or ARN of the event bus
   * @param topic empty to notify nobody
   */
  public RolloutEvents(EventBridgeClient events, String bus, Optional<SnsTopic> topic, Log log) {
    this.bus = new EventBus(events, bus, log);
    this.topic = topic;
    this.log = log;
  }

  @Override
  public Announced announce(RolloutResult result, Set<Announcement> due) {
    Set<Announcement> done = EnumSet.noneOf(Announcement.class);
    List<RuntimeException> failures = new ArrayList<>();
    ObjectNode detail = detail(result);
    for (Announcement announcement : due) {
      try {
        announce(announcement, result, detail);
        done.add(announcement);
      } catch (RuntimeException failure) {
        failures.add(failure);
      }
    }
    return new Announced(done, failures);
  }

  private void announce(Announcement announcement, RolloutResult result, ObjectNode detail) {
    switch (announcement) {
      case OUTCOME_EVENT ->
          put("Deployment " + Notification.event(result.outcome()), result, detail);
      case OUTCOME_NOTIFICATION ->
          topic.ifPresent(people -> people.publish(Notification.of(result)));
      case OUTCOME_METRIC -> count(result, detail);
      case ROLLBACK_FAILED_EVENT -> put("Rollback Failed", result, detail);
      case ROLLBACK_FAILED_NOTIFICATION ->
          topic.ifPresent(people -> people.publish(Notification.ofFailedRollback(result)));
    }
  }

  private void put(String detailType, RolloutResult result, ObjectNode detail) {
    bus.putOrFail(
        detailType,
        List.of(result.service().value()),
        detail,
        "deployment " + result.deployment().id());
  }

  private void count(RolloutResult result, ObjectNode detail) {
    ObjectNode line = detail.deepCopy();
    line.remove("reason");
    line.setAll(metrics(result));
    if (result.isFailure()) {
      log.warn(result.sentence(), line);
    } else {
      log.info(result.sentence(), line);
    }
  }

  /** What an event's detail holds; also what the function answers to who invokes it by hand. */
  public static ObjectNode detail(RolloutResult result) {
    DeploymentRecord deployment = result.deployment();
    ObjectNode detail = Json.object().put("environment", deployment.environment());
    ServiceJson.put(detail, deployment.service());
    detail
        .put("deployment", deployment.id().value())
        .put("deploymentId", deployment.ecsDeployment().map(Object::toString).orElse(null))
        .put("serviceDeployment", result.end().serviceDeployment().orElse(null))
        .put("outcome", result.outcome().toString())
        .put("taskDefinition", deployment.to().map(TaskDefinitionArn::value).orElse(null))
        .put("previousTaskDefinition", deployment.from().value());
    detail.set("images", ImageChangesJson.of(deployment.changes()));
    detail.set("trigger", TriggerJson.of(deployment.trigger()));
    detail
        .put("startedAt", result.startedAt().toString())
        .put("endedAt", result.end().at().toString())
        .put("durationSeconds", result.duration().toSeconds());
    result
        .pushToDeployed()
        .ifPresent(time -> detail.put("pushToDeployedSeconds", time.toSeconds()));
    detail.put("tasks", result.end().tasks());
    result
        .end()
        .rollback()
        .ifPresent(rollback ->
            detail
                .putObject("rollback")
                .put("to", rollback.to().map(TaskDefinitionArn::value).orElse(null))
                .put("state", rollback.state().name().toLowerCase(Locale.ROOT).replace('_', ' ')));
    ArrayNode blocked = detail.putArray("blocked");
    result.end().blocked().stream().map(ImageDigest::value).forEach(blocked::add);
    detail.put("reason", result.sentence());
    ArrayNode details = detail.putArray("details");
    result.end().evidence().forEach(details::add);
    return detail;
  }

  private ObjectNode metrics(RolloutResult result) {
    EmbeddedMetrics metrics =
        new EmbeddedMetrics(log.clock().instant())
            .dimension("Outcome", Notification.event(result.outcome()).replace(" ", ""))
            .dimension("Environment", result.deployment().environment())
            .counts(
                Map.of("Rollouts", 1),
                List.of(List.of("Outcome"), List.of("Outcome", "Environment")));
    if (result.outcome() == DeploymentOutcome.DEPLOYED && result.end().tasks() > 0) {
      Map<String, Long> seconds = new LinkedHashMap<>();
      seconds.put("DurationSeconds", result.duration().toSeconds());
      result
          .pushToDeployed()
          .ifPresent(time -> seconds.put("PushToDeployedSeconds", time.toSeconds()));
      metrics.seconds(seconds, List.of(List.of(), List.of("Environment")));
    }
    return metrics.members();
  }
}
