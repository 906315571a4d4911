package dev.slipway.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.deploy.EcsClientError;
import dev.slipway.deploy.ServicePage;
import dev.slipway.deploy.Throttled;
import dev.slipway.ecs.EcsDeployment;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.TaskDefinitionArn;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.ecs.model.EcsException;

class AwsEcsTest {
  private static final String PREFIX = "arn:aws:ecs:us-east-1:123456789012:";
  private static final TaskDefinitionArn WEB_7 =
      new TaskDefinitionArn(PREFIX + "task-definition/web:7");

  private final LoopbackAws aws = new LoopbackAws();
  private final AwsEcs ecs = new AwsEcs(aws.clients().ecs());

  @AfterEach
  void end() {
    aws.close();
  }

  private static ServiceArn service(String name) {
    return new ServiceArn(PREFIX + "service/main/" + name);
  }

  private static String described(List<String> names) {
    ObjectNode response = Json.object();
    var services = response.putArray("services");
    names.forEach(name ->
        services
            .addObject()
            .put("serviceArn", service(name).value())
            .put("taskDefinition", WEB_7.value()));
    response.putArray("failures");
    return response.toString();
  }

  @Nested
  class Documents {
    @Test
    void a_task_definition_arrives_with_fields_that_no_sdk_knows_and_with_its_tags() {
      aws.answers(
          "DescribeTaskDefinition",
          """
          {"taskDefinition": {"taskDefinitionArn": "%s", "family": "web", "revision": 7,
             "newerThanTheSdk": {"depth": [1, 2.50]},
             "containerDefinitions": [{"name": "app", "image": "nginx", "newToo": true}]},
           "tags": [{"key": "team", "value": "shop"}], "besides": 1}
          """
              .formatted(WEB_7));

      var read = ecs.taskDefinition(WEB_7);

      assertThat(read.definition())
          .hasToString(
              """
              {"family":"web","newerThanTheSdk":{"depth":[1,2.50]},\
              "containerDefinitions":[{"name":"app","image":"nginx","newToo":true}]}\
              """);
      assertThat(read.tags()).containsEntry("team", "shop");
      assertThat(aws.received("DescribeTaskDefinition").getFirst().json())
          .hasToString("{\"taskDefinition\":\"" + WEB_7 + "\",\"include\":[\"TAGS\"]}");
    }

    @Test
    void a_request_leaves_as_it_is_with_its_own_length_and_a_signature() throws Exception {
      aws.answers(
          "RegisterTaskDefinition",
          "{\"taskDefinition\":{\"taskDefinitionArn\":\"" + WEB_7 + "\"}}");
      ObjectNode request =
          (ObjectNode)
              Json.read(
                  """
                  {"family": "web", "newerThanTheSdk": {"ümlaut": "ß€😀"},
                   "containerDefinitions": [{"name": "app", "image": "nginx", "environment": []}]}
                  """);

      assertThat(ecs.register(request)).isEqualTo(WEB_7);

      LoopbackAws.Received received = aws.received("RegisterTaskDefinition").getFirst();
      assertThat(received.json()).isEqualTo(request);
      assertThat(received.contentLength())
          .isEqualTo(Integer.toString(request.toString().getBytes(StandardCharsets.UTF_8).length));
      assertThat(received.authorization()).startsWith("AWS4-HMAC-SHA256 Credential=key/");
    }

    @Test
    void an_update_answers_with_the_service() throws Exception {
      aws.answers(
          "UpdateService",
          """
          {"service": {"serviceArn": "%s", "taskDefinition": "%s", "new": 1,
             "deployments": [{"id": "ecs-svc/1", "status": "PRIMARY"}]}}
          """
              .formatted(service("web"), WEB_7));
      ObjectNode request =
          (ObjectNode)
              Json.read(
                  "{\"cluster\":\"main\",\"service\":\"web\",\"deploymentConfiguration\":{\"newerThanTheSdk\":{\"enable\":true}}}");

      Service updated = ecs.updateService(request);

      assertThat(updated.primaryDeployment()).map(EcsDeployment::id).contains("ecs-svc/1");
      assertThat(aws.received("UpdateService").getFirst().json()).isEqualTo(request);
    }

    @Test
    void an_answer_that_breaks_off_is_asked_for_again() {
      String whole =
          "{\"taskDefinition\":{\"taskDefinitionArn\":\"" + WEB_7 + "\",\"family\":\"web\"}}";
      aws.breaksOff("DescribeTaskDefinition", whole.substring(0, 20))
          .answers("DescribeTaskDefinition", whole);

      assertThat(ecs.taskDefinition(WEB_7).arn()).isEqualTo(WEB_7);
      assertThat(aws.received()).hasSize(2);
    }

