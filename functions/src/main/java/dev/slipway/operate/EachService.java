package dev.slipway.operate;

import dev.slipway.deploy.EcsClientError;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Plans one command for many services, and carries it out. What cannot be done for one of them is
 * its result: the others are changed anyway, and every service that was listed has a result.
 */
public final class EachService {
  private final ServiceDirectory directory;
  private final ServiceReader reader;

  EachService(ServiceDirectory directory, ServiceReader reader) {
    this.directory = directory;
    this.reader = reader;
  }

  /**
   * Plans for each of the services.
   *
   * @param first plans from what was read of all services together
   * @param again plans from what is read of the one service then
   * @throws RejectedRequest if no service is meant
   */
  <P extends Plan> List<Planned<ServiceResult<P>>> plan(
      Scope scope, Function<ServiceReader.Read, P> first, Function<ServiceReader.Read, P> again) {
    List<Service> services = directory.services(scope);
    Map<ServiceArn, ServiceReader.Read> read =
        reader.read(services.stream().map(Service::arn).toList());
    List<Planned<ServiceResult<P>>> plans = new ArrayList<>();
    for (Service service : services) {
      ServiceArn arn = service.arn();
      Optional<ServiceReader.Read> found = Optional.ofNullable(read.get(arn));
      plans.add(
          new Planned<>(
              planned(
                  service,
                  () ->
                      new ServiceResult.Accepted<>(
                          first.apply(
                              reader.withHistory(
                                  found.orElseThrow(() -> ServiceReader.gone(arn)))))),
              // what is thrown here is the result of carrying it out
              () ->
                  new ServiceResult.Accepted<>(again.apply(reader.withHistory(reader.read(arn))))));
    }
    return plans;
  }

  /** Whatever fails is the result of this service: the others are planned anyway. */
  private static <P extends Plan> ServiceResult<P> planned(
      Service service, Supplier<ServiceResult<P>> plan) {
    try {
      return result(service, plan);
    } catch (RuntimeException e) {
      return new ServiceResult.Rejected<>(
          service,
          "it cannot be evaluated, and nothing was changed: %s".formatted(e.getMessage()),
          Optional.of(e));
    }
  }

  /** Carries a plan out. Whatever fails is the result of this service. */
  public static <P extends Plan> ServiceResult<P> apply(
      Planned<ServiceResult<P>> planned, ServiceChanges changes) {
    Service service = planned.plan().service();
    try {
      return result(service, () -> changes.apply(planned).plan());
    } catch (RuntimeException e) {
      return new ServiceResult.Rejected<>(
          service,
          "that failed, and may have been done in part: %s".formatted(e.getMessage()),
          Optional.of(e));
    }
  }

  private static <P extends Plan> ServiceResult<P> result(
      Service service, Supplier<ServiceResult<P>> plan) {
    try {
      return plan.get();
    } catch (RejectedRequest e) {
      return rejected(service, e.sentence());
    } catch (EcsClientError e) {
      return rejected(service, "ECS refuses: " + e.getMessage());
    }
  }

  private static <P extends Plan> ServiceResult<P> rejected(Service service, String why) {
    return new ServiceResult.Rejected<>(service, why, Optional.empty());
  }
}
