package dev.slipway.deploy;

import dev.slipway.decide.Decision;
import dev.slipway.decide.Environment;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.record.Trigger;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Handles hints: finds the services that one concerns, and brings each of them up to date, or
 * divides the hint where they are many. A hint may be handled any number of times, and by several
 * at once: what is done already is found done.
 *
 * <p>What ECS refuses for one service, or fails to do for it, never keeps the others from being
 * deployed.
 */
public final class Deployer {
  /** A hint of more services is divided, so that no invocation outlives its timeout. */
  static final int MOST_SERVICES = 10;

  private final AffectedServices audience;
  private final Optional<HintQueue> queue;
  private final ServiceDeployer services;

  /**
   * @param environments of slipway.yaml; no two of the same name
   * @param queue where a hint that concerns many services is divided; empty to do all at once
   */
  public Deployer(
      List<Environment> environments,
      Ecs ecs,
      ImageRegistry registry,
      Optional<HintQueue> queue,
      Announcer announcer) {
    this.audience = new AffectedServices(environments, ecs);
    this.queue = queue;
    this.services = new ServiceDeployer(new ServiceEvaluator(environments, ecs, registry), ecs, announcer);
  }

  /**
   * Does what a hint calls for.
   *
   * @throws PartialFailure if something failed that a later try may mend: deliver the hint again
   * @throws EcsClientError if ECS refuses to tell which services there are: trying again cannot help
   */
  public Outcome handle(Hint hint) {
    return handle(hint, true);
  }

  /**
   * Does what a hint calls for.
   *
   * @param mayBeRepeated whether it may have been handled before; if so, what a crash may have left
   *     behind is looked for
   */
  public Outcome handle(Hint hint, boolean mayBeRepeated) {
    return switch (hint) {
      case Hint.ImagePushed(Trigger.Push cause) -> pushed(cause, mayBeRepeated);
      // others of the same family may have such a hint, and be handled now
      case Hint.ServiceNamed(ServiceArn service, Trigger cause) ->
          bringUpToDate(
              List.of(service),
              List.of(),
              new ServiceDeployer.Order(cause, true),
              new Failures(),
              "");
    };
  }

  private Outcome pushed(Trigger.Push cause, boolean mayBeRepeated) {
    Failures failures = new Failures();
    AffectedServices.Concerned found = audience.of(cause.repository(), cause.tag(), failures);
    List<ServiceArn> concerned = found.services().stream().map(Service::arn).toList();
    if (concerned.isEmpty()) {
      failures.throwIfAny();
      return new Outcome.Ignored(found.remark());
    }
    String remark = found.remark().isEmpty() ? "" : "; " + found.remark();
    if (concerned.size() > MOST_SERVICES && queue.isPresent()) {
      queue.get().send(concerned.stream().map(s -> new Hint.ServiceNamed(s, cause)).toList());
      failures.throwIfAny();
      return new Outcome.Divided(
          concerned,
          "it concerns %d services, and each has a hint of its own now%s"
              .formatted(concerned.size(), remark));
    }
    return bringUpToDate(
        concerned,
        found.services(),
        new ServiceDeployer.Order(cause, mayBeRepeated),
        failures,
        remark);
  }

  private Outcome bringUpToDate(
      List<ServiceArn> concerned,
      List<Service> described,
      ServiceDeployer.Order order,
      Failures failures,
      String remark) {
    ServiceDeployer.Result result = services.bringUpToDate(concerned, described, order, failures);
    failures.throwIfAny();
    return new Outcome.Decided(
        result.started(),
        result.decisions(),
        summary(result.started(), result.decisions()) + remark);
  }

  private static String summary(List<StartedDeployment> started, List<Decision> decisions) {
    Map<String, Long> counts =
        decisions.stream()
            .collect(groupingBy(decision -> word(decision), TreeMap::new, counting()));
    List<String> parts = new ArrayList<>();
    if (!started.isEmpty()) {
      parts.add(
          started.size() == 1 ? "1 deployment started" : started.size() + " deployments started");
    }
    counts.forEach((word, count) -> parts.add("%d %s".formatted(count, word)));
    return String.join(", ", parts);
  }

  private static String word(Decision decision) {
    return switch (decision) {
      case Decision.Deploy _ -> "to deploy";
      case Decision.Current _ -> "current";
      case Decision.Held _ -> "held";
      case Decision.Refused _ -> "refused";
      case Decision.NotFollowing _ -> "not following";
    };
  }
}
