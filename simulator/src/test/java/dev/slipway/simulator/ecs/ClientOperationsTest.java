package dev.slipway.simulator.ecs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.simulator.SingleQuotes;
import dev.slipway.simulator.world.AwsError;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Terraform, ecspresso and ecs-deploy ask for besides deploying. */
class ClientOperationsTest {
  static final String REPOSITORY = "arn:aws:ecr:us-east-1:123456789012:repository/web";
  final EcsOfTests aws = new EcsOfTests();

  @BeforeEach
  void aClusterAndARepository() {
    aws.ecs("CreateCluster", "{'clusterName': 'main'}");
    aws.ecr(
        "CreateRepository",
        "{'repositoryName': 'web', 'tags': [{'Key': 'team', 'Value': 'shop'}]}");
  }

  @AfterEach
  void end() {
    aws.close();
  }

  JsonNode repositoryTags() {
    return aws.ecr("ListTagsForResource", "{'resourceArn': '" + REPOSITORY + "'}").path("tags");
  }

  @Test
  void repositories_have_tags() {
    aws.ecr(
        "TagResource",
        "{'resourceArn': '" + REPOSITORY + "', 'tags': [{'Key': 'cost', 'Value': '7'}]}");
    assertThat(repositoryTags())
        .isEqualTo(
            SingleQuotes.json(
                    """
                    {'tags': [{'Key': 'team', 'Value': 'shop'}, {'Key': 'cost', 'Value': '7'}]}
                    """)
                .path("tags"));
    aws.questions.clear();
    aws.ecr("UntagResource", "{'resourceArn': '" + REPOSITORY + "', 'tagKeys': ['team']}");
    assertThat(repositoryTags()).hasSize(1);
    assertThat(aws.questions.getFirst())
        .isEqualTo(
            new EcsOfTests.Question(
                "ecr:UntagResource",
                REPOSITORY,
                Map.of(
                    "aws:TagKeys", "team",
                    "aws:ResourceTag/team", "shop",
                    "ecr:ResourceTag/team", "shop",
                    "aws:ResourceTag/cost", "7",
                    "ecr:ResourceTag/cost", "7")));
  }

  @Test
  void lifecycle_policies_are_put_read_and_deleted() {
    refused("GetLifecyclePolicy", "{'repositoryName': 'web'}", "LifecyclePolicyNotFoundException");
    aws.ecr(
        "PutLifecyclePolicy",
        "{'repositoryName': 'web', 'lifecyclePolicyText': '{\\'rules\\':[]}'}");
    assertThat(
            aws.ecr("GetLifecyclePolicy", "{'repositoryName': 'web'}").path("lifecyclePolicyText"))
        .hasToString("\"{\\\"rules\\\":[]}\"");
    aws.ecr("DeleteLifecyclePolicy", "{'repositoryName': 'web'}");
    refused("GetLifecyclePolicy", "{'repositoryName': 'web'}", "LifecyclePolicyNotFoundException");
  }

  @Test
  void no_repository_has_a_policy() {
    refused(
        "GetRepositoryPolicy", "{'repositoryName': 'web'}", "RepositoryPolicyNotFoundException");
  }

  @Test
  void tags_become_immutable_and_mutable_again() {
    aws.push("web", "v1", Map.of("image", "1"));
    aws.ecr(
        "PutImageTagMutability", "{'repositoryName': 'web', 'imageTagMutability': 'IMMUTABLE'}");
    assertThat(
            aws.ecr("DescribeRepositories", "{'repositoryNames': ['web']}")
                .path("repositories")
                .path(0)
                .path("imageTagMutability")
                .asText())
        .isEqualTo("IMMUTABLE");
    assertThatThrownBy(() -> aws.push("web", "v1", Map.of("image", "2")))
        .isInstanceOfSatisfying(
            AwsError.class,
            it -> assertThat(it.code()).isEqualTo("ImageTagAlreadyExistsException"));
    aws.ecr("PutImageTagMutability", "{'repositoryName': 'web', 'imageTagMutability': 'MUTABLE'}");
    assertThat(aws.push("web", "v1", Map.of("image", "2"))).startsWith("sha256:");
  }

