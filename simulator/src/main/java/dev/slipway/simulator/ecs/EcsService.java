package dev.slipway.simulator.ecs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.ecr.ImageSource;
import dev.slipway.simulator.logs.LogsService;
import dev.slipway.simulator.world.Account;
import dev.slipway.simulator.world.Authorizer;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.AwsOperation;
import dev.slipway.simulator.world.AwsService;
import dev.slipway.simulator.world.EventSink;
import dev.slipway.simulator.world.Journal;
import dev.slipway.simulator.world.World;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Amazon ECS's API, as far as deploying services needs it: rolling updates with the ECS deployment
 * controller. Services with the controllers CODE_DEPLOY and EXTERNAL exist, and refuse what ECS
 * refuses; nothing rolls them.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/">ECS API Reference</a>
 */
public final class EcsService implements AwsService {
  private static final int CONTAINER_INSTANCES = 2;

  private final World world;
  private final Clusters clusters = new Clusters();
  private final StaleReads staleReads = new StaleReads();
  private final ServiceScheduler scheduler;
  private final ServiceOperations ofServices;
  private final Account account;
  private final Map<String, AwsOperation.OfMembers> operations;

  /**
   * An ECS without clusters. Each cluster that is created has two container instances, which
   * matters to DAEMON services only.
   *
   * @param images where tasks pull from
   * @param logs where containers with the log driver awslogs write
   */
  public EcsService(
      World world,
      EventSink events,
      Authorizer authorizer,
      Journal journal,
      ImageSource images,
      LogsService logs,
      TaskTimings timings,
      Account account) {
    this.world = world;
    this.account = account;
    EcsContext context =
        new EcsContext(
            world,
            events,
            authorizer,
            journal,
            images,
            logs,
            timings,
            new Arns(account),
            new Ids());
    TaskDefinitions definitions = new TaskDefinitions();
    this.scheduler = new ServiceScheduler(context);
    var ofClusters = new ClusterOperations(context, clusters, CONTAINER_INSTANCES);
    var ofDefinitions = new TaskDefinitionOperations(context, definitions);
    var tagChanges = new TagChanges(context);
    this.ofServices =
        new ServiceOperations(context, clusters, definitions, scheduler, staleReads, tagChanges);
    var ofTasks = new TaskOperations(context, clusters, scheduler);
    var ofTags = new TagOperations(context, clusters, definitions, tagChanges);
    var ofDeployments = new ServiceDeploymentOperations(context, clusters, scheduler);
    this.operations =
        Map.ofEntries(
            Map.entry("CreateCluster", ofClusters::create),
            Map.entry("DescribeClusters", ofClusters::describe),
            Map.entry("ListClusters", ofClusters::list),
            Map.entry("ListContainerInstances", ofClusters::listContainerInstances),
            Map.entry("DescribeContainerInstances", ofClusters::describeContainerInstances),
            Map.entry("DescribeCapacityProviders", ofClusters::describeCapacityProviders),
            Map.entry("ListAccountSettings", ofClusters::listAccountSettings),
            Map.entry("DeleteCluster", ofClusters::delete),
            Map.entry("RegisterTaskDefinition", ofDefinitions::register),
            Map.entry("DeregisterTaskDefinition", ofDefinitions::deregister),
            Map.entry("DescribeTaskDefinition", ofDefinitions::describe),
            Map.entry("ListTaskDefinitions", ofDefinitions::list),
            Map.entry("ListTaskDefinitionFamilies", ofDefinitions::listFamilies),
            Map.entry("CreateService", ofServices::create),
            Map.entry("UpdateService", ofServices::update),
            Map.entry("DescribeServices", ofServices::describe),
            Map.entry("ListServices", ofServices::list),
            Map.entry("DeleteService", ofServices::delete),
            Map.entry("DescribeTaskSets", ofServices::describeTaskSets),
            Map.entry("ListTasks", ofTasks::list),
            Map.entry("GetTaskProtection", ofTasks::getProtection),
            Map.entry("UpdateTaskProtection", ofTasks::updateProtection),
            Map.entry("DescribeTasks", ofTasks::describe),
            Map.entry("StopTask", ofTasks::stop),
            Map.entry("TagResource", ofTags::tag),
            Map.entry("UntagResource", ofTags::untag),
            Map.entry("ListTagsForResource", ofTags::list),
            Map.entry("ListServiceDeployments", ofDeployments::list),
            Map.entry("DescribeServiceDeployments", ofDeployments::describe),
            Map.entry("DescribeServiceRevisions", ofDeployments::describeRevisions),
            Map.entry("ContinueServiceDeployment", ofDeployments::goOn),
            Map.entry("StopServiceDeployment", ofDeployments::stop));
  }

