package dev.slipway.operate;

import dev.slipway.ecs.Service;
import java.util.List;
import java.util.Optional;

/** What a command for many services comes to for one of them, before or after it is carried out. */
public sealed interface ServiceResult<P extends Plan> extends Plan {
  /** The service is as it was planned, or is to be: also where there is nothing to change. */
  record Accepted<P extends Plan>(P plan) implements ServiceResult<P> {
    @Override
    public Service service() {
      return plan.service();
    }

    @Override
    public Optional<ServiceChange> change() {
      return plan.change();
    }

    @Override
    public List<String> facts() {
      return plan.facts();
    }
  }

  /**
   * The service cannot have what was asked for.
   *
   * @param why one sentence for people
   * @param failure where it failed unforeseen: if that was while it was carried out, the service
   *     may have been changed
   */
  record Rejected<P extends Plan>(Service service, String why, Optional<RuntimeException> failure)
      implements ServiceResult<P> {
    @Override
    public Optional<ServiceChange> change() {
      return Optional.empty();
    }

    @Override
    public List<String> facts() {
      return List.of();
    }
  }
}
