package dev.slipway.aws;

import dev.slipway.image.ImageDigest;
import dev.slipway.rollout.EndedRollout;
import dev.slipway.rollout.Notification;
import dev.slipway.rollout.RolloutAnnouncer;
import dev.slipway.rollout.RolloutOutcome;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;

/**
 * Announces how deployments ended: as events on an event bus, to people through a topic, and as log
 * lines that are CloudWatch metrics at the same time.
 *
 * <p>The events have the source {@code slipway}, the service's ARN as their resource, and the
 * detail types {@code Deployment Succeeded}, {@code Deployment Failed}, {@code Deployment Rolled
 * Back} and {@code Deployment Superseded}. Their detail: {@code environment}; {@code service}
 * (ARN), {@code cluster} and {@code serviceName}; {@code deploymentId} and {@code
 * serviceDeployment} (ECS's); {@code outcome}; {@code taskDefinition} and, where it is known,
 * {@code previousTaskDefinition} (ARNs); {@code images}, a list of {@code container}, {@code from}
 * and {@code to}; {@code cause} with {@code tag}, {@code eventId}, {@code by} and {@code pushedAt}
 * as far as they are known; {@code startedAt} and {@code endedAt} (ISO 8601, a rollback not
 * counted), {@code durationSeconds}, {@code pushToDeployedSeconds}; {@code tasks}; {@code blocked},
 * a list of digests; {@code reason}, a sentence for people; {@code details} behind it. The same
 * {@code serviceDeployment} and {@code outcome} may come twice.
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
   * @param topic empty to tell people nothing
   */
  public RolloutEvents(EventBridgeClient events, String bus, Optional<SnsTopic> topic, Log log) {
    this.bus = new EventBus(events, bus, log);
    this.topic = topic;
    this.log = log;
  }

  /**
   * Machines first, who can tell a repetition; then people; at last the line that is counted, so
   * that what was tried twice counts once.
   */
  @Override
  public void ended(EndedRollout rollout) {
    ObjectNode detail = detail(rollout);
    bus.putOrFail(
        "Deployment " + Notification.event(rollout.outcome()),
        List.of(rollout.service().value()),
        detail,
        rollout.serviceDeployment());
    topic.ifPresent(people -> people.publish(Notification.of(rollout)));
    ObjectNode line = detail.deepCopy();
    line.remove("reason");
    line.setAll(metrics(rollout));
    if (rollout.outcome().isFailure()) {
      log.warn(rollout.sentence(), line);
    } else {
      log.info(rollout.sentence(), line);
    }
  }

  /** What an event's detail holds; also what the function answers to who invokes it by hand. */
  public static ObjectNode detail(EndedRollout rollout) {
    ObjectNode detail = Json.object().put("environment", rollout.environment());
    ServiceJson.put(detail, rollout.service());
    detail
        .put("deploymentId", rollout.deployment().toString())
        .put("serviceDeployment", rollout.serviceDeployment())
        .put("outcome", rollout.outcome().toString())
        .put("taskDefinition", rollout.to().value());
    rollout.from().ifPresent(from -> detail.put("previousTaskDefinition", from.value()));
    detail.set("images", ImageChangesJson.of(rollout.changes()));
    ObjectNode cause = detail.putObject("cause");
    EndedRollout.Origin origin = rollout.origin();
    origin.eventId().ifPresent(id -> cause.put("eventId", id));
    origin.tag().ifPresent(tag -> cause.put("tag", tag));
    origin.by().ifPresent(by -> cause.put("by", by));
    origin.pushedAt().ifPresent(at -> cause.put("pushedAt", at.toString()));
    detail
        .put("startedAt", rollout.startedAt().toString())
        .put("endedAt", rollout.endedAt().toString())
        .put("durationSeconds", rollout.duration().toSeconds());
    rollout
        .pushToDeployed()
        .ifPresent(time -> detail.put("pushToDeployedSeconds", time.toSeconds()));
    detail.put("tasks", rollout.tasks());
    ArrayNode blocked = detail.putArray("blocked");
    rollout.blocked().stream().map(ImageDigest::value).forEach(blocked::add);
    detail.put("reason", rollout.sentence());
    ArrayNode details = detail.putArray("details");
    rollout.diagnosis().ifPresent(diagnosis -> diagnosis.details().forEach(details::add));
    return detail;
  }

  private ObjectNode metrics(EndedRollout rollout) {
    ObjectNode members =
        Json.object()
            .put("Outcome", Notification.event(rollout.outcome()).replace(" ", ""))
            .put("Environment", rollout.environment())
            .put("Rollouts", 1);
    ObjectNode aws =
        members.putObject("_aws").put("Timestamp", log.clock().instant().toEpochMilli());
    ArrayNode directives = aws.putArray("CloudWatchMetrics");
    ObjectNode counts = directives.addObject().put("Namespace", "Slipway");
    ArrayNode dimensions = counts.putArray("Dimensions");
    dimensions.addArray().add("Outcome");
    dimensions.addArray().add("Outcome").add("Environment");
    counts.putArray("Metrics").addObject().put("Name", "Rollouts").put("Unit", "Count");
    if (rollout.outcome() == RolloutOutcome.DEPLOYED) {
      ObjectNode times = directives.addObject().put("Namespace", "Slipway");
      ArrayNode timesDimensions = times.putArray("Dimensions");
      timesDimensions.addArray();
      timesDimensions.addArray().add("Environment");
      ArrayNode metrics = times.putArray("Metrics");
      members.put("DurationSeconds", rollout.duration().toSeconds());
      metrics.addObject().put("Name", "DurationSeconds").put("Unit", "Seconds");
      rollout
          .pushToDeployed()
          .ifPresent(time -> {
            members.put("PushToDeployedSeconds", time.toSeconds());
            metrics.addObject().put("Name", "PushToDeployedSeconds").put("Unit", "Seconds");
          });
    }
    return members;
  }
}
