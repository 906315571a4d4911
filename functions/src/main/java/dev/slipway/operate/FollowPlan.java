package dev.slipway.operate;

import dev.slipway.decide.Environment;
import dev.slipway.ecs.Service;
import dev.slipway.image.ImageReference;
import dev.slipway.image.ImageTag;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What it would mean that a service follows an environment. The tag itself is set by the operator,
 * with credentials that no function has.
 *
 * @param service as it is now
 * @param already whether it follows that environment now
 * @param explanation what would be deployed to it at once, and why
 * @param pushes what to push from then on, each repository once
 * @param keeps what the record has about the service from before, a sentence each
 * @param stack the CloudFormation stack that manages the service; empty where none says so
 * @param terraformIgnores the attributes that Terraform's {@code ignore_changes} has to name
 */
public record FollowPlan(
    Service service,
    Environment environment,
    boolean already,
    Explanation explanation,
    List<Container> containers,
    List<Push> pushes,
    List<String> keeps,
    Optional<String> stack,
    List<String> terraformIgnores) {
  /** Copies the lists. */
  public FollowPlan {
    containers = List.copyOf(containers);
    pushes = List.copyOf(pushes);
    keeps = List.copyOf(keeps);
    terraformIgnores = List.copyOf(terraformIgnores);
  }

  /** What an operator confirms: the tag, the one that it replaces, and what it would deploy. */
  public List<String> facts() {
    List<String> facts = new ArrayList<>();
    facts.add("%s follows %s".formatted(service, environment.name()));
    service
        .environment()
        .ifPresent(name -> facts.add("%s had the tag of %s".formatted(service, name)));
    facts.add("%s: %s".formatted(service, explanation.decision().name()));
    explanation
        .deployment()
        .ifPresent(deploy ->
            deploy
                .changes()
                .forEach(change ->
                    facts.add(
                        "%s: container %s gets %s"
                            .formatted(service, change.container(), change.to()))));
    return facts;
  }

  /**
   * A container of the service, and whether pushes reach it.
   *
   * @param notFollowed why pushes of its image do not concern it; empty where they do
   */
  public record Container(String name, ImageReference image, Optional<String> notFollowed) {
    /** Whether a push to its image's repository can lead to a deployment. */
    public boolean isFollowed() {
      return notFollowed.isEmpty();
    }
  }

  /**
   * What {@code docker push} has to name.
   *
   * @param image registry and repository
   * @param tag empty where the environment selects among many tags
   */
  public record Push(String image, Optional<ImageTag> tag) {}
}
