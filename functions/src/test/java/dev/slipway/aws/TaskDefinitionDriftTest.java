package dev.slipway.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.ecs.TaskDefinitionArn;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.ecs.model.DescribeTaskDefinitionResponse;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;

/**
 * Fails when the SDK learns of a field of task definitions that a copy would lose or that
 * RegisterTaskDefinition would refuse.
 */
class TaskDefinitionDriftTest {
  private static final TaskDefinitionArn ARN =
      new TaskDefinitionArn("arn:aws:ecs:us-east-1:123456789012:task-definition/web:7");
  private static final List<String> INPUT =
      TaskDefinitionModel.names(RegisterTaskDefinitionRequest.builder().build());
  private static final List<String> OUTPUT =
      TaskDefinitionModel.names(
          software.amazon.awssdk.services.ecs.model.TaskDefinition.builder().build());

  private final LoopbackAws aws = new LoopbackAws();
  private final AwsEcs ecs = new AwsEcs(aws.clients().ecs());

  @AfterEach
  void end() {
    aws.close();
  }

  /** A task definition with everything that the SDK knows, as DescribeTaskDefinition gives it. */
  private static ObjectNode everything() {
    ObjectNode document =
        TaskDefinitionModel.document(
            software.amazon.awssdk.services.ecs.model.TaskDefinition.builder().build());
    document.put("taskDefinitionArn", ARN.value());
    int number = 0;
    for (JsonNode container : document.path("containerDefinitions")) {
      ((ObjectNode) container).put("image", "registry.example/app-" + number++ + ":1");
    }
    return document;
  }

  @Test
  void every_field_that_describing_adds_is_left_out_of_a_copy() {
    List<String> added = new ArrayList<>(OUTPUT);
    added.removeAll(INPUT);

    assertThat(added)
        .as("fields that DescribeTaskDefinition has and RegisterTaskDefinition has not")
        .containsExactlyInAnyOrderElementsOf(TaskDefinition.OUTPUT_ONLY_FIELDS);
  }

  @Test
  void every_field_that_can_be_registered_can_be_described() {
    List<String> notDescribed = new ArrayList<>(INPUT);
    notDescribed.removeAll(OUTPUT);

    assertThat(notDescribed)
        .as("fields that RegisterTaskDefinition has and the task definition described has not")
        .containsExactly("tags");
    assertThat(TaskDefinitionModel.names(DescribeTaskDefinitionResponse.builder().build()))
        .as("what is described beside the task definition")
        .containsExactlyInAnyOrder("taskDefinition", "tags");
  }

  @Test
  void a_copy_through_the_sdk_has_every_field_at_every_depth() {
    ObjectNode original = everything();
    ((ObjectNode) original.path("containerDefinitions").path(1))
        .putObject("newerThanTheSdk")
        .put("at", "depth");
    original.putArray("newerToo").add(1.50);
    ObjectNode answer = Json.object();
    answer.set("taskDefinition", original);
    answer.putArray("tags").addObject().put("key", "team").put("value", "shop");
    aws.answers("DescribeTaskDefinition", answer.toString())
        .answers(
            "RegisterTaskDefinition",
            "{\"taskDefinition\":{\"taskDefinitionArn\":\"" + ARN + "\"}}");

    ecs.register(ecs.taskDefinition(ARN).definition());

    JsonNode registered = aws.received("RegisterTaskDefinition").getFirst().json();
    ObjectNode expected = original.deepCopy();
    expected.remove(TaskDefinition.OUTPUT_ONLY_FIELDS);
    assertThat(registered.toPrettyString()).isEqualTo(expected.toPrettyString());
    assertThat(registered.path("containerDefinitions").path(0).size())
        .as("the model was walked")
        .isGreaterThan(30);
  }
}
