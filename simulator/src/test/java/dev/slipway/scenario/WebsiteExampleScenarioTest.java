package dev.slipway.scenario;

import static dev.slipway.scenario.Account.REGISTRY;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.ecs.ServiceView;
import dev.slipway.simulator.ecs.ServiceView.DeploymentView;
import dev.slipway.simulator.template.Stack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The stacks of {@code examples/website}, as they are, and what pushes do to their services. */
@Scenarios
class WebsiteExampleScenarioTest {
  private static final Path INFRASTRUCTURE =
      Path.of("../examples/website/infrastructure").toAbsolutePath().normalize();
  private static final Duration LONG_ENOUGH = Duration.ofHours(2);

  @AutoClose private Account account;

  @BeforeEach
  void createAccount() {
    // its README has role/website/*: the simulator's roles have no path
    account = new Account(Map.of("PassableRoles", "role/website-*"));
    deploy("network", "website-network");
    for (String repository : List.of("website", "website-handbook", "website-agent")) {
      deploy("registry", repository + "-registry", "RepositoryName=" + repository);
      for (String environment : List.of("staging", "production")) {
        account.push(repository, environment, "1");
      }
    }
    account.settle(); // nothing follows yet
    deploy("environment", "website-staging");
    deploy("environment", "website-production", "Environment=production");
  }

  @Test
  void on_fargate_web_server_and_sidecar_roll_together_the_file_system_stays_mounted() {
    deploy("fargate", "website-staging-web");
    account.settle();
    assertThat(view("website-staging", "web").desiredCount())
        .as("autoscaling's minimum")
        .isEqualTo(2);
    scale("website-staging", "web", 7);
    account.settle();
    JsonNode before = describe("website-staging", "web");
    ObjectNode revision = account.revision("website-staging-web:1");

    String pushed = account.push("website", "staging", "2");

    assertThat(lowestHealthy("website-staging", "web"))
        .as("half of seven, rounded up")
        .isGreaterThanOrEqualTo(4);
    assertRolled("website-staging", "web", before, revision, "website", pushed);
    assertThat(view("website-staging", "web").desiredCount()).isEqualTo(7);
    JsonNode definition = account.revision("website-staging-web:2").path("taskDefinition");
    assertThat(texts(definition.path("containerDefinitions"), "name"))
        .containsExactly("web", "revision");
    assertThat(texts(definition.path("containerDefinitions"), "image"))
        .containsOnly(REGISTRY + "website@" + pushed);
    assertThat(definition.at("/volumes/2/efsVolumeConfiguration/transitEncryption").asText())
        .isEqualTo("ENABLED");
    assertThat(definition.at("/volumes/2/efsVolumeConfiguration/authorizationConfig/iam").asText())
        .isEqualTo("ENABLED");
    assertThat(definition.at("/containerDefinitions/0/mountPoints")).hasSize(3);
  }

  @Test
  void on_ec2_dynamic_ports_placement_and_capacity_provider_stay_as_they_are() {
    deploy("ec2", "website-production-web", "Environment=production");
    account.settle();
    scale("website-production", "web", 6);
    account.settle();
    JsonNode before = describe("website-production", "web");
    ObjectNode revision = account.revision("website-production-web:1");

    String pushed = account.push("website", "production", "2");

    assertThat(lowestHealthy("website-production", "web")).as("all of six").isEqualTo(6);
    assertRolled("website-production", "web", before, revision, "website", pushed);
    assertThat(view("website-production", "web").desiredCount()).isEqualTo(6);
    JsonNode port =
        account
            .revision("website-production-web:2")
            .at("/taskDefinition/containerDefinitions/0/portMappings/0");
    assertThat(port.path("hostPort").asInt(-1)).isZero();
    assertThat(port.path("containerPort").asInt()).isEqualTo(8080);
    JsonNode after = describe("website-production", "web");
    assertThat(texts(after.path("placementStrategy"), "field"))
        .containsExactly("attribute:ecs.availability-zone", "memory");
    assertThat(texts(after.path("capacityProviderStrategy"), "capacityProvider"))
        .containsExactly("website-production-web-CapacityProvider");
  }