  @Override
  public String signingName() {
    return "ecs";
  }

  @Override
  public Map<String, AwsOperation.OfMembers> operations() {
    return operations;
  }

  /**
   * Adds services that have been running for a while, so that a test can have thousands of them at
   * once: each has a completed deployment and all its tasks. It costs no API call and no simulated
   * time, and emits no event. Images are resolved, but what their annotations say of a container's
   * end or health is not looked at.
   *
   * @param requests of CreateService, whose rules hold here too
   * @throws AwsError where CreateService would refuse a request; those before it are carried out
   * @throws IllegalArgumentException if an image of a task definition cannot be pulled
   */
  public void addRunning(List<ObjectNode> requests) {
    world.run(() -> requests.forEach(it -> ofServices.addRunning(account.root(), it)));
  }

  /** All services as they are now, in the order of their creation. */
  public List<ServiceView> services() {
    return world.call(() -> clusters.services().stream().map(ServiceView::of).toList());
  }

  /** One service as it is now. */
  public Optional<ServiceView> service(String cluster, String name) {
    return world.call(
        () -> Optional.ofNullable(clusters.service(cluster, name)).map(ServiceView::of));
  }

  /**
   * A fault: the next calls of DescribeServices answer as the services are now, whatever happens in
   * between.
   */
  public void answerStale(int calls) {
    world.run(() -> staleReads.freeze(clusters.services(), calls));
  }

  /** Takes down how the services are, for {@link #answerRemembered}. */
  public void remember() {
    world.run(() -> staleReads.remember(clusters.services()));
  }

  /** A fault: the next calls of DescribeServices answer as the services were when remembered. */
  public void answerRemembered(int calls) {
    world.run(() -> staleReads.answerRemembered(calls));
  }

  /**
   * Puts a CloudWatch alarm into the state ALARM, or takes it out. No alarm changes by itself: none
   * is simulated.
   */
  public void alarm(String name, boolean inAlarm) {
    world.run(() -> scheduler.alarm(name, inAlarm, clusters::services));
  }

  /** The alarms that are in the state ALARM. */
  public Set<String> alarms() {
    return world.call(scheduler::alarms);
  }

  /**
   * A fault: the deployment of a service that is under way fails for this reason and is rolled
   * back.
   *
   * @throws IllegalStateException if none is under way
   */
  public void failDeployment(String cluster, String service, DeploymentFailure failure) {
    world.run(() -> scheduler.failDeployment(required(cluster, service), failure));
  }

  /**
   * A fault: while it rolls back, a failed deployment is shown as IN_PROGRESS for this long. Seen
   * in an account; in others it is FAILED at once, as it is here without this fault.
   */
  public void hideFailures(Duration hidden) {
    world.run(() -> scheduler.hideFailures(hidden));
  }

  /** A fault: whether Fargate has room for further tasks. */
  public void capacity(boolean available) {
    world.run(() -> scheduler.capacity(available));
  }

  /** A fault: whether ECS can assume the roles of tasks that have one. */
  public void rolesAssumable(boolean assumable) {
    world.run(() -> scheduler.rolesAssumable(assumable));
  }

  /** A fault: Fargate Spot takes back the capacity of all of a service's tasks. */
  public void interruptSpot(String cluster, String service) {
    world.run(
        () -> List.copyOf(required(cluster, service).tasks).forEach(scheduler::interruptSpot));
  }

  /**
   * Which digest tasks and service revisions show of an image index: its own (as ECS on EC2 does,
   * so it is the default), or the one of the platform's image (as was reported of Fargate).
   */
  public void showPlatformDigests(boolean shown) {
    world.run(() -> scheduler.showPlatformDigests(shown));
  }

  private Service required(String cluster, String name) {
    return clusters.services().stream()
        .filter(it -> it.cluster.name.equals(cluster) && it.name.equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no service " + cluster + "/" + name));
  }
}
