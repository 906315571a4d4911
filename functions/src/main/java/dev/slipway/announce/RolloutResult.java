package dev.slipway.announce;

import dev.slipway.ecs.ServiceArn;
import dev.slipway.record.DeploymentOutcome;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.DeploymentRecord.Ended;
import dev.slipway.record.DeploymentRecord.Rollback;
import dev.slipway.record.DeploymentRecord.RollbackState;
import dev.slipway.record.Pin;
import dev.slipway.record.Trigger;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A deployment of Slipway's that has ended, and what is said of it.
 *
 * @param deployment with its outcome
 * @param isPinned whether an operator chose what it brought, instead of what the environment
 *     selects, and that still holds
 */
public record RolloutResult(DeploymentRecord deployment, boolean isPinned) {
  /** Refuses one that has no outcome. */
  public RolloutResult {
    if (deployment.ended().isEmpty()) {
      throw new IllegalArgumentException("not ended: " + deployment.id());
    }
  }

  /** One that brought what the environment selects. */
  public RolloutResult(DeploymentRecord deployment) {
    this(deployment, false);
  }

  /**
   * A deployment of a service.
   *
   * @param pin that the service has now
   */
  public static RolloutResult of(DeploymentRecord deployment, Optional<Pin> pin) {
    return new RolloutResult(
        deployment,
        pin.filter(chosen -> chosen.eventId().equals(deployment.trigger().eventId())).isPresent());
  }

  /** How it ended. */
  public Ended end() {
    return deployment.ended().orElseThrow();
  }

  /** How it ended, in a word. */
  public DeploymentOutcome outcome() {
    return end().outcome();
  }

  /** The service. */
  public ServiceArn service() {
    return deployment.service();
  }

  /** Whether people have to act, or at least to know why. */
  public boolean isFailure() {
    return outcome() == DeploymentOutcome.FAILED || outcome() == DeploymentOutcome.REFUSED;
  }

  /** When it began, by ECS's clock; when it was decided, if it never did. */
  public Instant startedAt() {
    return deployment.startedAt().orElse(deployment.decidedAt());
  }

  /** From its beginning to its end; never negative. */
  public Duration duration() {
    return between(startedAt(), end().at());
  }

  /** From the push to the moment that the service ran nothing else; of what was deployed. */
  public Optional<Duration> pushToDeployed() {
    return outcome() == DeploymentOutcome.DEPLOYED && end().tasks() > 0
        ? pushedAt().map(pushed -> between(pushed, end().at()))
        : Optional.empty();
  }

  /** When the image was pushed; where a push led to the deployment and the event says when. */
  public Optional<Instant> pushedAt() {
    return deployment.trigger() instanceof Trigger.Push push ? push.at() : Optional.empty();
  }

  /** Who asked for it, where an operator did, or promoted the image. */
  public Optional<String> by() {
    return deployment.trigger().askedBy();
  }

  /** The image tag that was pushed, where a push led to the deployment. */
  public Optional<String> tag() {
    return deployment.trigger() instanceof Trigger.Push push
        ? Optional.of(push.tag().value())
        : Optional.empty();
  }

  private static Duration between(Instant from, Instant to) {
    return to.isBefore(from) ? Duration.ZERO : Duration.between(from, to);
  }

  /** One sentence for people, true when it is said. */
  public String sentence() {
    return sentence(rollingBack());
  }

  /** The same as it was true when the deployment ended: ECS's rollback only begins then. */
  public String sentenceAtEnd() {
    return sentence(
        end()
            .rollback()
            .filter(
                rollback -> rollback.state() != RollbackState.FAILED || rollback.to().isPresent())
            .map(_ -> "ECS is rolling back" + rollbackTo())
            .or(this::rollingBack));
  }

  private String sentence(Optional<String> rollingBack) {
    String goesBack = rollingBack.map("; "::concat).orElse("");
    String name = service().shortName();
    return switch (outcome()) {
      case DEPLOYED ->
          end().tasks() == 0
              ? "%s has %s now, but no task runs it, since none is desired: nothing is known of the image yet"
                  .formatted(name, what())
              : "%s runs %s: %s".formatted(name, what(), replaced());
      case FAILED ->
          deployment
              .stop()
              .map(stop ->
                  "%s stopped the deployment of %s to %s%s"
                      .formatted(stop.by(), what(), name, goesBack))
              .orElseGet(() ->
                  "the deployment of %s to %s failed%s%s".formatted(what(), name, why(), goesBack));
      case SUPERSEDED ->
          "the deployment of %s to %s was superseded by a newer deployment".formatted(what(), name);
      case REFUSED -> "ECS refused the deployment of %s to %s%s".formatted(what(), name, why());
      case UNKNOWN ->
          "the deployment of %s to %s has ended, and ECS no longer says how"
              .formatted(what(), name);
      case DROPPED -> "the deployment of %s to %s was never started".formatted(what(), name);
    };
  }

  /** Such as {@code 2 tasks replaced in 37 s, 38 s after the push}. */
  String replaced() {
    return "%s in %d s%s"
        .formatted(
            end().tasks() == 1 ? "1 task replaced" : end().tasks() + " tasks replaced",
            duration().toSeconds(),
            pushToDeployed()
                .map(push -> ", %d s after the push".formatted(push.toSeconds()))
                .orElse(""));
  }

  /** One sentence about a rollback that failed after the deployment's failure was announced. */
  public String rollbackSentence() {
    return "%s: ECS could not roll back%s after the deployment of %s had failed"
        .formatted(service().shortName(), rollbackTo(), what());
  }

  /** Such as {@code to web:1}, with a blank before it; empty where ECS does not say where to. */
  String rollbackTo() {
    return end().rollback().flatMap(Rollback::to).map(to -> " to " + to.shortName()).orElse("");
  }

  /** Why it failed or was refused. */
  Optional<String> cause() {
    return end().diagnosis().or(end()::why);
  }

  private String why() {
    return cause().map(": "::concat).orElse("");
  }

  /** What ECS does, or has done, about the failure; empty where it does nothing. */
  Optional<String> rollingBack() {
    return end()
        .rollback()
        .map(rollback ->
            switch (rollback.state()) {
              case IN_PROGRESS -> "ECS is rolling back" + rollbackTo();
              case SUCCESSFUL -> "ECS has rolled back" + rollbackTo();
              case FAILED ->
                  rollback.to().isEmpty()
                      ? "ECS has nothing to roll back to"
                      : "ECS could not roll back" + rollbackTo();
              case SUPERSEDED -> "a newer deployment took the place of ECS's rollback";
            });
  }

  /** Whether ECS's rollback has failed, or there was none to make. */
  public boolean isRollbackFailed() {
    return end().rollback().filter(r -> r.state() == RollbackState.FAILED).isPresent();
  }

  /** Such as {@code web:staging c5bd9d1d27aa}; the revision where no image has changed. */
  public String what() {
    return ImageWords.all(deployment);
  }
}
