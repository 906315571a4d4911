package dev.slipway.operate;

import dev.slipway.ecs.Service;
import java.util.List;
import java.util.Optional;

/** What an operator's command comes to for one service, before anything is done. */
public interface Plan {
  /** The service. */
  Service service();

  /** What is to be changed; empty where there is nothing to change. */
  Optional<ServiceChange> change();

  /**
   * What people say yes to, a sentence each: revisions, digests, tags, services. Two plans with the
   * same facts are the same to them, whenever they are made: no fact has the time at which it was
   * planned, or a count that changes by itself. None where nothing is changed.
   */
  List<String> facts();
}
