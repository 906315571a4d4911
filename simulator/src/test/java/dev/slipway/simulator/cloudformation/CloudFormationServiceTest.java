package dev.slipway.simulator.cloudformation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.Simulator;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.AwsRequest;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The calls of {@code aws cloudformation deploy}, one after the other. */
class CloudFormationServiceTest {
  private static final String REPOSITORY =
      """
      Parameters:
        Name: { Type: String, Default: web }
      Resources:
        Repository:
          Type: AWS::ECR::Repository
          Properties: { RepositoryName: !Ref Name }
      Outputs:
        Uri:
          Description: Where to push.
          Value: !GetAtt Repository.RepositoryUri
          Export: { Name: the-uri }
      """;
  private static final String SERVICE =
      """
      Parameters:
        Memory: { Type: Number, Default: 64 }
      Resources:
        Cluster: { Type: AWS::ECS::Cluster, Properties: { ClusterName: c } }
        Definition:
          Type: AWS::ECS::TaskDefinition
          Properties:
            Family: web
            ContainerDefinitions:
              - { Name: web, Image: !Sub "${Uri}:1", Memory: !Ref Memory }
        Service:
          Type: AWS::ECS::Service
          Properties: { Cluster: !Ref Cluster, ServiceName: web, TaskDefinition: !Ref Definition }
      """
          .replace("!Sub \"${Uri}:1\"", "!Sub [\"${Uri}:1\", { Uri: !ImportValue the-uri }]");

  private Simulator simulator;

  @BeforeEach
  void start() throws IOException {
    simulator = Simulator.builder().speed(0).start();
  }

  @AfterEach
  void stop() {
    simulator.close();
  }

  @Test
  void creates_a_stack_by_a_change_set_and_tells_its_outputs() {
    deploy("registry", "CREATE", REPOSITORY, Map.of("Name", "site"));

    JsonNode stack = call("DescribeStacks", Map.of("StackName", "registry")).at("/Stacks/0");
    assertThat(stack.path("StackStatus").asText()).isEqualTo("CREATE_COMPLETE");
    assertThat(stack.at("/Outputs/0/OutputValue").asText()).endsWith(".amazonaws.com/site");
    assertThat(stack.at("/Outputs/0/ExportName").asText()).isEqualTo("the-uri");
    JsonNode summary = call("GetTemplateSummary", Map.of("StackName", "registry"));
    assertThat(summary.at("/Parameters/0/ParameterKey").asText()).isEqualTo("Name");
  }

  @Test
  void updates_a_service_whose_task_definition_has_changed_and_leaves_its_count_alone() {
    deploy("registry", "CREATE", REPOSITORY, Map.of());
    deploy("web", "CREATE", SERVICE, Map.of());
    assertThat(simulator.ecs().service("c", "web").orElseThrow().desiredCount()).isEqualTo(1);
    simulator
        .world()
        .run(() -> {
          ObjectNode scaling = JsonNodeFactory.instance.objectNode();
          scaling.put("cluster", "c").put("service", "web").put("desiredCount", 3);
          simulator
              .ecs()
              .call(new AwsRequest(simulator.account().root(), "UpdateService", scaling));
        });

    deploy("web", "UPDATE", SERVICE, Map.of());
    assertThat(simulator.ecs().service("c", "web").orElseThrow().taskDefinition())
        .as("nothing has changed")
        .isEqualTo("web:1");

    deploy("web", "UPDATE", SERVICE, Map.of("Memory", "128"));
    assertThat(simulator.ecs().service("c", "web").orElseThrow().taskDefinition())
        .isEqualTo("web:2");
    assertThat(simulator.ecs().service("c", "web").orElseThrow().desiredCount()).isEqualTo(3);
    JsonNode stack = call("DescribeStacks", Map.of("StackName", "web")).at("/Stacks/0");
    assertThat(stack.path("StackStatus").asText()).isEqualTo("UPDATE_COMPLETE");
  }

  @Test
  void says_what_it_cannot_do_in_the_words_that_the_aws_cli_looks_for() {
    assertThatThrownBy(() -> call("DescribeStacks", Map.of("StackName", "nothing")))
        .isInstanceOf(AwsError.class)
        .hasMessage("Stack with id nothing does not exist");
    assertThatThrownBy(() -> deploy("web", "CREATE", SERVICE, Map.of()))
        .isInstanceOf(AwsError.class)
        .hasMessageContaining("no stack exports it");
    assertThatThrownBy(() -> deploy("registry", "UPDATE", REPOSITORY, Map.of()))
        .isInstanceOf(AwsError.class)
        .hasMessage("Stack [registry] does not exist");
    assertThatThrownBy(() -> deploy("registry", "CREATE", REPOSITORY, Map.of("Colour", "red")))
        .isInstanceOf(AwsError.class)
        .hasMessageContaining("no parameter Colour");
  }

  @Test
  void rolls_a_stack_back_whose_resources_cannot_be_created() {
    deploy("registry", "CREATE", REPOSITORY, Map.of());
    deploy("again", "CREATE", REPOSITORY, Map.of());

    JsonNode stack = call("DescribeStacks", Map.of("StackName", "again")).at("/Stacks/0");
    assertThat(stack.path("StackStatus").asText()).isEqualTo("ROLLBACK_COMPLETE");
    assertThat(stack.path("StackStatusReason").asText())
        .contains("Repository cannot be created: RepositoryAlreadyExistsException");
  }

  private void deploy(
      String stackName, String type, String template, Map<String, String> parameters) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request
        .put("StackName", stackName)
        .put("ChangeSetName", "deploy")
        .put("ChangeSetType", type)
        .put("TemplateBody", template);
    parameters.forEach((key, value) ->
        request
            .withArray("Parameters")
            .addObject()
            .put("ParameterKey", key)
            .put("ParameterValue", value));
    String id = call("CreateChangeSet", request).path("Id").asText();
    assertThat(call("DescribeChangeSet", Map.of("ChangeSetName", id)).path("Status").asText())
        .isEqualTo("CREATE_COMPLETE");
    call("ExecuteChangeSet", Map.of("ChangeSetName", "deploy", "StackName", stackName));
  }

  private JsonNode call(String operation, Map<String, String> members) {
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    members.forEach(request::put);
    return call(operation, request);
  }

  private JsonNode call(String operation, ObjectNode request) {
    return simulator
        .world()
        .call(() ->
            simulator
                .cloudFormation()
                .call(new AwsRequest(simulator.account().root(), operation, request)));
  }
}
