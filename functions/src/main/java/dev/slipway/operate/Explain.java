package dev.slipway.operate;

import dev.slipway.decide.Decision;
import dev.slipway.decide.Environment;
import dev.slipway.deploy.AffectedServices;
import dev.slipway.deploy.CachingImageRegistry;
import dev.slipway.deploy.Ecs;
import dev.slipway.deploy.ImageRegistry;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.ecs.Service;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Repository;
import dev.slipway.record.Trigger;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** Says what a deployment would do, by the code that would do it, and changes nothing. */
public final class Explain {
  private final ServiceDirectory directory;
  private final AffectedServices audience;
  private final ServiceEvaluator observer;

  /**
   * @param environments of slipway.yaml; no two of the same name
   * @param registry asked everything once: make another of these for another request
   */
  public Explain(List<Environment> environments, Ecs ecs, ImageRegistry registry) {
    this.directory = new ServiceDirectory(environments, ecs);
    this.audience = new AffectedServices(environments, ecs);
    this.observer = new ServiceEvaluator(environments, ecs, new CachingImageRegistry(registry));
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
  public Report ofService(ServiceSelector selector, Trigger cause) {
    return new Report(List.of(explanation(directory.service(selector), cause)), "");
  }

  /** What a push of this tag to this repository would lead to, as ECR is now. */
  public Report ofPush(Repository repository, ImageTag tag, Trigger cause) {
    AffectedServices.Concerned concerned = audience.of(repository, tag);
    return new Report(
        concerned.services().stream().map(service -> explanation(service, cause)).toList(),
        concerned.remark());
  }

  /** Whoever is about to resume a service wants to see what that would bring. */
  private Explanation explanation(Service service, Trigger cause) {
    ServiceEvaluator.Sighting sighting = observer.look(service, cause);
    boolean paused =
        sighting.decision() instanceof Decision.Held held && held.hold() == Decision.Hold.PAUSED;
    return Explanation.of(
        sighting,
        paused
            ? observer.look(service.withTags(Map.of(), Set.of(Service.PAUSED_TAG)), cause)
            : sighting);
  }
}
