package dev.slipway.deploy;

import java.util.Optional;

/**
 * Registers revisions of task definitions, and finds those that are registered already: ECS itself
 * would register the same again.
 */
public final class RevisionRegister {
  /** Of the revisions newer than the service's own, how many are compared with the one wanted. */
  static final int MOST_REVISIONS = 10;

  private final Ecs ecs;

  /**
   * @param ecs where they are registered
   */
  public RevisionRegister(Ecs ecs) {
    this.ecs = ecs;
  }

  /**
   * The revision wanted: the one that a crash after registering left behind, or that another
   * service of the family has already, or else a new one.
   *
   * @param from that the wanted one is a copy of; only a newer one can be it
   */
  public TaskDefinitionArn registered(TaskDefinitionArn from, Decision.Target.Register wanted) {
    return find(from, wanted).orElseGet(() -> ecs.register(wanted.request()));
  }

  private Optional<TaskDefinitionArn> find(
      TaskDefinitionArn from, Decision.Target.Register wanted) {
    var definition = wanted.definition();
    return ecs.newestRevisions(from.family(), MOST_REVISIONS).stream()
        .filter(revision -> revision.revision() > from.revision())
        .filter(revision -> ecs.taskDefinition(revision).definition().equals(definition))
        .findFirst();
  }
}
