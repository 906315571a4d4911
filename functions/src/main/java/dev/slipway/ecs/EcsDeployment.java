package dev.slipway.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Optional;

/**
 * One of the deployments that a service lists: the newest, and older ones that still have tasks.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html">Deployment</a>
 * @param id such as {@code ecs-svc/1234567890123456789}
 * @param status {@code PRIMARY} for the newest, {@code ACTIVE} for those that it replaces
 * @param taskDefinition as {@code family:revision}; empty where ECS does not say
 * @param desired how many tasks it is to have; and so on for those that run, start and have failed
 * @param rolloutState {@code IN_PROGRESS}, {@code COMPLETED} or {@code FAILED}; empty behind a
 *     Classic Load Balancer
 * @param reason of the rollout state, in ECS's words
 * @param createdAt when it was asked for
 */
public record EcsDeployment(
    String id,
    String status,
    String taskDefinition,
    int desired,
    int running,
    int pending,
    int failed,
    Optional<String> rolloutState,
    Optional<String> reason,
    Optional<Instant> createdAt) {
  static EcsDeployment parse(JsonNode document) {
    String revision = document.path("taskDefinition").asText();
    return new EcsDeployment(
        document.path("id").asText(),
        document.path("status").asText(),
        revision.substring(revision.lastIndexOf('/') + 1),
        document.path("desiredCount").asInt(),
        document.path("runningCount").asInt(),
        document.path("pendingCount").asInt(),
        document.path("failedTasks").asInt(),
        text(document.path("rolloutState")),
        text(document.path("rolloutStateReason")),
        instant(document.path("createdAt")));
  }

  /** Whether it is the newest one. */
  public boolean isPrimary() {
    return status.equals("PRIMARY");
  }

  private static Optional<String> text(JsonNode node) {
    return Optional.of(node.asText()).filter(text -> !text.isBlank());
  }

  /** ECS's JSON has seconds since 1970 with decimals. */
  private static Optional<Instant> instant(JsonNode node) {
    return node.isNumber()
        ? Optional.of(Instant.ofEpochMilli(Math.round(1_000 * node.asDouble())))
        : Optional.empty();
  }
}
