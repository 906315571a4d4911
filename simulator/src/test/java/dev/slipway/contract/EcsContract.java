package dev.slipway.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.AwsEcs;
import dev.slipway.aws.Json;
import dev.slipway.deploy.EcsClientError;
import dev.slipway.deploy.ServicePage;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.ecs.TaskDefinitionArn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.model.LaunchType;
import software.amazon.awssdk.services.ecs.model.Tag;

/** Amazon ECS, as far as Slipway deploys with it. */
interface EcsContract extends Emulator {
  private AwsEcs ecs() {
    return new AwsEcs(clients().ecs());
  }

  private String cluster() {
    return clients()
        .ecs()
        .createCluster(r -> r.clusterName(Emulator.unique("contract")))
        .cluster()
        .clusterName();
  }

  private ServiceArn service(String cluster, String name, TaskDefinitionArn revision) {
    return new ServiceArn(
        clients()
            .ecs()
            .createService(r ->
                r.cluster(cluster)
                    .serviceName(name)
                    .taskDefinition(revision.value())
                    .desiredCount(0)
                    .launchType(LaunchType.EC2)
                    .tags(
                        Tag.builder().key("slipway:environment").value("staging").build(),
                        Tag.builder().key("team").value("shop").build()))
            .service()
            .serviceArn());
  }

