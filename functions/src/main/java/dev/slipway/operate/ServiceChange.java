package dev.slipway.operate;

import dev.slipway.deploy.Hint;
import dev.slipway.ecs.PauseHook;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.RecordChange;
import dev.slipway.record.ServiceRecord;
import java.util.List;
import java.util.Optional;

/**
 * What an operator's command changes about one service: the record first, then a deployment that
 * ECS is to stop, then a hint to DeployFunction. {@link ServiceChanges} carries it out.
 *
 * @param before the record that it was planned from
 * @param after what the record becomes: its pin, blocks, pause and request
 * @param stop the deployment that ECS is to stop and to roll back; empty where none is
 * @param hint sent once the record is written; with a deployment to stop only where ECS refuses to
 *     stop it
 * @param sentences what is changed, for people
 * @param answer to ECS's pause hooks; empty where none is given
 */
public record ServiceChange(
    ServiceRecord before,
    ServiceRecord after,
    Optional<Stop> stop,
    Optional<Hint.CheckService> hint,
    List<String> sentences,
    Optional<Answer> answer) {
  /** Refuses a change of another service, or from another version. */
  public ServiceChange {
    if (!before.service().equals(after.service()) || before.version() != after.version()) {
      throw new IllegalArgumentException("a change from %s to %s".formatted(before, after));
    }
    sentences = List.copyOf(sentences);
  }

  /** One that answers no hook. */
  public ServiceChange(
      ServiceRecord before,
      ServiceRecord after,
      Optional<Stop> stop,
      Optional<Hint.CheckService> hint,
      List<String> sentences) {
    this(before, after, stop, hint, sentences, Optional.empty());
  }

  /**
   * A deployment of the record that ECS is to stop.
   *
   * @param deployment as it is once it is marked as stopped
   * @param serviceDeployment ARN of ECS's record of it
   */
  public record Stop(DeploymentRecord deployment, String serviceDeployment) {}

  /**
   * What ECS is told at the pause hooks at which a rollout waits.
   *
   * @param serviceDeployment ARN of ECS's record of the rollout
   * @param deployment as the record has it once it is answered; empty where another client started
   *     it
   */
  public record Answer(
      String serviceDeployment,
      List<PauseHook> hooks,
      PauseHook.Action action,
      Optional<DeploymentRecord> deployment) {
    /** Copies the list. */
    public Answer {
      hooks = List.copyOf(hooks);
    }
  }

  /** The service. */
  public ServiceArn service() {
    return before.service();
  }

  /** That it goes past the service's pause, as a fact for people; empty where there is none. */
  Optional<String> passesPause() {
    return before
        .pause()
        .filter(_ -> before.pause().equals(after.pause()))
        .map(pause -> "%s is paused %s, which this passes".formatted(service().shortName(), pause));
  }

  /** What is written to the record. */
  RecordChange recordChange() {
    return stop.map(Stop::deployment)
        .or(() -> answer.flatMap(Answer::deployment))
        .map(deployment -> RecordChange.of(before, after, deployment))
        .orElseGet(() -> RecordChange.of(before, after));
  }
}