    @Test
    void a_revision_that_is_known_is_not_asked_for_again() {
      aws.answers(
          "DescribeTaskDefinition",
          "{\"taskDefinition\":{\"taskDefinitionArn\":\"" + WEB_7 + "\",\"family\":\"web\"}}");

      assertThat(ecs.taskDefinition(WEB_7)).isSameAs(ecs.taskDefinition(WEB_7));
      assertThat(aws.received()).hasSize(1);
    }

    /** Its status changes: INACTIVE once it is deregistered. */
    @Test
    void a_revision_is_read_past_what_is_kept_where_its_status_matters() {
      aws.always(
          "DescribeTaskDefinition",
          "{\"taskDefinition\":{\"taskDefinitionArn\":\"" + WEB_7 + "\",\"family\":\"web\"}}");

      ecs.taskDefinition(WEB_7);
      ecs.readTaskDefinition(WEB_7);

      assertThat(aws.received()).hasSize(2);
    }

    @Test
    void a_revision_that_was_just_registered_is_not_asked_for() {
      aws.answers(
          "RegisterTaskDefinition",
          "{\"taskDefinition\":{\"taskDefinitionArn\":\"" + WEB_7 + "\",\"family\":\"web\"}}");

      ecs.register(Json.object().put("family", "web"));

      assertThat(ecs.taskDefinition(WEB_7).arn()).isEqualTo(WEB_7);
      assertThat(aws.received()).hasSize(1);
    }
  }

  @Nested
  class Services {
    @Test
    void are_described_in_tens_with_their_tags() {
      List<String> names = IntStream.range(0, 23).mapToObj(i -> "web-" + i).toList();
      Pages.divided(names, 10).forEach(ten -> aws.answers("DescribeServices", described(ten)));

      List<Service> found = ecs.describe(names.stream().map(AwsEcsTest::service).toList());

      assertThat(found).extracting(s -> s.arn().name()).containsExactlyElementsOf(names);
      assertThat(aws.received("DescribeServices"))
          .extracting(r -> r.json().path("services").size())
          .containsExactly(10, 10, 3);
      assertThat(aws.received("DescribeServices"))
          .allSatisfy(r -> {
            assertThat(r.json().path("include").path(0).asText()).isEqualTo("TAGS");
            assertThat(r.json().path("cluster").asText()).isEqualTo("main");
          });
    }

    @Test
    void of_all_clusters_are_found_page_by_page() {
      aws.answers(
              "ListClusters",
              "{\"clusterArns\":[\"" + PREFIX + "cluster/main\"],\"nextToken\":\"more\"}")
          .answers("ListClusters", "{\"clusterArns\":[\"" + PREFIX + "cluster/other\"]}")
          .answers(
              "ListServices", "{\"serviceArns\":[\"" + service("a") + "\"],\"nextToken\":\"more\"}")
          .answers("ListServices", "{\"serviceArns\":[\"" + service("b") + "\"]}")
          .answers("ListServices", "{\"serviceArns\":[]}")
          .answers("DescribeServices", described(List.of("a", "b")));

      assertThat(ecs.services(Set.of())).extracting(s -> s.arn().name()).containsExactly("a", "b");
      assertThat(aws.received("ListClusters").get(1).json().path("nextToken").asText())
          .isEqualTo("more");
      assertThat(aws.received("ListServices").get(1).json().path("nextToken").asText())
          .isEqualTo("more");
    }

    @Test
    void of_a_cluster_that_is_deleted_meanwhile_are_none() {
      aws.answers("ListClusters", "{\"clusterArns\":[\"gone\",\"main\"]}")
          .fails("ListServices", 400, "ClusterNotFoundException", "Cluster not found.")
          .answers("ListServices", "{\"serviceArns\":[\"" + service("a") + "\"]}")
          .answers("DescribeServices", described(List.of("a")));

      assertThat(ecs.services(Set.of())).hasSize(1);
    }

    @Test
    void of_a_cluster_that_was_named_and_is_not_there_are_an_error() {
      aws.fails("ListServices", 400, "ClusterNotFoundException", "Cluster not found.");

      assertThatThrownBy(() -> ecs.services(Set.of("prod")))
          .isInstanceOf(EcsClientError.class)
          .hasMessage(
              "ecs:ListServices on cluster prod: ClusterNotFoundException: Cluster not found.");
    }

