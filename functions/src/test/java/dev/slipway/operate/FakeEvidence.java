package dev.slipway.operate;

import dev.slipway.ecs.EcsDeploymentId;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.rollout.Evidence;
import dev.slipway.rollout.EvidenceSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tasks that have stopped, and their logs, as tests have put them here. */
final class FakeEvidence implements EvidenceSource {
  private final List<Evidence.StoppedTask> stopped = new ArrayList<>();
  private final Set<ServiceArn> asked = new LinkedHashSet<>();
  private @Nullable RuntimeException failure;
  private int logs;

  /** One more task whose container web exited with this code; whatever deployment is asked for. */
  void exits(int code) {
    exits(code, Optional.empty());
  }

  /** The same, at this time. */
  void exits(int code, Optional<Instant> at) {
    stopped.add(
        new Evidence.StoppedTask(
            "task" + stopped.size(),
            "EssentialContainerExited",
            "Essential container in task exited",
            at,
            List.of(new Evidence.Container("web", OptionalInt.of(code), "", false))));
  }

  /** One more task that ECS stopped to make room for another deployment's. */
  void madeRoom(Instant at) {
    stopped.add(
        new Evidence.StoppedTask(
            "task" + stopped.size(),
            "ServiceSchedulerInitiated",
            "Scaling activity initiated by deployment",
            Optional.of(at),
            List.of(new Evidence.Container("web", OptionalInt.of(143), "", false))));
  }

  /** From now on ECS does not tell. */
  void fail(RuntimeException with) {
    failure = with;
  }

  /** Of which services tasks were asked for. */
  Set<ServiceArn> asked() {
    return asked;
  }

  int logsRead() {
    return logs;
  }

  @Override
  public List<Evidence.StoppedTask> stoppedTasks(ServiceArn service, EcsDeploymentId deployment) {
    asked.add(service);
    if (failure != null) {
      throw failure;
    }
    return stopped;
  }

  @Override
  public Evidence.LogTail logTail(LogStream stream) {
    logs++;
    return new Evidence.LogTail(
        stream.container(), stream.task(), List.of("Error: no database"), Optional.empty());
  }
}
