package dev.slipway.deploy;

import dev.slipway.decide.Decision;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinitionArn;
import dev.slipway.record.Trigger;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Brings services up to date: observe, decide, act, observe again, until there is nothing left to
 * do. So they end in the same place when the tag moves meanwhile, or when somebody slower
 * overwrites what was done here.
 *
 * <p>All services are looked at, and acted on, round by round: so they share what AWS is asked.
 * Every round asks anew.
 */
final class ServiceDeployer {
  /** When this is not enough, somebody else deploys the same service all the time. */
  static final int MOST_ROUNDS = 5;

  private final ServiceEvaluator observer;
  private final Ecs ecs;
  private final RevisionRegistrar revisions;
  private final Announcer announcer;

  ServiceDeployer(ServiceEvaluator observer, Ecs ecs, Announcer announcer) {
    this.observer = observer;
    this.ecs = ecs;
    this.revisions = new RevisionRegistrar(ecs);
    this.announcer = announcer;
  }

  /** What was done for the services, in the order in which it was. */
  record Result(List<StartedDeployment> started, List<Decision> decisions) {
    Result {
      started = List.copyOf(started);
      decisions = List.copyOf(decisions);
    }
  }

  /**
   * Why it is done.
   *
   * @param mayBeRepeated whether it may have been tried before, or be under way for another service
   *     of the same family: what that left behind is looked for, which costs a call
   */
  record Order(Trigger cause, boolean mayBeRepeated) {}

  /**
   * Brings services up to date. What fails for one is collected, and keeps no other from it.
   *
   * @param described what is known of them already, as it was just now; may be empty
   */
  Result bringUpToDate(
      List<ServiceArn> services, List<Service> described, Order order, Failures failures) {
    List<Progress> all = services.stream().map(service -> new Progress(service, order)).toList();
    List<TaskDefinitionArn> registered = new ArrayList<>();
    List<Progress> left = round(all, described, registered, failures);
    for (int round = 1; round < MOST_ROUNDS && !left.isEmpty(); round++) {
      List<Progress> acted = left;
      left =
          describe(acted, failures)
              .map(now -> round(acted, now, registered, failures))
              .orElse(List.of());
    }
    for (Progress progress : left) {
      failures.collect(
          progress.service.shortName(),
          () -> {
            throw progress.notSettled();
          });
    }
    return new Result(
        all.stream().flatMap(progress -> progress.started.stream()).toList(),
        all.stream().flatMap(progress -> progress.decision.stream()).toList());
  }

  /** Those that have acted, and must be looked at again. */
  private List<Progress> round(
      List<Progress> left,
      List<Service> known,
      List<TaskDefinitionArn> registered,
      Failures failures) {
    ServiceEvaluator now = observer.atOneMoment();
    List<Progress> acted = new ArrayList<>();
    for (Progress progress : left) {
      failures.collect(
          progress.service.shortName(),
          () -> {
            Decision decision =
                known.stream()
                    .filter(service -> service.arn().equals(progress.service))
                    .findFirst()
                    .map(service -> now.look(service, progress.order.cause()))
                    .orElseGet(() -> now.look(progress.service, progress.order.cause()))
                    .decision();
            if (progress.carriesOut(decision, registered)) {
              acted.add(progress);
            }
          });
    }
    return acted;
  }

  /**
   * As they are now; empty where that could not be asked, which is a failure of each. What ECS
   * refuses to tell of all at once, it is asked of each.
   */
  private Optional<List<Service>> describe(List<Progress> services, Failures failures) {
    try {
      return Optional.of(
          ecs.describe(services.stream().map(progress -> progress.service).toList()));
    } catch (EcsClientError _) {
      return Optional.of(List.of());
    } catch (RuntimeException failure) {
      for (Progress progress : services) {
        failures.collect(
            progress.service.shortName(),
            () -> {
              throw failure;
            });
      }
      return Optional.empty();
    }
  }

  /** How far one service has come. */
  private final class Progress {
    final ServiceArn service;
    final Order order;
    final List<StartedDeployment> started = new ArrayList<>();

    /** What ended it, unless that only confirmed what was started. */
    Optional<Decision> decision = Optional.empty();

    Progress(ServiceArn service, Order order) {
      this.service = service;
      this.order = order;
    }

    /** Whether something was done, so that it must be looked at again. */
    boolean carriesOut(Decision next, List<TaskDefinitionArn> registered) {
      Decision end = next;
      if (next instanceof Decision.Deploy deploy) {
        try {
          StartedDeployment deployment = carryOut(deploy, this, registered);
          // a look that came too early, and did not see it, leads to the same one once more
          if (started.stream().noneMatch(d -> d.revision().equals(deployment.revision()))) {
            started.add(deployment);
            announcer.started(deployment, order.cause());
          }
          return true;
        } catch (EcsClientError refusal) {
          end = ServiceEvaluator.refused(service, next.environmentName(), refusal);
        }
      }
      if (!confirms(end, started)) {
        announcer.decided(end, order.cause());
        decision = Optional.of(end);
      }
      return false;
    }

    DidNotConverge notSettled() {
      return new DidNotConverge(
          "%s still runs something else after %d deployments: somebody else must be deploying to it"
              .formatted(service.shortName(), MOST_ROUNDS));
    }
  }

  /** Whether it says no more than that what was started last is what the service is to have. */
  private static boolean confirms(Decision decision, List<StartedDeployment> started) {
    if (started.isEmpty()) {
      return false;
    }
    return switch (decision) {
      case Decision.Current _ -> true;
      case Decision.Held held ->
          held.hold() == Decision.Hold.CHOSEN
              && started.getLast().decision().target() instanceof Decision.Target.Existing;
      default -> false;
    };
  }

  private StartedDeployment carryOut(
      Decision.Deploy decision, Progress progress, List<TaskDefinitionArn> registered) {
    TaskDefinitionArn revision =
        switch (decision.target()) {
          case Decision.Target.Existing existing -> existing.revision().arn();
          case Decision.Target.Register register ->
              progress.started.stream()
                  .filter(before -> before.decision().target().equals(register))
                  .map(StartedDeployment::revision)
                  .findFirst()
                  .orElseGet(() ->
                      revisions.registered(
                          decision.from(), register, registered, progress.order.mayBeRepeated()));
        };
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request.put("cluster", decision.service().cluster());
    request.put("service", decision.service().name());
    request.put("taskDefinition", revision.value());
    ObjectNode configuration = decision.deploymentConfiguration();
    if (!configuration.isEmpty()) {
      request.set("deploymentConfiguration", configuration);
    }
    return new StartedDeployment(decision, revision, ecs.updateService(request).primaryDeployment());
  }
}
