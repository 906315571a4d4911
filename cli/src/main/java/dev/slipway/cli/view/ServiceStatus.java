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

  /** Whether all of its new tasks run, and ECS has not ended the deployment yet. */
  public boolean isStarted() {
    return deployments.stream()
        .anyMatch(d -> d.isPrimary() && d.isRolling() && d.running() >= d.desired());
  }

  /** At which of ECS's pause hooks its rollout waits, until when, and what ends that. */
  public List<String> hooks() {
    return Response.list(json, "hooks").stream()
        .flatMap(hook -> Response.text(hook, "sentence").stream())
        .toList();
  }

  /** What ECS says of its rollout, where that is more than that there is one. */
  public Optional<String> rolloutReason() {
    return Response.text(json, "rolloutReason")
        .filter(reason -> !reason.matches("ECS deployment \\S+ (in progress|completed)\\.?"));
  }

  /**
   * Whether neither ECS nor Slipway has anything left to do for it. Who watches waits for a scan,
   * not for people, nor for a window.
   */
  public boolean isSettled() {
    return !isRolling() && !decision.equals("Deploy") && !json.path("waitEndsSoon").asBoolean();
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
        switch (state) {
          case "unhealthy" -> cause().map(Cause::text);
          // what keeps the selected image back as well is not what the word says
          case "paused" ->
              reason
                  .filter(text -> text.contains("is paused"))
                  .or(() -> Response.text(json, "paused"));
          case "pinned" -> reason.filter(text -> text.contains("is pinned")).or(this::pinnedTo);
          default -> reason;
        };
    return Line.wrapped(
        name
            + " "
            + stateLine().print(false)
            + why.map(text -> ": " + Names.brief(text)).orElse(""),
        "",
        Style.PLAIN,
        columns);
  }

  /**
   * What an operator chose, and who, such as {@code 33748f3ad77c by ann}: its images; of a function
   * that does not say them, its revision. Empty where nothing is pinned.
   */
  Optional<String> pinnedTo() {
    JsonNode pin = json.path("pin");
    List<String> images =
        pin.path("images").properties().stream()
            .map(image -> image.getValue().asText())
            .filter(image -> image.contains("@"))
            .map(image -> Names.digest(image.substring(image.indexOf('@') + 1)))
            .distinct()
            .toList();
    Optional<String> what =
        images.isEmpty() ? Response.text(pin, "revision") : Optional.of(Names.together(images));
    return what.map(text -> text + Response.text(pin, "by").map(by -> " by " + by).orElse(""));
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
    if (!hooks().isEmpty() && state.equals("rolling out")) {
      return Line.of("waiting at pause hook", Style.BUSY);
    }
    return Line.of(
        gates.isEmpty() ? state : "waiting for " + String.join(", ", gates),
        switch (state) {
          case "up to date" -> Style.GOOD;
          case "failed", "unhealthy", "not deployable", "not evaluated" -> Style.BAD;
          case "not followed", "nothing selected" -> Style.FAINT;
          default -> Style.BUSY;
        });
  }
}
