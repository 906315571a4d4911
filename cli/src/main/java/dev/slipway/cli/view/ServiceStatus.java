package dev.slipway.cli.view;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A followed service, as the function {@code status} reports it.
 *
 * @param name {@code cluster/service}
 * @param rollout ECS's rollout state of its newest deployment
 * @param state how it stands, such as {@code up to date} or {@code blocked}
 * @param decision what Slipway would do about it now
 * @param json all that was answered
 */
public record ServiceStatus(
    String name,
    String rollout,
    String state,
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
          Response.text(json, "reason"),
          Response.time(json, "createdAt"));
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
        json.path("state").asText(),
        json.path("decision").asText(),
        Response.text(json, "reason"),
        Response.list(json, "deployments").stream().map(Deployment::of).toList(),
        json);
  }

  /** Whether ECS is exchanging its tasks. */
  public boolean isRolling() {
    return rollout.equals("IN_PROGRESS") || deployments.stream().anyMatch(Deployment::isRolling);
  }

  /** What ECS says of its rollout, where that is more than that there is one. */
  public Optional<String> rolloutReason() {
    return Response.text(json, "rolloutReason")
        .filter(reason -> !reason.matches("ECS deployment \\S+ (in progress|completed)\\.?"));
  }

  /** Whether neither ECS nor Slipway has anything left to do for it. */
  public boolean isSettled() {
    return !isRolling() && !decision.equals("Deploy");
  }

  /** Whether its newest rollout did not fail, and its tasks run. */
  public boolean isHealthy() {
    return !rollout.equals("FAILED") && !state.equals("unhealthy");
  }

  /** Whether it has what its environment selects, or what an operator chose, and runs it. */
  public boolean isAsItShouldBe() {
    return isHealthy() && (isPinned() || decision.equals("Current"));
  }

  /** Whether it has what an operator chose over what its environment selects. */
  public boolean isPinned() {
    return state.equals("pinned") && json.path("pin").path("applied").asBoolean();
  }

  /** How it stands and why; nothing where it has what its environment selects. */
  public List<Line> standing(int columns) {
    if (decision.equals("Current") && (state.equals("up to date") || isRolling())) {
      return List.of();
    }
    Optional<String> why =
        state.equals("unhealthy")
            ? cause().map(Cause::text)
            : state.equals("paused") && decision.equals("Current")
                ? Response.text(json, "paused")
                : reason;
    return Line.wrapped(
        name
            + " "
            + stateLine().print(false)
            + why.map(text -> ": " + Names.brief(text)).orElse(""),
        "",
        Style.PLAIN,
        columns);
  }

  /** What went wrong with it last; empty where nothing did, or it was not looked up. */
  public Optional<Cause> cause() {
    return Cause.of(json);
  }

  /** Whether Slipway deploys nothing to it: it follows nothing, or nothing is selected for it. */
  public boolean isNotFollowed() {
    return decision.equals("NotFollowing") && !isPinned();
  }

  /** In a word or two. */
  public Line stateLine() {
    List<String> gates = Response.texts(json, "waitingFor");
    return Line.of(
        gates.isEmpty() ? state : "waiting for " + String.join(", ", gates),
        switch (state) {
          case "up to date" -> Style.GOOD;
          case "failed", "unhealthy", "not deployable" -> Style.BAD;
          case "not followed", "nothing selected" -> Style.FAINT;
          default -> Style.BUSY;
        });
  }
}