  /** A request with one of most things. */
  private static ObjectNode request(String family) {
    try {
      return (ObjectNode)
          Json.read(
              """
              {"family": "%s", "cpu": "256", "memory": "512", "networkMode": "awsvpc",
               "requiresCompatibilities": ["FARGATE"],
               "executionRoleArn": "arn:aws:iam::123456789012:role/execution",
               "taskRoleArn": "arn:aws:iam::123456789012:role/task",
               "runtimePlatform": {"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"},
               "ephemeralStorage": {"sizeInGiB": 30},
               "volumes": [{"name": "scratch"}],
               "containerDefinitions": [
                 {"name": "app", "image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/web:staging",
                  "essential": true, "cpu": 128, "memory": 256, "memoryReservation": 128,
                  "portMappings": [{"containerPort": 8080, "protocol": "tcp", "name": "http", "appProtocol": "http"}],
                  "environment": [{"name": "MODE", "value": "production"}, {"name": "EMPTY", "value": ""}],
                  "secrets": [{"name": "KEY", "valueFrom": "arn:aws:ssm:us-east-1:123456789012:parameter/key"}],
                  "command": ["serve", "--port", "8080"], "entryPoint": ["/bin/web"],
                  "healthCheck": {"command": ["CMD", "true"], "interval": 10, "retries": 3, "startPeriod": 5, "timeout": 2},
                  "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "web"}},
                  "mountPoints": [{"containerPath": "/tmp", "sourceVolume": "scratch", "readOnly": false}],
                  "ulimits": [{"name": "nofile", "softLimit": 1024, "hardLimit": 4096}],
                  "stopTimeout": 30, "startTimeout": 60, "readonlyRootFilesystem": true,
                  "dependsOn": [{"containerName": "sidecar", "condition": "START"}],
                  "dockerLabels": {"a": "b"}, "linuxParameters": {"initProcessEnabled": true}},
                 {"name": "sidecar", "image": "public.ecr.aws/example/sidecar:1", "essential": false}]}
              """
                  .formatted(family));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One for services, which on Fargate would need a subnet. */
  private static ObjectNode instanceRequest(String family) {
    ObjectNode request = request(family).put("networkMode", "bridge");
    request.putArray("requiresCompatibilities").add("EC2");
    request.remove("ephemeralStorage");
    return request;
  }

  /** What of {@code expected} is not in {@code actual}; ECS may add defaults of its own. */
  private static List<String> lost(String at, JsonNode expected, JsonNode actual) {
    List<String> lost = new ArrayList<>();
    if (expected.isObject()) {
      expected
          .properties()
          .forEach(field ->
              lost.addAll(
                  lost(at + "." + field.getKey(), field.getValue(), actual.path(field.getKey()))));
    } else if (expected.isArray()) {
      for (int i = 0; i < expected.size(); i++) {
        lost.addAll(lost(at + "[" + i + "]", expected.path(i), actual.path(i)));
      }
    } else if (!expected.equals(actual)) {
      lost.add(at + ": " + expected + " became " + actual);
    }
    return lost;
  }

  @Test
  default void a_task_definition_comes_back_as_it_was_registered() {
    ObjectNode request = request(Emulator.unique("web"));

    TaskDefinition read = ecs().taskDefinition(ecs().register(request));

    assertThat(lost("", request, read.definition())).isEmpty();
  }

  @Test
  default void a_field_newer_than_the_sdk_comes_back() {
    ObjectNode request = request(Emulator.unique("web"));
    request.putObject("newerThanTheSdk").put("at", "depth");

    expect(
        Expectation.FIELDS_NEWER_THAN_THE_SDK,
        () ->
            assertThat(
                    lost("", request, ecs().taskDefinition(ecs().register(request)).definition()))
                .isEmpty());
  }

  @Test
  default void a_copy_is_the_next_revision_and_has_everything_of_the_first() {
    String family = Emulator.unique("web");
    AwsEcs ecs = ecs();
    TaskDefinition first = ecs.taskDefinition(ecs.register(request(family)));

    TaskDefinition second = ecs.taskDefinition(ecs.register(first.definition()));

    assertThat(second.arn().revision()).isEqualTo(2);
    assertThat(second.definition().toPrettyString()).isEqualTo(first.definition().toPrettyString());
  }

  @Test
  default void a_revision_has_the_tags_that_it_was_registered_with() {
    ObjectNode request = request(Emulator.unique("web"));
    request.putArray("tags").addObject().put("key", "slipway:tag").put("value", "staging");

    TaskDefinition read = ecs().taskDefinition(ecs().register(request));

    assertThat(read.tags()).containsEntry("slipway:tag", "staging");
  }

  @Test
  default void services_are_found_with_their_tags_whether_the_cluster_is_named_or_not() {
    AwsEcs ecs = ecs();
    String cluster = cluster();
    TaskDefinitionArn revision = ecs.register(instanceRequest(Emulator.unique("web")));
    List<ServiceArn> services = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      services.add(service(cluster, "web-" + i, revision));
    }

    assertThat(ecs.services(Set.of(cluster)))
        .extracting(Service::arn)
        .containsExactlyInAnyOrderElementsOf(services);
    assertThat(ecs.services(Set.of())).extracting(Service::arn).containsAll(services);
    assertThat(ecs.describe(services))
        .hasSize(12)
        .allSatisfy(service -> {
          assertThat(service.environment()).contains("staging");
          assertThat(service.tags()).containsEntry("team", "shop");
          assertThat(service.status()).isEqualTo("ACTIVE");
          assertThat(service.taskDefinition()).contains(revision);
          assertThat(service.isDaemon()).isFalse();
        });
  }

  @Test
  default void services_come_page_by_page() {
    AwsEcs ecs = ecs();
    String cluster = cluster();
    TaskDefinitionArn revision = ecs.register(instanceRequest(Emulator.unique("web")));
    List<ServiceArn> services = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      services.add(service(cluster, "web-" + i, revision));
    }
    List<ServiceArn> read = new ArrayList<>();
    List<Integer> sizes = new ArrayList<>();
    Optional<String> position = Optional.empty();
    do {
      ServicePage page = ecs.services(Set.of(cluster), position, 5);
      page.services().forEach(service -> read.add(service.arn()));
      sizes.add(page.services().size());
      position = page.next();
    } while (position.isPresent());

    assertThat(read).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(services);
    assertThat(ecs.serviceArns()).containsAll(services);
    expect(Expectation.PAGE_SIZE, () -> assertThat(sizes).allMatch(size -> size <= 5));
  }

  @Test
  default void a_service_is_found_by_its_name() {
    AwsEcs ecs = ecs();
    String cluster = cluster();
    ServiceArn service =
        service(cluster, "web", ecs.register(instanceRequest(Emulator.unique("web"))));

    assertThat(ecs.find(cluster, "web"))
        .hasValueSatisfying(found -> {
          assertThat(found.arn()).isEqualTo(service);
          assertThat(found.environment()).contains("staging");
        });
    assertThat(ecs.find(cluster, "nowhere")).isEmpty();
  }

  @Test
  default void services_and_clusters_that_are_not_there_are_left_out() {
    AwsEcs ecs = ecs();
    String cluster = cluster();
    ServiceArn service =
        service(cluster, "web", ecs.register(instanceRequest(Emulator.unique("web"))));

    assertThat(
            ecs.describe(
                List.of(
                    new ServiceArn(service.value().replace(":service/", ":service/no-")),
                    new ServiceArn(service.value() + "-admin"),
                    service)))
        .extracting(Service::arn)
        .containsExactly(service);
  }

