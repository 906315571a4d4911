package dev.slipway.cli.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A followed service, as the function {@code status} tells of it.
 *
 * @param name {@code cluster/service}
 * @param rollout ECS's rollout state of its newest deployment
 * @param decision what Slipway would do about it now
 * @param json all that was told
 */
public record ServiceStatus(
    String name,
    String rollout,
    String decision,
    Optional<String> reason,
    List<Deployment> deployments,
    JsonNode json) {

  /**
   * A deployment of ECS's that still has tasks.
   *
   * @param status PRIMARY for the newest, ACTIVE for one that is replaced
   * @param taskDefinition {@code family:revision}
   */
  public record Deployment(
      String status,
      String taskDefinition,
      int desired,
      int running,
      int pending,
      int failed,
      String rolloutState,
      Optional<String> reason,
      Optional<Instant> createdAt) {

    static Deployment of(JsonNode json) {
      return new Deployment(
          json.path("status").asText(),
          json.path("taskDefinition").asText(),
          json.path("desired").asInt(),
          json.path("running").asInt(),
          json.path("pending").asInt(),
          json.path("failed").asInt(),
          json.path("rolloutState").asText(),
          Answer.text(json, "reason"),
          Answer.time(json, "createdAt"));
    }

    boolean isRolling() {
      return rolloutState.equals("IN_PROGRESS");
    }

    boolean isPrimary() {
      return status.equals("PRIMARY");
    }
  }

  /** Reads one element of {@code services}. */
  public static ServiceStatus of(JsonNode json) {
    return new ServiceStatus(
        json.path("service").asText(),
        json.path("rollout").asText(),
        json.path("decision").asText(),
        Answer.text(json, "reason"),
        Answer.list(json, "deployments").stream().map(Deployment::of).toList(),
        json);
  }

  /** Whether ECS is exchanging its tasks. */
  public boolean isRolling() {
    return rollout.equals("IN_PROGRESS") || deployments.stream().anyMatch(Deployment::isRolling);
  }

  /** What ECS says of its rollout, where that is more than that there is one. */
  public Optional<String> rolloutReason() {
    return Answer.text(json, "rolloutReason")
        .filter(reason -> !reason.matches("ECS deployment \\S+ (in progress|completed)\\.?"));
  }

  /** Whether neither ECS nor Slipway has anything left to do for it. */
  public boolean isSettled() {
    return !isRolling() && !decision.equals("Deploy");
  }

  /** Whether it has what its environment selects, or what somebody chose instead. */
  public boolean isAsItShouldBe() {
    return !rollout.equals("FAILED")
        && (isAsChosen() || decision.equals("Current") || decision.equals("NotFollowing"));
  }

  /** Whether it has the revision that somebody chose over what its environment selects. */
  public boolean isAsChosen() {
    return decision.equals("Held")
        && Answer.text(json, "taskDefinition")
            .flatMap(revision ->
                Answer.text(json, "chosen").filter(chosen -> chosen.startsWith(revision + " ")))
            .isPresent();
  }

  /** How it stands and why; nothing where it has what its environment selects. */
  public List<Line> standing(int columns) {
    if (decision.equals("Current")) {
      return List.of();
    }
    return Line.wrapped(
        name
            + " "
            + stateLine().print(false)
            + reason.map(text -> ": " + Names.brief(text)).orElse(""),
        "",
        Style.PLAIN,
        columns);
  }

  /** In a word or two. */
  public Line stateLine() {
    if (isRolling()) {
      return Line.of("rolling out", Style.BUSY);
    }
    if (rollout.equals("FAILED")) {
      return Line.of("failed", Style.BAD);
    }
    if (isAsChosen()) {
      return Line.of("as chosen", Style.BUSY);
    }
    return switch (decision) {
      case "Current" -> Line.of("up to date", Style.GOOD);
      case "Deploy" -> Line.of("deploys next", Style.BUSY);
      case "Held" -> Line.of("held", Style.BUSY);
      case "Refused" -> Line.of("refused", Style.BAD);
      case "NotFollowing" -> Line.of("not followed", Style.FAINT);
      default -> Line.of(decision);
    };
  }
}
