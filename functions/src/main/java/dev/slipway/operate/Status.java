package dev.slipway.operate;

import dev.slipway.decide.Environment;
import dev.slipway.deploy.CachingImageRegistry;
import dev.slipway.deploy.Ecs;
import dev.slipway.deploy.ImageRegistry;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.ecs.Service;
import dev.slipway.record.Trigger;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * How services stand.
 *
 * <p>For a hundred services of one cluster AWS is asked 113 times: ListClusters and ListServices
 * once, DescribeServices ten times, DescribeTaskDefinition a hundred times (less what the cache
 * has) and BatchGetImage once for each repository and tag. ECS allows 20 DescribeTaskDefinition a
 * second after the first 50, so that a minute is enough for about a thousand services.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/request-throttling.html">ECS's
 *     rates</a>
 */
public final class Status {
  private final List<Environment> environments;
  private final Ecs ecs;
  private final ImageRegistry registry;
  private final ServiceDirectory directory;

  /**
   * @param environments of slipway.yaml; no two of the same name
   */
  public Status(List<Environment> environments, Ecs ecs, ImageRegistry registry) {
    this.environments = List.copyOf(environments);
    this.ecs = ecs;
    this.registry = registry;
    this.directory = new ServiceDirectory(environments, ecs);
  }

  /**
   * What is told.
   *
   * @param services by environment and name
   * @param remarks on what looks as if it should be among them and is not
   */
  public record Report(List<Standing> services, List<String> remarks) {
    /** Copies the lists. */
    public Report {
      services = List.copyOf(services);
      remarks = List.copyOf(remarks);
    }
  }

  /**
   * How every service stands that follows an environment.
   *
   * @param environment the name of the only one that is wanted
   * @throws Refusal if there is no such environment
   */
  public Report ofFollowers(Optional<String> environment, Trigger cause) {
    ServiceDirectory.Followers followers =
        environment
            .map(name -> directory.followers(directory.environment(name)))
            .orElseGet(directory::followers);
    return report(followers.services(), followers.remarks(), cause);
  }

  /**
   * How one service stands, whether it follows an environment or not.
   *
   * @throws Refusal if there is no such service, or more than one
   */
  public Report of(ServiceSelector selector, Trigger cause) {
    return report(List.of(directory.service(selector)), List.of(), cause);
  }

  /** Of many services few repositories are asked about, so each is asked once. */
  private Report report(List<Service> services, List<String> remarks, Trigger cause) {
    ServiceEvaluator observer = new ServiceEvaluator(environments, ecs, new CachingImageRegistry(registry));
    return new Report(
        services.stream()
            .sorted(
                Comparator.comparing((Service service) -> service.environment().orElse(""))
                    .thenComparing(service -> service.arn().shortName()))
            .map(service -> Standing.of(service, observer, ecs, cause))
            .toList(),
        remarks);
  }
}