    @Test
    void that_are_gone_are_left_out() {
      aws.answers(
              "DescribeServices",
              "{\"services\":[],\"failures\":[{\"arn\":\"x\",\"reason\":\"MISSING\"}]}")
          .fails("DescribeServices", 400, "ClusterNotFoundException", "Cluster not found.");

      assertThat(
              ecs.describe(
                  List.of(service("gone"), new ServiceArn(PREFIX + "service/gone-cluster/web"))))
          .isEmpty();
    }

    @Test
    void are_found_by_the_names_of_cluster_and_service() {
      aws.answers("DescribeServices", described(List.of("web")))
          .answers(
              "DescribeServices",
              "{\"services\":[],\"failures\":[{\"arn\":\"x\",\"reason\":\"MISSING\"}]}")
          .fails("DescribeServices", 400, "ClusterNotFoundException", "Cluster not found.");

      assertThat(ecs.find("main", "web")).map(Service::arn).contains(service("web"));
      assertThat(ecs.find("main", "gone")).isEmpty();
      assertThat(ecs.find("gone", "web")).isEmpty();
      assertThat(aws.received("DescribeServices").getFirst().json())
          .hasToString("{\"cluster\":\"main\",\"services\":[\"web\"],\"include\":[\"TAGS\"]}");
    }

    @Test
    void that_cannot_be_told_of_for_another_reason_are_not_taken_for_gone() {
      aws.answers(
          "DescribeServices",
          "{\"services\":[],\"failures\":[{\"arn\":\"x\",\"reason\":\"BUSY\"}]}");

      assertThatThrownBy(() -> ecs.describe(List.of(service("web"))))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("BUSY");
    }

