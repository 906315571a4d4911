package dev.slipway.aws;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.deploy.Announcer;
import dev.slipway.deploy.Cause;
import dev.slipway.deploy.Decision;
import dev.slipway.deploy.Deployment;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResponse;

/**
 * Announces decisions as log lines that are CloudWatch metrics at the same time, and deployments as
 * events on an event bus as well.
 *
 * <p>The metric {@code Decisions} in the namespace {@code Slipway} counts by {@code Outcome}, and
 * for deployments by {@code Environment} too.
 *
 * <p>The event has the source {@code slipway}, the detail type {@code Deployment Started}, the
 * service's ARN as its resource, and this detail: {@code environment}; {@code service} (ARN);
 * {@code cluster} and {@code serviceName}; {@code taskDefinition} and {@code
 * previousTaskDefinition} (ARNs); {@code deploymentId} (ECS's, where it said one); {@code images},
 * a list of {@code container}, {@code from} and {@code to}; {@code cause} ({@link CauseJson});
 * {@code reason}, a sentence for people.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html">Embedded
 *     metric format</a>
 */
public final class EventAnnouncer implements Announcer {
  /** The detail type of the event about a deployment. */
  public static final String DEPLOYMENT_STARTED = "Deployment Started";

  private final EventBridgeClient events;
  private final String bus;
  private final Log log;

  /**
   * @param events from {@link Clients}
   * @param bus name or ARN of the event bus that deployments are announced on
   */
  public EventAnnouncer(EventBridgeClient events, String bus, Log log) {
    this.events = events;
    this.bus = bus;
    this.log = log;
  }

  @Override
  public void started(Deployment deployment, Cause cause) {
    ObjectNode detail = detail(deployment, cause);
    ObjectNode line = detail.deepCopy();
    line.setAll(counted("Deploy", deployment.decision().environment()));
    log.info(deployment.decision().reason(), line);
    putEvent(deployment, detail);
  }

  @Override
  public void decided(Decision decision, Cause cause) {
    ObjectNode line =
        Json.object()
            .put("service", decision.service().value())
            .put("cluster", decision.service().cluster())
            .put("serviceName", decision.service().name());
    line.set("cause", CauseJson.of(cause));
    line.setAll(counted(decision.getClass().getSimpleName(), ""));
    if (decision instanceof Decision.Refused) {
      log.warn(decision.reason(), line);
    } else {
      log.info(decision.reason(), line);
    }
  }

  private static ObjectNode detail(Deployment deployment, Cause cause) {
    Decision.Deploy decision = deployment.decision();
    ObjectNode detail =
        Json.object()
            .put("environment", decision.environment())
            .put("service", decision.service().value())
            .put("cluster", decision.service().cluster())
            .put("serviceName", decision.service().name())
            .put("taskDefinition", deployment.revision().value())
            .put("previousTaskDefinition", decision.from().value());
    deployment.id().ifPresent(id -> detail.put("deploymentId", id));
    ArrayNode images = detail.putArray("images");
    decision
        .changes()
        .forEach(change ->
            images
                .addObject()
                .put("container", change.container())
                .put("from", change.from().toString())
                .put("to", change.to().toString()));
    detail.set("cause", CauseJson.of(cause));
    detail.put("reason", decision.reason());
    return detail;
  }

  private ObjectNode counted(String outcome, String environment) {
    ObjectNode members = Json.object().put("Outcome", outcome).put("Decisions", 1);
    ObjectNode aws =
        members.putObject("_aws").put("Timestamp", log.clock().instant().toEpochMilli());
    ObjectNode directive =
        aws.putArray("CloudWatchMetrics").addObject().put("Namespace", "Slipway");
    ArrayNode dimensions = directive.putArray("Dimensions");
    dimensions.addArray().add("Outcome");
    if (!environment.isEmpty()) {
      members.put("Environment", environment);
      dimensions.addArray().add("Outcome").add("Environment");
    }
    directive.putArray("Metrics").addObject().put("Name", "Decisions").put("Unit", "Count");
    return members;
  }

  private void putEvent(Deployment deployment, ObjectNode detail) {
    try {
      PutEventsResponse response =
          events.putEvents(r ->
              r.entries(
                  PutEventsRequestEntry.builder()
                      .eventBusName(bus)
                      .source(ServiceHints.SOURCE)
                      .detailType(DEPLOYMENT_STARTED)
                      .resources(deployment.decision().service().value())
                      .detail(detail.toString())
                      .build()));
      if (response.failedEntryCount() != null && response.failedEntryCount() > 0) {
        log.warn(
            "the deployment has started, but its event was not taken by the event bus "
                + bus
                + ": "
                + response.entries().getFirst().errorCode()
                + ": "
                + response.entries().getFirst().errorMessage(),
            detail);
      }
    } catch (RuntimeException e) {
      // as the port says: the deployment runs, and doing it again would not help
      log.error(
          "the deployment has started, but its event could not be put on the event bus " + bus,
          detail,
          e);
    }
  }
}