  @Test
  void a_repository_with_images_is_deleted_only_by_force() {
    aws.push("web", "v1", Map.of());
    refused("DeleteRepository", "{'repositoryName': 'web'}", "RepositoryNotEmptyException");
    aws.ecr("DeleteRepository", "{'repositoryName': 'web', 'force': true}");
    refused("DescribeImages", "{'repositoryName': 'web'}", "RepositoryNotFoundException");
  }

  private void refused(String operation, String body, String code) {
    assertThatThrownBy(() -> aws.ecr(operation, body))
        .isInstanceOfSatisfying(AwsError.class, it -> assertThat(it.code()).isEqualTo(code));
  }

  @Test
  void fargates_capacity_providers_are_there() {
    JsonNode all = aws.ecs("DescribeCapacityProviders", "{}").path("capacityProviders");
    assertThat(all.findValuesAsText("name")).containsExactly("FARGATE", "FARGATE_SPOT");
    assertThat(
            aws.ecs("DescribeCapacityProviders", "{'capacityProviders': ['other']}")
                .path("failures")
                .path(0)
                .path("reason")
                .asText())
        .isEqualTo("MISSING");
  }

  @Test
  void container_instances_are_those_of_the_cluster() {
    JsonNode arns =
        aws.ecs("ListContainerInstances", "{'cluster': 'main'}").path("containerInstanceArns");
    assertThat(arns).hasSize(2);
    JsonNode described =
        aws.ecs(
            "DescribeContainerInstances",
            "{'cluster': 'main', 'containerInstances': ['%s', 'x']}"
                .formatted(arns.path(0).asText()));
    assertThat(described.path("containerInstances").path(0).path("status").asText())
        .isEqualTo("ACTIVE");
    assertThat(described.path("failures")).hasSize(1);
  }

  @Test
  void account_settings_are_the_defaults() {
    assertThat(aws.ecs("ListAccountSettings", "{}").path("settings")).isEmpty();
    JsonNode settings =
        aws.ecs(
                "ListAccountSettings",
                "{'name': 'serviceLongArnFormat', 'effectiveSettings': true}")
            .path("settings");
    assertThat(settings).hasSize(1);
    assertThat(settings.path(0).path("value").asText()).isEqualTo("enabled");
  }

  @Test
  void a_service_of_an_external_controller_needs_no_task_definition() {
    aws.ecs(
        "CreateService",
        """
        {'cluster': 'main', 'serviceName': 'web', 'desiredCount': 1,
         'deploymentController': {'type': 'EXTERNAL'}}
        """);
    assertThat(aws.web().has("taskDefinition")).isFalse();
    assertThat(aws.web().path("taskSets").isArray()).isTrue();
    assertThat(aws.view().taskDefinition()).isEmpty();
    assertThat(
            aws.ecs("DescribeTaskSets", "{'cluster': 'main', 'service': 'web'}").path("taskSets"))
        .isEmpty();
    aws.ecs("UpdateService", "{'cluster': 'main', 'service': 'web', 'desiredCount': 3}");
    aws.pass(300);
    assertThat(aws.view().desiredCount()).isEqualTo(3);
    assertThat(aws.view().tasks()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ECS", "CODE_DEPLOY"})
  void a_service_of_another_controller_needs_one(String controller) {
    assertThatThrownBy(() ->
            aws.ecs(
                "CreateService",
                "{'cluster': 'main', 'serviceName': 'web', 'deploymentController': {'type': '%s'}}"
                    .formatted(controller)))
        .isInstanceOfSatisfying(
            AwsError.class, it -> assertThat(it.code()).isEqualTo("InvalidParameterException"));
  }
}
