package dev.slipway.operate;

import dev.slipway.deploy.Audience;
import dev.slipway.deploy.Cause;
import dev.slipway.deploy.Decision;
import dev.slipway.deploy.Ecs;
import dev.slipway.deploy.Environment;
import dev.slipway.deploy.ImageRegistry;
import dev.slipway.deploy.Observer;
import dev.slipway.deploy.RegistrySnapshot;
import dev.slipway.deploy.Service;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Says what a deployment would do, by the code that would do it, and changes nothing. */
public final class Explain {
  private final ServiceDirectory directory;
  private final Audience audience;
  private final Observer observer;

  /**
   * @param environments of slipway.yaml; no two of the same name
   * @param registry asked everything once: make another of these for another request
   */
  public Explain(List<Environment> environments, Ecs ecs, ImageRegistry registry) {
    this.directory = new ServiceDirectory(environments, ecs);
    this.audience = new Audience(environments, ecs);
    this.observer = new Observer(environments, ecs, new RegistrySnapshot(registry));
  }

  /**
   * What would be done.
   *
   * @param reason why nothing would be where it concerns no service, or what looks as if it should
   *     be concerned too; empty where there is nothing to say
   */
  public record Report(List<Explanation> services, String reason) {
    /** Copies the list. */
    public Report {
      services = List.copyOf(services);
    }
  }

  /**
   * What a hint about one service would lead to.
   *
   * @throws Refusal if there is no such service, or more than one
   */
  public Report ofService(ServiceSelector selector, Cause cause) {
    return new Report(List.of(explanation(directory.service(selector), cause)), "");
  }

  /** What a push of this tag to this repository would lead to, as ECR is now. */
  public Report ofPush(Repository repository, ImageTag tag, Cause cause) {
    Audience.Concerned concerned = audience.of(repository, tag);
    return new Report(
        concerned.services().stream().map(service -> explanation(service, cause)).toList(),
        concerned.remark());
  }

  /** Whoever is about to resume a service wants to see what that would bring. */
  private Explanation explanation(Service service, Cause cause) {
    Observer.Sighting sighting = observer.look(service, cause);
    boolean paused =
        sighting.decision() instanceof Decision.Held held && held.hold() == Decision.Hold.PAUSED;
    return Explanation.of(
        sighting,
        paused
            ? observer.look(service.withTags(Map.of(), Set.of(Service.PAUSED_TAG)), cause)
            : sighting);
  }
}
