package dev.slipway.simulator.ecs;

import static dev.slipway.simulator.SingleQuotes.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.AwsError;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskDefinitionTest {
  final EcsOfTests aws = new EcsOfTests();

  @AfterEach
  void end() {
    aws.close();
  }

  @Test
  void comes_back_as_it_was_registered_with_what_ecs_adds() {
    ObjectNode request =
        json(
            """
            {'family': 'web', 'networkMode': 'host', 'newerThanTheSimulator': {'deep': [1, {'x': null}]},
             'volumes': [{'name': 'v', 'host': {}}], 'placementConstraints': [],
             'containerDefinitions': [{'name': 'app', 'image': 'nginx', 'cpu': 10, 'essential': true,
               'environment': [{'name': 'B', 'value': ''}, {'name': 'A', 'value': '2'}],
               'mountPoints': [], 'portMappings': [], 'systemControls': [], 'volumesFrom': [],
               'memory': 128, 'alsoNew': 1.50}]}
            """);
    aws.ecs("RegisterTaskDefinition", request.toString());
    ObjectNode described =
        (ObjectNode)
            aws.ecs("DescribeTaskDefinition", "{'taskDefinition': 'web'}").path("taskDefinition");
    List<String> added =
        List.of(
            "taskDefinitionArn",
            "revision",
            "status",
            "requiresAttributes",
            "compatibilities",
            "registeredAt",
            "registeredBy");
    assertThat(added).allMatch(described::has);
    described.remove(added);
    assertThat(described).isEqualTo(request);
  }

  @Test
  void gets_a_default_where_ecs_has_one() {
    aws.register("web", "nginx");
    JsonNode container =
        aws.ecs("DescribeTaskDefinition", "{'taskDefinition': 'web:1'}")
            .path("taskDefinition")
            .path("containerDefinitions")
            .path(0);
    assertThat(container.path("essential").asBoolean()).isTrue();
    assertThat(container.path("cpu").asInt()).isZero();
    assertThat(container.path("environment").isArray()).isTrue();
  }

  @Test
  void is_a_new_revision_each_time_even_if_nothing_changed() {
    assertThat(aws.register("web", "nginx")).isEqualTo("web:1");
    assertThat(aws.register("web", "nginx")).isEqualTo("web:2");
    aws.ecs("DeregisterTaskDefinition", "{'taskDefinition': 'web:2'}");
    assertThat(aws.register("web", "nginx")).isEqualTo("web:3");
  }

  @Test
  void is_listed_by_family_status_and_order() {
    aws.register("web", "nginx");
    aws.register("web", "nginx");
    aws.register("web-admin", "nginx");
    for (int i = 3; i <= 11; i++) {
      aws.register("web", "nginx");
    }
    aws.ecs("DeregisterTaskDefinition", "{'taskDefinition': 'web:2'}");
    assertThat(listed("'familyPrefix': 'web', 'sort': 'DESC', 'maxResults': 3"))
        .containsExactly("web:11", "web:10", "web:9");
    assertThat(listed("'familyPrefix': 'web', 'status': 'INACTIVE'")).containsExactly("web:2");
    assertThat(listed("'maxResults': 2")).containsExactly("web:1", "web:3");
    assertThat(listed("'familyPrefix': 'we'")).isEmpty();
  }

  private List<String> listed(String members) {
    return aws.ecs("ListTaskDefinitions", "{" + members + "}")
        .path("taskDefinitionArns")
        .valueStream()
        .map(it -> Arns.lastPart(it.asText()))
        .toList();
  }

  @Test
  void has_its_tags_apart_and_on_request_only() {
    aws.ecs(
        "RegisterTaskDefinition",
        """
        {'family': 'web', 'containerDefinitions': [{'name': 'app', 'image': 'nginx'}],
         'tags': [{'key': 'slipway:tag', 'value': 'staging'}]}
        """);
    assertThat(aws.ecs("DescribeTaskDefinition", "{'taskDefinition': 'web'}").has("tags"))
        .isFalse();
    ObjectNode withTags =
        aws.ecs("DescribeTaskDefinition", "{'taskDefinition': 'web', 'include': ['TAGS']}");
    assertThat(withTags.path("tags").path(0).path("value").asText()).isEqualTo("staging");
    assertThat(withTags.path("taskDefinition").has("tags")).isFalse();
  }

  @Test
  void stays_describable_when_it_is_inactive() {
    aws.register("web", "nginx");
    aws.ecs("DeregisterTaskDefinition", "{'taskDefinition': 'web:1'}");
    JsonNode definition =
        aws.ecs("DescribeTaskDefinition", "{'taskDefinition': 'web:1'}").path("taskDefinition");
    assertThat(definition.path("status").asText()).isEqualTo("INACTIVE");
    assertThatThrownBy(() -> aws.ecs("DescribeTaskDefinition", "{'taskDefinition': 'web'}"))
        .as("no ACTIVE revision is left")
        .hasMessage("Unable to describe task definition.");
  }

  @ParameterizedTest(name = "{1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {'family': 'web', 'containerDefinitions': []}                                                            | Container list cannot be empty.
          {'family': 'w b', 'containerDefinitions': [{'name': 'a', 'image': 'i'}]}                                 | Family contains invalid characters
          {'family': 'web', 'containerDefinitions': [{'name': 'a'}]}                                               | image
          {'family': 'web', 'containerDefinitions': [{'name': 'a', 'image': 'i'}, {'name': 'a', 'image': 'i'}]}    | unique
          {'family': 'web', 'containerDefinitions': [{'name': 'a', 'image': 'i', 'essential': false}]}             | essential
          {'family': 'web', 'requiresCompatibilities': ['FARGATE'], 'containerDefinitions': [{'name': 'a', 'image': 'i'}]} | Fargate only supports network mode 'awsvpc'.
          {'family': 'web', 'requiresCompatibilities': ['FARGATE'], 'networkMode': 'awsvpc', 'cpu': '256', 'memory': '4096', 'containerDefinitions': [{'name': 'a', 'image': 'i'}]} | No Fargate configuration exists for given values.
          {'family': 'web', 'requiresCompatibilities': ['FARGATE'], 'networkMode': 'awsvpc', 'cpu': 'much', 'memory': '4096', 'containerDefinitions': [{'name': 'a', 'image': 'i'}]} | Invalid 'cpu' setting for task.
          {'family': 'web', 'requiresCompatibilities': ['FARGATE'], 'networkMode': 'awsvpc', 'cpu': '256', 'memory': '512', 'containerDefinitions': [{'name': 'a', 'image': '1.dkr.ecr.us-east-1.amazonaws.com/i'}]} | Fargate requires task definition to have execution role ARN to support ECR images.
          """)
  void is_refused(String request, String message) {
    assertThatThrownBy(() -> aws.ecs("RegisterTaskDefinition", request))
        .isInstanceOfSatisfying(
            AwsError.class, it -> assertThat(it.code()).isEqualTo("ClientException"))
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource({"256, 512", ".25 vCPU, 0.5 GB", "1 vCPU, 2GB", "16384, 122880", "4096, 30720"})
  void of_these_sizes_fits_fargate(String cpu, String memory) {
    ObjectNode request =
        json(
            "{'family': 'web', 'networkMode': 'awsvpc', 'cpu': '%s', 'memory': '%s'}"
                .formatted(cpu, memory));
    assertThat(TaskDefinitionRules.unfitForFargate(request)).isNull();
  }

  @Test
  void of_more_than64_kilobytes_is_refused() {
    String request =
        "{'family': 'web', 'containerDefinitions': [{'name': 'a', 'image': 'i', 'command': ['%s']}]}"
            .formatted("x".repeat(65_536));
    assertThatThrownBy(() -> aws.ecs("RegisterTaskDefinition", request))
        .hasMessageMatching("Actual length: '\\d+'. Max allowed length is '65536' bytes.");
  }

  @Test
  void with_more_than_fifty_tags_is_refused() {
    StringBuilder tags = new StringBuilder();
    for (int i = 0; i <= 50; i++) {
      tags.append(i == 0 ? "" : ",").append("{'key': 'k%d', 'value': 'v'}".formatted(i));
    }
    String request =
        "{'family': 'web', 'containerDefinitions': [{'name': 'a', 'image': 'i'}], 'tags': [%s]}"
            .formatted(tags);
    assertThatThrownBy(() -> aws.ecs("RegisterTaskDefinition", request))
        .hasMessage("Tags can not have more than 50 elements.");
  }

  @ParameterizedTest
  @CsvSource({"aws:mine, v", "k, a*b", "k, 'a,b'"})
  void with_a_tag_that_ecs_does_not_allow_is_refused(String key, String value) {
    assertThatThrownBy(() ->
            aws.ecs(
                "RegisterTaskDefinition",
                """
                {'family': 'web', 'containerDefinitions': [{'name': 'a', 'image': 'i'}],
                 'tags': [{'key': '%s', 'value': '%s'}]}
                """
                    .formatted(key, value)))
        .isInstanceOfSatisfying(
            AwsError.class, it -> assertThat(it.code()).isEqualTo("InvalidParameterException"));
  }
}
