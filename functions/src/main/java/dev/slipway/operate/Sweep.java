package dev.slipway.operate;

import dev.slipway.decide.Decision;
import dev.slipway.decide.Environment;
import dev.slipway.deploy.CachingImageRegistry;
import dev.slipway.deploy.Ecs;
import dev.slipway.deploy.Hint;
import dev.slipway.deploy.HintQueue;
import dev.slipway.deploy.ImageRegistry;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.ecs.Service;
import dev.slipway.record.Trigger;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the services that have not what they should have, whatever events were lost, and sends a
 * hint for each. It deploys nothing itself: whoever handles the hint looks again, and holds and
 * blocks count there as they count here.
 */
public final class Sweep {
  private final ServiceDirectory directory;
  private final List<Environment> environments;
  private final Ecs ecs;
  private final ImageRegistry registry;
  private final HintQueue queue;

  /**
   * A sweep.
   *
   * @param environments of slipway.yaml
   * @param registry is asked for each tag of a repository once in a sweep
   * @param queue where differences become hints
   */
  public Sweep(List<Environment> environments, Ecs ecs, ImageRegistry registry, HintQueue queue) {
    this.directory = new ServiceDirectory(environments, ecs);
    this.environments = List.copyOf(environments);
    this.ecs = ecs;
    this.registry = registry;
    this.queue = queue;
  }

  /**
   * What was found.
   *
   * @param decisions one for each service that could be looked at
   * @param failures why the others could not be, by service
   * @param remarks for people, about services and clusters that are in reach and not followed
   * @param sent how many hints were sent
   */
  public record Findings(
      List<Decision> decisions,
      Map<Service, RuntimeException> failures,
      List<String> remarks,
      int sent) {
    /** Copies the collections. */
    public Findings {
      decisions = List.copyOf(decisions);
      failures = new LinkedHashMap<>(failures);
      remarks = List.copyOf(remarks);
    }

    /** The services that have not what they should have, and may be given it. */
    public List<Decision.Deploy> differences() {
      return decisions.stream()
          .filter(Decision.Deploy.class::isInstance)
          .map(Decision.Deploy.class::cast)
          .toList();
    }
  }

  /** Sweeps all services that follow an environment. */
  public Findings all(Trigger.Sweep cause, boolean dryRun) {
    ServiceDirectory.Followers followers = directory.followers();
    return sweep(followers.services(), followers.remarks(), cause, dryRun);
  }

  /**
   * Sweeps the services that follow one environment.
   *
   * @throws Refusal if slipway.yaml has none of that name
   */
  public Findings environment(String name, Trigger.Sweep cause, boolean dryRun) {
    ServiceDirectory.Followers followers = directory.followers(directory.environment(name));
    return sweep(followers.services(), followers.remarks(), cause, dryRun);
  }

  /**
   * Sweeps one service, whether it follows an environment or not.
   *
   * @throws Refusal if there is none or more than one of that name
   */
  public Findings service(ServiceSelector selector, Trigger.Sweep cause, boolean dryRun) {
    return sweep(List.of(directory.service(selector)), List.of(), cause, dryRun);
  }

  private Findings sweep(
      List<Service> services, List<String> remarks, Trigger.Sweep cause, boolean dryRun) {
    ServiceEvaluator observer = new ServiceEvaluator(environments, ecs, new CachingImageRegistry(registry));
    List<Decision> decisions = new ArrayList<>();
    Map<Service, RuntimeException> failures = new LinkedHashMap<>();
    List<Hint.ServiceNamed> hints = new ArrayList<>();
    for (Service service : services) {
      try {
        Decision decision = observer.look(service, cause).decision();
        decisions.add(decision);
        if (decision instanceof Decision.Deploy) {
          hints.add(new Hint.ServiceNamed(service.arn(), cause));
        }
      } catch (RuntimeException failure) {
        failures.put(service, failure);
      }
    }
    if (!dryRun) {
      queue.send(hints);
    }
    return new Findings(decisions, failures, remarks, dryRun ? 0 : hints.size());
  }
}
