package dev.slipway.aws;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.decide.Decision;
import dev.slipway.deploy.Announcer;
import dev.slipway.deploy.StartedDeployment;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.Trigger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;

/**
 * Announces decisions as log lines that are CloudWatch metrics at the same time; deployments, and
 * what is held from being deployed, as events on an event bus as well.
 *
 * <p>The metric {@code Decisions} in the namespace {@code Slipway} counts by {@code Outcome}, and
 * by {@code Environment} too where the service follows one.
 *
 * <p>The events have the source {@code slipway} and the service's ARN as their resource. The detail
 * of {@code Deployment Started}: {@code environment}; {@code service} (ARN); {@code cluster} and
 * {@code serviceName}; {@code taskDefinition} and {@code previousTaskDefinition} (ARNs); {@code
 * deployment} (Slipway's id) and {@code deploymentId} (ECS's); {@code images}, a list of {@code
 * container}, {@code from} and {@code to}; {@code trigger} ({@link TriggerJson}); {@code reason}, a
 * sentence for people.
 *
 * <p>The detail of {@code Deployment Held}: {@code environment}, {@code service}, {@code cluster},
 * {@code serviceName}, {@code trigger}, {@code reason}, and {@code hold}: one of {@link
 * Decision.Hold}, or {@code NOT_DEPLOYABLE}. It is announced once for the same hold of the same
 * images.
 */
public final class EventAnnouncer implements Announcer {
  /** The detail type of the event about a deployment. */
  public static final String DEPLOYMENT_STARTED = "Deployment Started";

  /** The detail type of the event about what is held. */
  public static final String DEPLOYMENT_HELD = "Deployment Held";

  private final EventBus bus;
  private final Log log;

  /**
   * @param events from {@link Clients}
   * @param bus name or ARN of the event bus that deployments are announced on
   */
  public EventAnnouncer(EventBridgeClient events, String bus, Log log) {
    this.bus = new EventBus(events, bus, log);
    this.log = log;
  }

  @Override
  public void started(StartedDeployment deployment) {
    ObjectNode detail = detail(deployment);
    ObjectNode line = detail.deepCopy();
    line.setAll(counted(deployment.decision()));
    log.info(deployment.decision().reason(), line);
    bus.put(
        DEPLOYMENT_STARTED,
        List.of(deployment.decision().service().value()),
        detail,
        "the deployment has started, but its");
  }

  @Override
  public void decided(Decision decision, Trigger trigger, boolean news) {
    ObjectNode detail = Json.object();
    decision.environmentName().ifPresent(name -> detail.put("environment", name));
    ServiceJson.put(detail, decision.service());
    switch (decision) {
      case Decision.Held held -> detail.put("hold", held.hold().name());
      case Decision.NotDeployable _ -> detail.put("hold", "NOT_DEPLOYABLE");
      default -> {}
    }
    detail.set("trigger", TriggerJson.of(trigger));
    ObjectNode line = detail.deepCopy();
    line.setAll(counted(decision));
    if (decision instanceof Decision.NotDeployable) {
      log.warn(decision.reason(), line);
    } else {
      log.info(decision.reason(), line);
    }
    if (news) {
      detail.put("reason", decision.reason());
      bus.put(
          DEPLOYMENT_HELD,
          List.of(decision.service().value()),
          detail,
          "a deployment is held, but the");
    }
  }

  private static ObjectNode detail(StartedDeployment deployment) {
    DeploymentRecord record = deployment.record();
    ObjectNode detail = Json.object().put("environment", record.environment());
    ServiceJson.put(detail, record.service());
    detail
        .put("taskDefinition", record.to().map(TaskDefinitionArn::value).orElse(null))
        .put("previousTaskDefinition", record.from().value())
        .put("deployment", record.id().value())
        .put("deploymentId", record.ecsDeployment().map(Object::toString).orElse(null));
    detail.set("images", ImageChangesJson.of(record.changes()));
    detail.set("trigger", TriggerJson.of(record.trigger()));
    detail.put("reason", record.reason());
    return detail;
  }

  private ObjectNode counted(Decision decision) {
    EmbeddedMetrics metrics =
        new EmbeddedMetrics(log.clock().instant()).dimension("Outcome", decision.name());
    List<List<String>> by = new ArrayList<>(List.of(List.of("Outcome")));
    decision
        .environmentName()
        .ifPresent(environment -> {
          metrics.dimension("Environment", environment);
          by.add(List.of("Outcome", "Environment"));
        });
    return metrics.counts(Map.of("Decisions", 1), by).members();
  }
}