  @Test
  void on_ec2_the_agent_one_task_on_each_instance_rolls_on_its_own() {
    deploy("ec2", "website-staging-web");
    account.settle();
    JsonNode before = describe("website-staging", "agent");
    ObjectNode revision = account.revision("website-staging-agent:1");

    String pushed = account.push("website-agent", "staging", "2");
    account.settle();

    assertRolled("website-staging", "agent", before, revision, "website-agent", pushed);
    assertThat(before.path("schedulingStrategy").asText()).isEqualTo("DAEMON");
    assertThat(view("website-staging", "agent").tasks()).hasSize(2);
    assertThat(account.revisions("website-staging-web")).isEqualTo(1);
  }

  @Test
  void a_second_microservice_has_a_path_and_rollouts_of_its_own() {
    deploy("fargate", "website-staging-web");
    deploy(
        "fargate",
        "website-staging-handbook",
        "ServiceName=handbook",
        "RepositoryName=website-handbook",
        "PathPattern=/handbook*",
        "RulePriority=100",
        "Media=no");
    account.settle();
    JsonNode before = describe("website-staging", "handbook");
    ObjectNode revision = account.revision("website-staging-handbook:1");

    String pushed = account.push("website-handbook", "staging", "2");
    account.settle();

    assertRolled("website-staging", "handbook", before, revision, "website-handbook", pushed);
    assertThat(account.revisions("website-staging-web")).isEqualTo(1);
  }

  @Test
  void staging_and_production_are_two_stacks_of_one_template_and_one_digest_is_promoted() {
    deploy("fargate", "website-staging-web");
    deploy("fargate", "website-production-web", "Environment=production");
    account.settle();
    String pushed = account.push("website", "staging", "2");
    account.settle();
    assertThat(account.revisions("website-production-web")).isEqualTo(1);
    JsonNode before = describe("website-production", "web");
    ObjectNode revision = account.revision("website-production-web:1");

    account.retag("website", "staging", "production");
    account.settle();

    assertRolled("website-production", "web", before, revision, "website", pushed);
  }

  @Test
  void a_stack_update_after_deployments_by_slipway_brings_neither_image_nor_count_back() {
    deploy("fargate", "website-staging-web");
    account.settle();
    scale("website-staging", "web", 5);
    String pushed = account.push("website", "staging", "2");
    account.settle();

    // a bigger task: CloudFormation registers a revision of the template and rolls it
    deploy("fargate", "website-staging-web", "Memory=1024");
    account.settle();

    ServiceView updated = view("website-staging", "web");
    assertThat(updated.taskDefinition()).isEqualTo("website-staging-web:3");
    assertThat(updated.desiredCount()).isEqualTo(5);
    assertThat(updated.tasks())
        .hasSize(5)
        .allSatisfy(task ->
            assertThat(task.containers())
                .allSatisfy(container -> assertThat(container.digest()).isEqualTo(pushed)));

    String next = account.push("website", "staging", "3");
    account.settle();

    assertThat(view("website-staging", "web").desiredCount()).isEqualTo(5);
    JsonNode definition =
        account.revision(view("website-staging", "web").taskDefinition()).path("taskDefinition");
    assertThat(definition.path("memory").asText()).isEqualTo("1024");
    assertThat(texts(definition.path("containerDefinitions"), "image"))
        .containsOnly(REGISTRY + "website@" + next);
  }

  @Test
  void names_the_parts_of_its_templates_that_are_not_simulated() {
    Set<String> types = new TreeSet<>();
    for (Stack stack :
        List.of(
            deploy("fargate", "website-staging-web"),
            deploy("ec2", "website-production-web", "Environment=production"))) {
      for (Stack.Notice notice : stack.notices()) {
        types.add(notice.what().split(" ", 2)[0]);
      }
    }

    assertThat(types)
        .containsExactly(
            "AWS::ApplicationAutoScaling::ScalableTarget.ScheduledActions",
            "AWS::ApplicationAutoScaling::ScalingPolicy",
            "AWS::AutoScaling::AutoScalingGroup",
            "AWS::CloudWatch::Alarm",
            "AWS::EC2::LaunchTemplate",
            "AWS::EC2::SecurityGroup",
            "AWS::ECS::CapacityProvider",
            "AWS::ECS::ClusterCapacityProviderAssociations",
            "AWS::ElasticLoadBalancingV2::ListenerRule",
            "AWS::ElasticLoadBalancingV2::TargetGroup",
            "AWS::IAM::InstanceProfile");
  }