    @Test
    void whose_list_never_ends_are_an_error() {
      for (int i = 0; i < 1_000; i++) {
        aws.answers("ListClusters", "{\"clusterArns\":[],\"nextToken\":\"again\"}");
      }

      assertThatThrownBy(() -> ecs.services(Set.of()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("ecs:ListClusters has no end");
    }
  }

  /** The index is kept by pages: no invocation reads all services of a large account. */
  @Nested
  class A_page_of_services {
    @Test
    void is_filled_from_several_clusters_in_the_order_of_their_names() {
      aws.answers(
              "ListClusters",
              "{\"clusterArns\":[\"%scluster/other\",\"%scluster/main\"]}"
                  .formatted(PREFIX, PREFIX))
          .answers("ListServices", "{\"serviceArns\":[\"" + service("a") + "\"]}")
          .answers("DescribeServices", described(List.of("a")))
          .answers("ListServices", "{\"serviceArns\":[\"" + service("b") + "\"]}")
          .answers("DescribeServices", described(List.of("b")));

      ServicePage page = ecs.services(Set.of(), Optional.empty(), 100);

      assertThat(page.services()).extracting(s -> s.arn().name()).containsExactly("a", "b");
      assertThat(page.next()).isEmpty();
      assertThat(aws.received("ListServices"))
          .extracting(r -> r.json().path("cluster").asText())
          .containsExactly("main", "other");
    }

    @Test
    void is_no_longer_than_asked_and_says_where_the_next_one_begins() {
      aws.answers(
              "ListServices",
              "{\"serviceArns\":[\"%s\",\"%s\"],\"nextToken\":\"more\"}"
                  .formatted(service("a"), service("b")))
          .answers("DescribeServices", described(List.of("a", "b")))
          .answers("ListServices", "{\"serviceArns\":[\"" + service("c") + "\"]}")
          .answers("DescribeServices", described(List.of("c")));

      ServicePage first = ecs.services(Set.of("main"), Optional.empty(), 2);
      ServicePage second = ecs.services(Set.of("main"), first.next(), 2);

      assertThat(first.services()).hasSize(2);
      assertThat(second.services()).extracting(s -> s.arn().name()).containsExactly("c");
      assertThat(second.next()).isEmpty();
      assertThat(aws.received("ListServices").getFirst().json().path("maxResults").asInt())
          .isEqualTo(2);
      assertThat(aws.received("ListServices").getLast().json().path("nextToken").asText())
          .isEqualTo("more");
    }

    @Test
    void names_the_clusters_that_ecs_does_not_have() {
      aws.fails("ListServices", 400, "ClusterNotFoundException", "Cluster not found.");

      assertThat(ecs.services(Set.of("prod"), Optional.empty(), 10).missing())
          .containsExactly("prod");
    }

    @Test
    void ends_after_twenty_empty_clusters_and_goes_on_there() {
      for (int i = 0; i < 20; i++) {
        aws.answers("ListServices", "{\"serviceArns\":[]}");
      }
      Set<String> clusters =
          IntStream.range(10, 35).mapToObj(i -> "c" + i).collect(Collectors.toSet());

      ServicePage page = ecs.services(clusters, Optional.empty(), 10);

      assertThat(page.services()).isEmpty();
      assertThat(page.next()).contains("c30/");
    }

    @Test
    void does_not_begin_just_anywhere() {
      assertThatThrownBy(() -> ecs.services(Set.of("main"), Optional.of("nowhere"), 10))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("no page of services begins there");
    }
  }

  @Test
  void the_arns_of_all_services_are_listed_without_describing_them() {
    aws.answers("ListClusters", "{\"clusterArns\":[\"gone\",\"main\"]}")
        .fails("ListServices", 400, "ClusterNotFoundException", "Cluster not found.")
        .answers("ListServices", "{\"serviceArns\":[\"" + service("a") + "\"]}");

    assertThat(ecs.serviceArns()).containsExactly(service("a"));
    assertThat(aws.received("DescribeServices")).isEmpty();
  }

  @Nested
  class Errors {
    private final ObjectNode update = Json.object().put("cluster", "main").put("service", "web");

    @ParameterizedTest
    @ValueSource(
        strings = {
          "InvalidParameterException",
          "ClientException",
          "ServiceNotFoundException",
          "ServiceNotActiveException",
          "ClusterNotFoundException",
          "PlatformTaskDefinitionIncompatibilityException",
          "UnsupportedFeatureException"
        })
    void about_the_request_as_such_are_client_errors(String code) {
      aws.fails("UpdateService", 400, code, "No, never.");

      assertThatThrownBy(() -> ecs.updateService(update))
          .isInstanceOf(EcsClientError.class)
          .hasMessage("ecs:UpdateService on main/web: " + code + ": No, never.");
      assertThat(aws.received()).hasSize(1);
    }

    @Test
    void of_two_writers_at_once_are_transient() {
      aws.fails(
          "RegisterTaskDefinition",
          400,
          "ClientException",
          "Too many concurrent attempts to create a new revision of the specified family.");

      assertThatThrownBy(() -> ecs.register(Json.object().put("family", "web")))
          .isInstanceOf(EcsException.class);
    }

    @Test
    void of_permission_name_the_action_and_the_resource() {
      aws.fails(
          "UpdateService",
          400,
          "AccessDeniedException",
          "User: arn:aws:sts::123456789012:assumed-role/deploy/x is not authorized");

      assertThatThrownBy(() -> ecs.updateService(update))
          .isInstanceOf(AccessDenied.class)
          .hasMessageStartingWith(
              "access denied: the function's role must allow ecs:UpdateService on main/web (User:");
    }

    @ParameterizedTest
    @CsvSource({"500, ServerException, Oops", "503, ServiceUnavailable, Later"})
    void that_pass_are_tried_again_by_the_sdk_and_then_left_to_the_caller(
        int status, String code, String message) {
      for (int i = 0; i < 3; i++) {
        aws.fails("UpdateService", status, code, message);
      }

      assertThatThrownBy(() -> ecs.updateService(update)).isInstanceOf(EcsException.class);
      assertThat(aws.received()).hasSize(3);
    }

    @Test
    void that_say_that_ecs_takes_no_more_calls_are_told_apart() {
      for (int i = 0; i < 3; i++) {
        aws.fails("UpdateService", 400, "ThrottlingException", "Rate exceeded");
      }

      assertThatThrownBy(() -> ecs.updateService(update))
          .isInstanceOf(Throttled.class)
          .hasMessage("ecs:UpdateService on main/web: ThrottlingException: Rate exceeded");
      assertThat(aws.received()).hasSize(3);
    }

    @Test
    void that_pass_in_time_are_not_seen() {
      aws.fails("UpdateService", 400, "ThrottlingException", "Rate exceeded")
          .answers(
              "UpdateService",
              described(List.of("web"))
                  .replace("\"services\":[", "\"service\":")
                  .replace("],\"failures\"", ",\"failures\""));

      assertThat(ecs.updateService(update).arn()).isEqualTo(service("web"));
    }
  }

  @Test
  void what_is_kept_of_revisions_is_bounded() {
    LruCache<Integer, String> recent = new LruCache<>(6, String::length);
    for (int i = 0; i < 5; i++) {
      recent.put(i, "ab");
      recent.get(0);
    }
    assertThat(kept(recent)).containsExactly(0, 3, 4);

    recent.put(4, "abc");
    assertThat(kept(recent)).containsExactly(3, 4);

    recent.put(5, "more than six");
    assertThat(kept(recent)).containsExactly(3, 4);
  }

  private static List<Integer> kept(LruCache<Integer, String> recent) {
    return IntStream.range(0, 10).filter(i -> recent.get(i).isPresent()).boxed().toList();
  }
}
