package dev.slipway.ecs;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * ECS's record of one attempt to bring a service to a revision, its rollback included, as it was at
 * one moment.
 *
 * @param arn of the service deployment
 * @param target ARN of the service revision that it rolls out
 * @param statusReason in ECS's words; empty where it gives none
 * @param createdAt when it was asked for
 * @param finishedAt when it ended, its rollback included; empty while it has not
 * @param sources ARNs of the service revisions whose tasks it replaces; empty for a service's first
 * @param runningTasks of the target; the count stays as it was when the deployment ended
 * @param circuitBreakerTriggered whether the deployment circuit breaker found it failed
 * @param triggeredAlarms names of the CloudWatch alarms that found it failed
 * @param pauseHooks those of its present stage; ECS may leave out what is over
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceDeployment.html">ServiceDeployment</a>
 */
public record ServiceDeployment(
    String arn,
    String target,
    Status status,
    Optional<String> statusReason,
    Instant createdAt,
    Optional<Instant> finishedAt,
    List<String> sources,
    int runningTasks,
    Optional<Rollback> rollback,
    boolean circuitBreakerTriggered,
    List<String> triggeredAlarms,
    List<Hook> pauseHooks) {
  /** Copies the lists. */
  public ServiceDeployment {
    sources = List.copyOf(sources);
    triggeredAlarms = List.copyOf(triggeredAlarms);
    pauseHooks = List.copyOf(pauseHooks);
  }

  /** One without pause hooks. */
  public ServiceDeployment(
      String arn,
      String target,
      Status status,
      Optional<String> statusReason,
      Instant createdAt,
      Optional<Instant> finishedAt,
      List<String> sources,
      int runningTasks,
      Optional<Rollback> rollback,
      boolean circuitBreakerTriggered,
      List<String> triggeredAlarms) {
    this(
        arn,
        target,
        status,
        statusReason,
        createdAt,
        finishedAt,
        sources,
        runningTasks,
        rollback,
        circuitBreakerTriggered,
        triggeredAlarms,
        List.of());
  }

  /** A pause hook, and how far it is. */
  public record Hook(PauseHook hook, HookStatus status) {}

  /** How far a hook is. */
  public enum HookStatus {
    /** The rollout waits for an answer. */
    AWAITING_ACTION,
    /** It goes on by itself. */
    IN_PROGRESS,
    /** Someone had the rollout go on. */
    SUCCEEDED,
    /** Someone had the rollout rolled back. */
    FAILED,
    /** Nobody answered in time. */
    TIMED_OUT,
    /** One that is newer than this program. */
    UNKNOWN
  }

  /**
   * How far it is.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-deployment.html">The
   *     states and what leads from one to the next</a>
   */
  public enum Status {
    /** Asked for, not begun. */
    PENDING,
    /** Tasks are being replaced. */
    IN_PROGRESS,
    /** To be stopped: for a newer deployment, or because it failed and is not to be rolled back. */
    STOP_REQUESTED,
    /** Ended without its target, and without a rollback. */
    STOPPED,
    /** The service runs its target. */
    SUCCESSFUL,
    /** A person asked for a rollback. */
    ROLLBACK_REQUESTED,
    /** The service goes back to an earlier revision. */
    ROLLBACK_IN_PROGRESS,
    /** The service is back at an earlier revision. */
    ROLLBACK_SUCCESSFUL,
    /** The rollback failed, or another deployment came in between. */
    ROLLBACK_FAILED,
    /** One that is newer than this program. */
    UNKNOWN
  }

  /**
   * The way back. ECS's API makes each member optional.
   *
   * @param reason in ECS's words; empty where it gives none
   * @param target ARN of the service revision that the service goes back to; empty where there is
   *     none
   */
  public record Rollback(
      Optional<String> reason, Optional<Instant> startedAt, Optional<String> target) {}

  /** Parses one element of a DescribeServiceDeployments response. */
  public static ServiceDeployment parse(JsonNode document) {
    List<String> sources = new ArrayList<>();
    document.path("sourceServiceRevisions").forEach(s -> sources.add(s.path("arn").asText()));
    List<String> alarms = new ArrayList<>();
    document.path("alarms").path("triggeredAlarmNames").forEach(name -> alarms.add(name.asText()));
    JsonNode rollback = document.path("rollback");
    JsonNode target = document.path("targetServiceRevision");
    return new ServiceDeployment(
        required(document, "serviceDeploymentArn"),
        required(target, "arn"),
        status(document.path("status").asText()),
        text(document, "statusReason"),
        instant(document, "createdAt")
            .orElseThrow(() -> new IllegalArgumentException(missing("createdAt"))),
        instant(document, "finishedAt").or(() -> instant(document, "stoppedAt")),
        sources,
        target.path("runningTaskCount").asInt(),
        rollback.isObject() && !rollback.isEmpty()
            ? Optional.of(
                new Rollback(
                    text(rollback, "reason"),
                    instant(rollback, "startedAt"),
                    text(rollback, "serviceRevisionArn")))
            : Optional.empty(),
        document.path("deploymentCircuitBreaker").path("status").asText().equals("TRIGGERED"),
        alarms,
        pauseHooks(document));
  }

  private static List<Hook> pauseHooks(JsonNode document) {
    List<Hook> hooks = new ArrayList<>();
    for (JsonNode hook : document.path("lifecycleHookDetails")) {
      if (hook.path("targetType").asText().equals("PAUSE")) {
        hooks.add(
            new Hook(
                new PauseHook(
                    required(hook, "hookId"),
                    text(document, "lifecycleStage"),
                    instant(hook, "expiresAt"),
                    named(
                        PauseHook.Action.values(),
                        hook.path("timeoutAction").asText(),
                        PauseHook.Action.ROLLBACK)),
                named(HookStatus.values(), hook.path("status").asText(), HookStatus.UNKNOWN)));
      }
    }
    return hooks;
  }

  private static Status status(String name) {
    return named(Status.values(), name, Status.UNKNOWN);
  }

  private static <E extends Enum<E>> E named(E[] values, String name, E otherwise) {
    for (E value : values) {
      if (value.name().equals(name)) {
        return value;
      }
    }
    return otherwise;
  }

  /** Seconds since 1970 with decimals, as in ECS's JSON; empty where the member is not there. */
  static Optional<Instant> instant(JsonNode document, String member) {
    JsonNode value = document.path(member);
    return value.isNumber()
        ? Optional.of(Instant.ofEpochMilli(Math.round(1_000 * value.asDouble())))
        : Optional.empty();
  }

  static Optional<String> text(JsonNode document, String member) {
    JsonNode value = document.path(member);
    return value.isTextual() && !value.asText().isBlank()
        ? Optional.of(value.asText())
        : Optional.empty();
  }

  static String required(JsonNode document, String member) {
    return text(document, member).orElseThrow(() -> new IllegalArgumentException(missing(member)));
  }

  private static String missing(String member) {
    return "not a service deployment or revision of ECS: it has no " + member;
  }

  /** The deployment that it is, as events and tasks name it. */
  public EcsDeploymentId id() {
    return EcsDeploymentId.ofRevision(target);
  }

  /** The pause hooks at which it waits now. */
  public List<PauseHook> awaited() {
    return status == Status.IN_PROGRESS
        ? pauseHooks.stream()
            .filter(hook -> hook.status() == HookStatus.AWAITING_ACTION)
            .map(Hook::hook)
            .toList()
        : List.of();
  }

  /** When its target was reached or given up: a rollback that follows is not counted. */
  public Optional<Instant> decidedAt() {
    return rollback.flatMap(Rollback::startedAt).or(() -> finishedAt);
  }
}
