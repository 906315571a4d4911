package dev.slipway.simulator.ecs;

import static dev.slipway.simulator.SingleQuotes.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@code Tag Change on Resource} tells about services. */
class TagChangeTest {
  private static final String WEB = "arn:aws:ecs:us-east-1:123456789012:service/main/web";
  final EcsOfTests aws = new EcsOfTests();

  @BeforeEach
  void aCluster() {
    aws.ecs("CreateCluster", "{'clusterName': 'main'}");
    aws.register("web", "nginx");
  }

  @AfterEach
  void end() {
    aws.close();
  }

  private void service(String tags) {
    aws.ecs(
        "CreateService",
        "{'cluster': 'main', 'serviceName': 'web', 'taskDefinition': 'web', 'tags': %s}"
            .formatted(tags));
  }

  private void tag(String tags) {
    aws.ecs("TagResource", "{'resourceArn': '%s', 'tags': %s}".formatted(WEB, tags));
  }

  private List<EcsOfTests.Event> changes() {
    aws.world.runUntilQuiet(Duration.ofHours(1));
    return aws.events.stream()
        .filter(it -> it.detailType().equals("Tag Change on Resource"))
        .toList();
  }

  @Test
  void a_created_service_tells_its_tags_a_moment_later() {
    service("[{'key': 'slipway:environment', 'value': 'staging'}]");
    assertThat(aws.events).isEmpty();

    EcsOfTests.Event event = changes().getFirst();
    assertThat(event.resources()).containsExactly(WEB);
    assertThat(event.time()).isEqualTo(aws.start.plusSeconds(1));
    assertThat(event.detail())
        .isEqualTo(
            json(
                """
                {'changed-tag-keys': ['slipway:environment'], 'service': 'ecs',
                 'resource-type': 'service', 'version': 1, 'version-timestamp': '1795255200000',
                 'tag-policy-compliant': 'true', 'tags': {'slipway:environment': 'staging'}}
                """));
  }

  @Test
  void a_service_without_tags_has_no_event() {
    service("[]");
    assertThat(changes()).isEmpty();
  }

  @Test
  void a_change_names_what_changed_and_shows_all_tags() {
    service("[{'key': 'a', 'value': '1'}, {'key': 'b', 'value': '2'}]");
    tag("[{'key': 'a', 'value': '1'}, {'key': 'b', 'value': '3'}, {'key': 'c', 'value': '4'}]");

    ObjectNode detail = changes().getLast().detail();
    assertThat(detail.path("changed-tag-keys")).isEqualTo(json("{'k': ['b', 'c']}").path("k"));
    assertThat(detail.path("tags")).isEqualTo(json("{'a': '1', 'b': '3', 'c': '4'}"));
    assertThat(detail.path("version").asInt()).isEqualTo(2);
  }

  @Test
  void a_removed_tag_is_a_change_and_no_longer_among_the_tags() {
    service("[{'key': 'a', 'value': '1'}]");
    aws.ecs("UntagResource", "{'resourceArn': '%s', 'tagKeys': ['a', 'no']}".formatted(WEB));

    ObjectNode detail = changes().getLast().detail();
    assertThat(detail.path("changed-tag-keys")).isEqualTo(json("{'k': ['a']}").path("k"));
    assertThat(detail.path("tags")).isEqualTo(json("{}"));
  }

  @Test
  void a_call_that_changes_nothing_has_no_event() {
    service("[{'key': 'a', 'value': '1'}]");
    tag("[{'key': 'a', 'value': '1'}]");
    aws.ecs("UntagResource", "{'resourceArn': '%s', 'tagKeys': ['no']}".formatted(WEB));

    assertThat(changes()).hasSize(1);
  }

  @Test
  void other_resources_have_no_event() {
    aws.ecs(
        "TagResource",
        """
        {'resourceArn': 'arn:aws:ecs:us-east-1:123456789012:cluster/main',
         'tags': [{'key': 'a', 'value': '1'}]}
        """);
    aws.ecs(
        "TagResource",
        """
        {'resourceArn': 'arn:aws:ecs:us-east-1:123456789012:task-definition/web:1',
         'tags': [{'key': 'a', 'value': '1'}]}
        """);
    assertThat(changes()).isEmpty();
  }

  @Test
  void a_deleted_service_has_no_event() {
    service("[{'key': 'a', 'value': '1'}]");
    aws.ecs("DeleteService", "{'cluster': 'main', 'service': 'web'}");
    assertThat(changes()).hasSize(1);
  }
}