  // --- people and CloudFormation

  private Stack deploy(String template, String stackName, String... parameters) {
    Map<String, String> values = new HashMap<>();
    for (String parameter : parameters) {
      String[] nameAndValue = parameter.split("=", 2);
      values.put(nameAndValue[0], nameAndValue[1]);
    }
    try {
      return account.simulator.deploy(
          INFRASTRUCTURE.resolve(template + ".yaml"), stackName, values);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What autoscaling does. */
  private void scale(String cluster, String service, int desired) {
    account.ecs(
        "UpdateService",
        "{'cluster': '%s', 'service': '%s', 'desiredCount': %d}",
        cluster,
        service,
        desired);
  }

  // --- what becomes of it

  /** Lets the rollout go on until it is done, and says how few tasks were healthy meanwhile. */
  private int lowestHealthy(String cluster, String service) {
    int[] lowest = {Integer.MAX_VALUE};
    int revision = revisionOf(view(cluster, service));
    boolean done =
        account
            .simulator
            .world()
            .runUntil(
                () -> {
                  ServiceView view = view(cluster, service);
                  int healthy = view.deployments().stream().mapToInt(DeploymentView::healthy).sum();
                  lowest[0] = Math.min(lowest[0], healthy);
                  return revisionOf(view) > revision && isSteady(view);
                },
                LONG_ENOUGH);
    assertThat(done).as("the rollout of %s is done", service).isTrue();
    account.settle();
    return lowest[0];
  }

  private static int revisionOf(ServiceView view) {
    return Integer.parseInt(view.taskDefinition().split(":", 2)[1]);
  }

  private static boolean isSteady(ServiceView view) {
    return view.deployments().size() == 1
        && view.deployments().getFirst().rolloutState().equals("COMPLETED");
  }

  /** That every task runs the digest, and that nothing else is different from before. */
  private void assertRolled(
      String cluster,
      String service,
      JsonNode before,
      ObjectNode revision,
      String repository,
      String digest) {
    ServiceView view = view(cluster, service);
    assertThat(isSteady(view)).isTrue();
    assertThat(view.tasks())
        .isNotEmpty()
        .allSatisfy(task ->
            assertThat(task.containers())
                .allSatisfy(container -> assertThat(container.digest()).isEqualTo(digest)));

    ObjectNode expected = (ObjectNode) revision.path("taskDefinition").deepCopy();
    for (JsonNode container : expected.path("containerDefinitions")) {
      assertThat(container.path("image").asText()).startsWith(REGISTRY + repository + ":");
      ((ObjectNode) container).put("image", REGISTRY + repository + "@" + digest);
    }
    List<String> given = List.of("taskDefinitionArn", "revision", "registeredAt", "registeredBy");
    ObjectNode registered =
        (ObjectNode) account.revision(view.taskDefinition()).path("taskDefinition");
    assertThat(registered.remove(given).toString()).isEqualTo(expected.remove(given).toString());

    JsonNode after = describe(cluster, service);
    for (String member :
        List.of(
            "desiredCount",
            "launchType",
            "capacityProviderStrategy",
            "schedulingStrategy",
            "loadBalancers",
            "networkConfiguration",
            "placementConstraints",
            "placementStrategy",
            "healthCheckGracePeriodSeconds",
            "availabilityZoneRebalancing",
            "enableECSManagedTags")) {
      assertThat(after.path(member).toString())
          .as(member)
          .isEqualTo(before.path(member).toString());
    }
    for (String part :
        List.of("maximumPercent", "minimumHealthyPercent", "deploymentCircuitBreaker", "alarms")) {
      assertThat(after.path("deploymentConfiguration").path(part).toString())
          .as("%s: slipway.yaml and the template say the same", part)
          .isEqualTo(before.path("deploymentConfiguration").path(part).toString());
    }
  }

  private ServiceView view(String cluster, String service) {
    return account.simulator.ecs().service(cluster, service).orElseThrow();
  }

  private JsonNode describe(String cluster, String service) {
    return account
        .ecs("DescribeServices", "{'cluster': '%s', 'services': ['%s']}", cluster, service)
        .at("/services/0");
  }

  private static List<String> texts(JsonNode list, String member) {
    return StreamSupport.stream(list.spliterator(), false)
        .map(one -> one.path(member).asText())
        .toList();
  }
}
