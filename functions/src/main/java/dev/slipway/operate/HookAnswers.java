package dev.slipway.operate;

import dev.slipway.deploy.PauseHooks;
import dev.slipway.ecs.PauseHook;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.record.DeploymentRecord;
import dev.slipway.record.HookWait;
import dev.slipway.record.RecordChange;
import dev.slipway.record.RecordStore;
import dev.slipway.record.RecordedService;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Gives an operator's answer to the pause hooks at which a rollout waits. The record has it
 * already: who gave it is known even if the function ends here. What ECS did not take is taken
 * back.
 */
final class HookAnswers {
  private final RecordStore records;
  private final PauseHooks hooks;

  HookAnswers(RecordStore records, PauseHooks hooks) {
    this.records = records;
    this.hooks = hooks;
  }

  /**
   * Answers each hook that still waits.
   *
   * @throws RejectedRequest if none does
   */
  void give(ServiceArn service, ServiceChange.Answer answer) {
    List<PauseHook> notTaken = new ArrayList<>();
    List<RuntimeException> failures = new ArrayList<>();
    for (PauseHook hook : answer.hooks()) {
      try {
        if (!hooks.answer(answer.serviceDeployment(), hook.id(), answer.action())) {
          notTaken.add(hook);
        }
      } catch (RuntimeException failure) {
        becameOf(answer, hook, failure, notTaken).ifPresent(failures::add);
      }
    }
    if (!notTaken.isEmpty()) {
      answer.recorded().ifPresent(recorded -> takeBack(recorded, notTaken));
    }
    if (!failures.isEmpty()) {
      RuntimeException first = failures.getFirst();
      failures.stream().skip(1).forEach(first::addSuppressed);
      throw first;
    }
    if (notTaken.size() == answer.hooks().size()) {
      throw new RejectedRequest(
          "the rollout of %s no longer waits at %s: nothing was done about it%s"
              .formatted(
                  service.shortName(),
                  notTaken.getFirst().place(),
                  answer.besides().map(". But "::concat).orElse("")));
    }
  }

  /**
   * Whether ECS took an answer whose response is lost shows at the hook.
   *
   * @return the failure; empty where ECS took it
   */
  private Optional<RuntimeException> becameOf(
      ServiceChange.Answer answer,
      PauseHook hook,
      RuntimeException failure,
      List<PauseHook> notTaken) {
    try {
      if (!hooks.waits(answer.serviceDeployment(), hook.id())) {
        return Optional.empty();
      }
      notTaken.add(hook);
    } catch (RuntimeException unread) {
      // not known: the answer stays, and goes if ECS still shows the hook a minute later
      failure.addSuppressed(unread);
    }
    return Optional.of(failure);
  }

  /** Where another operator had answered before, their answer is there again. */
  private void takeBack(ServiceChange.Answer.Recorded recorded, List<PauseHook> notTaken) {
    DeploymentRecord given = recorded.after();
    for (int tries = 0; tries < ServiceChanges.MAX_TRIES; tries++) {
      RecordedService now = records.read(given.service());
      Optional<DeploymentRecord> stored = now.deployment(given.id());
      if (stored.isEmpty()) {
        return;
      }
      DeploymentRecord after = stored.get();
      for (PauseHook hook : notTaken) {
        Optional<HookWait> wait =
            after.hook(hook.id()).filter(found -> found.answer().equals(answer(given, hook)));
        if (wait.isPresent()) {
          after = after.waiting(wait.get().withAnswer(answer(recorded.before(), hook)));
        }
      }
      if (after.equals(stored.get())
          || records.write(RecordChange.of(now.service(), now.service(), after))) {
        return;
      }
    }
    throw new IllegalStateException(
        "ECS did not take the answer to %s, but the record did not take that"
            .formatted(notTaken.getFirst().place()));
  }

  private static Optional<HookWait.Answer> answer(DeploymentRecord deployment, PauseHook hook) {
    return deployment.hook(hook.id()).flatMap(HookWait::answer);
  }
}
