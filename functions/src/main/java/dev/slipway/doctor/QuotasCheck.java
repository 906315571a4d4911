package dev.slipway.doctor;

import dev.slipway.ecs.RevisionTags;
import dev.slipway.ecs.TaskDefinition;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether ECS's quotas leave room for another revision: those that can be told from the revision
 * itself.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html">Service
 *     quotas</a>
 */
final class QuotasCheck implements Check<ServiceSeen> {
  private static final int REVISIONS_A_FAMILY = 1_000_000;
  private static final int ROOM = 10_000;

  @Override
  public String subject() {
    return "quotas of task definitions";
  }

  @Override
  public List<Finding> findings(ServiceSeen seen) {
    if (seen.isNotDeployable() || seen.state().isEmpty()) {
      return List.of();
    }
    TaskDefinition definition = seen.state().get().taskDefinition();
    String where = Finding.of(seen.service());
    List<Finding> findings = new ArrayList<>();
    int tags = RevisionTags.kept(definition).size();
    if (tags >= RevisionTags.MAX_TAGS) {
      findings.add(
          Finding.problem(
              where,
              "%s has %d tags, all that ECS allows, and a copy needs one of Slipway's"
                  .formatted(definition, tags),
              "register a revision with fewer tags, and deploy it"));
    }
    int left = REVISIONS_A_FAMILY - definition.arn().revision();
    if (left < ROOM) {
      findings.add(
          Finding.warning(
              where,
              "%s: ECS allows a family 1,000,000 revisions, and %d are left"
                  .formatted(definition, left),
              "register the next revision in a new family"));
    }
    return findings;
  }
}
