package dev.slipway.deploy;

import dev.slipway.decide.Decision;
import dev.slipway.ecs.TaskDefinitionArn;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Registers revisions of task definitions, and finds those that are registered already: ECS itself
 * would register the same again.
 */
public final class RevisionRegistrar {
  /** Of the revisions newer than the service's own, how many are compared with the one wanted. */
  static final int MOST_REVISIONS = 10;

  private final Ecs ecs;

  /**
   * @param ecs where they are registered
   */
  public RevisionRegistrar(Ecs ecs) {
    this.ecs = ecs;
  }

  /**
   * The revision wanted: the one that a crash after registering left behind, or that another
   * service of the family has already, or else a new one.
   *
   * @param from that the wanted one is a copy of; only a newer one can be it
   */
  public TaskDefinitionArn registered(TaskDefinitionArn from, Decision.Target.Register wanted) {
    return registered(from, wanted, new ArrayList<>(), true);
  }

  /**
   * The same, for several services in a row.
   *
   * @param known those that were registered for the others; a new one is added
   * @param look whether there may be others that nobody here knows of, which costs a call
   */
  TaskDefinitionArn registered(
      TaskDefinitionArn from,
      Decision.Target.Register wanted,
      List<TaskDefinitionArn> known,
      boolean look) {
    return find(from, wanted, known)
        .or(() ->
            look
                ? find(from, wanted, ecs.newestRevisions(from.family(), MOST_REVISIONS))
                : Optional.empty())
        .orElseGet(() -> {
          TaskDefinitionArn fresh = ecs.register(wanted.request());
          known.add(fresh);
          return fresh;
        });
  }

  private Optional<TaskDefinitionArn> find(
      TaskDefinitionArn from, Decision.Target.Register wanted, List<TaskDefinitionArn> among) {
    var definition = wanted.definition();
    return among.stream()
        .filter(revision -> revision.family().equals(from.family()))
        .filter(revision -> revision.revision() > from.revision())
        .filter(revision -> ecs.taskDefinition(revision).definition().equals(definition))
        .findFirst();
  }
}