  @Test
  default void a_cluster_that_is_named_and_not_there_is_refused() {
    assertThatThrownBy(() -> ecs().services(Set.of("nowhere")))
        .isInstanceOf(EcsClientError.class)
        .hasMessageContaining("ecs:ListServices on cluster nowhere: ClusterNotFoundException");
  }

  @Test
  default void a_revision_that_is_not_there_is_refused() {
    assertThatThrownBy(() ->
            ecs()
                .taskDefinition(
                    new TaskDefinitionArn(
                        "arn:aws:ecs:us-east-1:123456789012:task-definition/nowhere:1")))
        .isInstanceOf(EcsClientError.class)
        .hasMessageContaining("ClientException");
  }

  @Test
  default void a_task_definition_without_containers_is_refused() {
    ObjectNode request = Json.object().put("family", Emulator.unique("web"));

    expect(
        Expectation.REQUEST_IS_CHECKED,
        () -> assertThatThrownBy(() -> ecs().register(request)).isInstanceOf(EcsClientError.class));
  }

  @Test
  default void an_update_rolls_out_the_revision_with_the_configuration_given() {
    AwsEcs ecs = ecs();
    String cluster = cluster();
    String family = Emulator.unique("web");
    ServiceArn service = service(cluster, "web", ecs.register(instanceRequest(family)));
    TaskDefinitionArn second = ecs.register(instanceRequest(family));
    ObjectNode update =
        Json.object()
            .put("cluster", cluster)
            .put("service", "web")
            .put("taskDefinition", second.value());
    update
        .putObject("deploymentConfiguration")
        .put("minimumHealthyPercent", 50)
        .put("maximumPercent", 150)
        .putObject("deploymentCircuitBreaker")
        .put("enable", true)
        .put("rollback", true);

    Service updated = ecs.updateService(update);

    assertThat(updated.arn()).isEqualTo(service);
    Service described = ecs.describe(List.of(service)).getFirst();
    assertThat(described.taskDefinition()).contains(second);
    assertThat(described.deploymentConfiguration().path("minimumHealthyPercent").asInt())
        .isEqualTo(50);
    assertThat(described.deploymentConfiguration().path("maximumPercent").asInt()).isEqualTo(150);
    assertThat(
            described
                .deploymentConfiguration()
                .path("deploymentCircuitBreaker")
                .path("rollback")
                .asBoolean())
        .isTrue();
    expect(
        Expectation.DEPLOYMENT_OF_THE_NEW_REVISION,
        () ->
            assertThat(
                    clients()
                        .ecs()
                        .describeServices(r -> r.cluster(cluster).services("web"))
                        .services()
                        .getFirst()
                        .deployments())
                .filteredOn(deployment -> deployment.status().equals("PRIMARY"))
                .singleElement()
                .satisfies(deployment -> {
                  assertThat(deployment.taskDefinition()).isEqualTo(second.value());
                  assertThat(updated.primaryDeployment())
                      .hasValueSatisfying(
                          primary -> assertThat(primary.id()).isEqualTo(deployment.id()));
                }));
  }

  @Test
  default void an_update_of_a_service_that_is_not_there_is_refused() {
    String cluster = cluster();
    ObjectNode update = Json.object().put("cluster", cluster).put("service", "nowhere");

    assertThatThrownBy(() -> ecs().updateService(update))
        .isInstanceOf(EcsClientError.class)
        .hasMessageContaining(
            "ecs:UpdateService on " + cluster + "/nowhere: ServiceNotFoundException");
  }

  @Test
  default void an_update_in_a_cluster_that_is_not_there_is_refused() {
    ObjectNode update = Json.object().put("cluster", "nowhere").put("service", "web");

    assertThatThrownBy(() -> ecs().updateService(update))
        .isInstanceOf(EcsClientError.class)
        .hasMessageContaining("ClusterNotFoundException");
  }

  @Test
  default void an_update_to_a_revision_that_is_not_there_is_refused() {
    AwsEcs ecs = ecs();
    String cluster = cluster();
    service(cluster, "web", ecs.register(instanceRequest(Emulator.unique("web"))));
    ObjectNode update =
        Json.object()
            .put("cluster", cluster)
            .put("service", "web")
            .put("taskDefinition", "nowhere:1");

    assertThatThrownBy(() -> ecs.updateService(update)).isInstanceOf(EcsClientError.class);
  }
}
