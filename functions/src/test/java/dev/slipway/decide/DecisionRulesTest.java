package dev.slipway.decide;

import dev.slipway.deploy.FakeImageRegistry;
import dev.slipway.deploy.Wish;
import dev.slipway.ecs.Service;
import dev.slipway.ecs.ServiceArn;
import dev.slipway.ecs.Tags;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.image.Candidate;
import dev.slipway.image.ImageReference;
import dev.slipway.image.ImageTag;
import dev.slipway.image.Platform;
import dev.slipway.image.Repository;
import dev.slipway.image.TagPolicy;
import dev.slipway.record.Trigger;

import static dev.slipway.deploy.FakeImageRegistry.digest;
import static dev.slipway.deploy.FakeImageRegistry.repository;
import static dev.slipway.deploy.FakeImageRegistry.uri;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecisionRulesTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Trigger CAUSE =
      new Trigger.Push("event-1", repository("web"), new ImageTag("staging"), Optional.empty());

  private final ObjectNode service =
      object(
          """
          {"serviceArn": "arn:aws:ecs:eu-central-1:123456789012:service/main/web",
           "status": "ACTIVE", "desiredCount": 4,
           "taskDefinition": "arn:aws:ecs:eu-central-1:123456789012:task-definition/web:7",
           "tags": [{"key": "slipway:environment", "value": "staging"}]}
          """);
  private final ObjectNode taskDefinition =
      object(
          """
          {"taskDefinition": {
             "taskDefinitionArn": "arn:aws:ecs:eu-central-1:123456789012:task-definition/web:7",
             "family": "web",
             "containerDefinitions": [{"name": "web", "image": "%s:staging"}]},
           "tags": []}
          """
              .formatted(uri("web")));
  private ObjectNode deployment = JsonNodeFactory.instance.objectNode();
  private Candidate candidate = image(1);
  private Optional<ObservedState.Chosen> chosen = Optional.empty();

  private static ObjectNode object(String json) {
    try {
      return (ObjectNode) JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new AssertionError(json, e);
    }
  }

  private static Candidate.Image image(int number, Platform... platforms) {
    return new Candidate.Image(
        digest(number), "application/vnd.oci.image.index.v1+json", Set.of(platforms));
  }

  private Decision decide() {
    return decide(CAUSE);
  }

  private Decision decide(Trigger cause) {
    return DecisionRules.decide(
        new ObservedState(
            Service.parse(service),
            new Environment(
                "staging", new TagPolicy.Exact(new ImageTag("staging")), deployment, Set.of()),
            TaskDefinition.parse(taskDefinition),
            Map.of(repository("web"), candidate),
            chosen),
        cause);
  }

  private Decision.Deploy deploy() {
    assertThat(decide()).isInstanceOf(Decision.Deploy.class);
    return (Decision.Deploy) decide();
  }

  private ObjectNode request() {
    return request(deploy());
  }

  private static ObjectNode request(Decision.Deploy deploy) {
    assertThat(deploy.target()).isInstanceOf(Decision.Target.Register.class);
    return ((Decision.Target.Register) deploy.target()).request();
  }

  private void tag(String key, String value) {
    service.withArray("tags").addObject().put("key", key).put("value", value);
  }

  private void runs(String image) {
    ((ObjectNode) taskDefinition.at("/taskDefinition/containerDefinitions/0")).put("image", image);
  }

  @Nested
  class An_image_that_the_service_does_not_have {
    @Test
    void is_deployed_by_its_digest() {
      Decision.Deploy deploy = deploy();

      assertThat(deploy.reason())
          .isEqualTo("tag staging now selects another image: web to 000000000001");
      assertThat(request(deploy))
          .hasToString(
              """
              {"family":"web",\
              "containerDefinitions":[{"name":"web","image":"%s@%s"}],\
              "tags":[{"key":"slipway:tag","value":"staging"},\
              {"key":"slipway:digest","value":"%s"},\
              {"key":"slipway:event","value":"event-1"},\
              {"key":"slipway:source","value":"web:7"}]}\
              """
                  .formatted(uri("web"), digest(1), digest(1)));
      assertThat(deploy.deploymentConfiguration().isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":staging", ":1", "@%s", ":staging@%s"})
    void is_deployed_whatever_the_image_was_called(String end) {
      runs(uri("web") + end.formatted(digest(2)));

      assertThat(deploy().changes().getFirst().to()).hasToString(uri("web") + "@" + digest(1));
    }

    @Test
    void is_named_by_the_host_that_the_task_definition_uses() {
      runs("123456789012.dkr-ecr.eu-central-1.on.aws/web:1");

      assertThat(deploy().changes().getFirst().to())
          .hasToString("123456789012.dkr-ecr.eu-central-1.on.aws/web@" + digest(1));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"@%s", ":staging@%s", ":other@%s"})
  void an_image_that_the_service_has_is_current(String end) {
    runs(uri("web") + end.formatted(digest(1)));

    assertThat(decide())
        .isEqualTo(
            new Decision.Current(
                new ServiceArn("arn:aws:ecs:eu-central-1:123456789012:service/main/web"),
                "staging",
                "web:7 has what tag staging selects: web has 000000000001"));
  }

  @Nested
  class A_service_that_cannot_be_deployed_to {
    @ParameterizedTest
    @ValueSource(strings = {"INACTIVE", "DRAINING"})
    void because_it_is_not_active_is_refused(String status) {
      service.put("status", status);

      assertThat(decide()).isInstanceOf(Decision.Refused.class);
      assertThat(decide().reason()).isEqualTo("the service is %s, not ACTIVE", status);
    }

    @ParameterizedTest
    @CsvSource({
      "CODE_DEPLOY,only AWS CodeDeploy can deploy to it",
      "EXTERNAL,only its task sets can be deployed to",
      "NEWER,that Slipway does not know",
    })
    void because_of_its_controller_is_refused(String type, String why) {
      service.putObject("deploymentController").put("type", type);

      assertThat(decide()).isInstanceOf(Decision.Refused.class);
      assertThat(decide().reason()).contains(why);
    }

    @Test
    void because_it_has_no_task_definition_is_refused() {
      service.remove("taskDefinition");

      assertThat(decide().reason()).isEqualTo("the service has no task definition");
    }
  }

  @Nested
  class People {
    @ParameterizedTest
    @ValueSource(strings = {"true", "until Monday", "", "no deployments"})
    void hold_a_service_by_its_tag_paused(String value) {
      tag("slipway:paused", value);

      assertThat(decide()).isInstanceOf(Decision.Held.class);
      assertThat(decide().reason())
          .isEqualTo(
              "the service is paused by its tag slipway:paused = \"%s\"; otherwise it would bring"
                  + " web to 000000000001",
              value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "False", " false "})
    void do_not_hold_it_by_saying_false(String value) {
      tag("slipway:paused", value);

      assertThat(decide()).isInstanceOf(Decision.Deploy.class);
    }

    @Test
    void hear_that_a_paused_service_is_current_where_it_is() {
      tag("slipway:paused", "true");
      runs(uri("web") + "@" + digest(1));

      assertThat(decide()).isInstanceOf(Decision.Current.class);
    }

    @Test
    void block_images_by_their_digests() {
      tag("slipway:blocked", " " + digest(9) + "  " + digest(1));

      assertThat(decide()).isInstanceOf(Decision.Held.class);
      assertThat(decide().reason())
          .isEqualTo(
              "image %s of web must not be deployed: it is blocked by the service's tag"
                  + " slipway:blocked",
              digest(1));
    }

    @Test
    void do_not_block_other_images() {
      tag("slipway:blocked", digest(9).value());

      assertThat(decide()).isInstanceOf(Decision.Deploy.class);
    }

    @Test
    void are_asked_what_they_meant_to_block() {
      tag("slipway:blocked", "sha256:abc");

      assertThat(decide()).isInstanceOf(Decision.Held.class);
      assertThat(decide().reason())
          .startsWith(
              "the service's tag slipway:blocked holds \"sha256:abc\", which is no image digest");
    }
  }

  /**
   * The service was rolled back from image 1, which the tag still selects and which is blocked, to
   * revision web:6 with image 5.
   */
  @Nested
  class A_wish {
    private static final String WISH = "web:6 instead of 000000000001";

    private final ObjectNode revision =
        object(
            """
            {"taskDefinition": {
               "taskDefinitionArn": "arn:aws:ecs:eu-central-1:123456789012:task-definition/web:6",
               "family": "web", "status": "ACTIVE",
               "containerDefinitions": [{"name": "web", "image": "%s@%s"}]},
             "tags": []}
            """
                .formatted(uri("web"), digest(5)));

    private void wish(String blocked, ImageReference... gone) {
      wish(WISH, blocked, gone);
    }

    private void wish(String value, String blocked, ImageReference... gone) {
      tag("slipway:chosen", value);
      tag("slipway:chosen-by", "ann");
      if (!blocked.isEmpty()) {
        tag("slipway:blocked", blocked);
      }
      chosen =
          Wish.of(Service.parse(service))
              .map(wish ->
                  new ObservedState.Chosen.Found(
                      wish, TaskDefinition.parse(revision), List.of(gone)));
    }

    private Decision.Held held() {
      assertThat(decide()).isInstanceOf(Decision.Held.class);
      return (Decision.Held) decide();
    }

    @ParameterizedTest
    @ValueSource(strings = {"@%s", ":staging"})
    void is_deployed_whatever_the_service_has(String end) {
      runs(uri("web") + end.formatted(digest(1)));
      wish(digest(1).value());

      assertThat(deploy().target())
          .isEqualTo(new Decision.Target.Existing(TaskDefinition.parse(revision)));
      assertThat(deploy().changes().getFirst().to()).hasToString(uri("web") + "@" + digest(5));
      assertThat(deploy().reason())
          .isEqualTo("web:6 was chosen by ann instead of 000000000001, which tag staging selects");
    }

    @Test
    void is_deployed_with_the_environments_deployment_configuration() {
      runs(uri("web") + "@" + digest(1));
      wish(digest(1).value());
      deployment.put("minimumHealthyPercent", 50);

      assertThat(deploy().deploymentConfiguration()).hasToString("{\"minimumHealthyPercent\":50}");

      deployment.put("minimumHealthyPercent", 100).put("maximumPercent", 100);
      assertThat(decide().reason()).startsWith("the deployment could never roll");
    }

    @Test
    void is_deployed_to_a_paused_service_for_a_person_asked_for_it() {
      runs(uri("web") + "@" + digest(1));
      tag("slipway:paused", "true");
      wish(digest(1).value());

      assertThat(deploy().target()).isInstanceOf(Decision.Target.Existing.class);
    }

    @Test
    void holds_the_service_that_has_it() {
      ((ObjectNode) taskDefinition.path("taskDefinition"))
          .setAll((ObjectNode) revision.path("taskDefinition"));
      wish(digest(1).value());

      assertThat(held().hold()).isEqualTo(Decision.Hold.CHOSEN);
      assertThat(held().reason())
          .isEqualTo("web:6 was chosen by ann instead of 000000000001, which tag staging selects");
    }

    @Test
    void ends_with_the_next_image() {
      wish(digest(1).value());
      candidate = image(2);
      assertThat(deploy().target()).isInstanceOf(Decision.Target.Register.class);

      runs(uri("web") + "@" + digest(2));
      assertThat(decide()).isInstanceOf(Decision.Current.class);
    }

    @Test
    void ends_with_the_next_image_though_that_is_blocked_too() {
      runs(uri("web") + "@" + digest(4));
      wish(digest(1) + " " + digest(2));
      candidate = image(2);

      assertThat(held().hold()).isEqualTo(Decision.Hold.BLOCKED);
      assertThat(held().reason()).contains(digest(2).value());
    }

    @Test
    void ends_when_its_image_is_unblocked() {
      wish("");
      assertThat(deploy().target()).isInstanceOf(Decision.Target.Register.class);

      runs(uri("web") + "@" + digest(1));
      assertThat(decide()).as("and does not come back").isInstanceOf(Decision.Current.class);
    }

    @Test
    void means_nothing_where_the_tag_selects_what_it_has() {
      wish(digest(1).value());
      candidate = image(5);
      runs(uri("web") + "@" + digest(5));

      assertThat(decide()).isInstanceOf(Decision.Current.class);
    }

    @Test
    void means_nothing_where_its_revision_would_get_another_new_image() {
      // the wish is about web alone, and its revision lacks what is selected for proxy
      ((ObjectNode) revision.path("taskDefinition"))
          .withArray("containerDefinitions")
          .addObject()
          .put("name", "proxy")
          .put("image", uri("proxy") + "@" + digest(6));
      ((ObjectNode) taskDefinition.path("taskDefinition"))
          .withArray("containerDefinitions")
          .addObject()
          .put("name", "proxy")
          .put("image", uri("proxy") + "@" + digest(7));
      runs(uri("web") + "@" + digest(4));
      wish(digest(1).value());

      Decision decision =
          DecisionRules.decide(
              new ObservedState(
                  Service.parse(service),
                  new Environment(
                      "staging",
                      new TagPolicy.Exact(new ImageTag("staging")),
                      deployment,
                      Set.of()),
                  TaskDefinition.parse(taskDefinition),
                  Map.of(repository("web"), candidate, repository("proxy"), image(7)),
                  chosen),
              CAUSE);

      assertThat(decision)
          .isInstanceOfSatisfying(
              Decision.Held.class,
              held -> assertThat(held.hold()).isEqualTo(Decision.Hold.BLOCKED));
    }

    @Test
    void for_a_blocked_image_is_held() {
      runs(uri("web") + "@" + digest(4));
      wish(digest(1) + " " + digest(5));

      assertThat(held().hold()).isEqualTo(Decision.Hold.BLOCKED);
      assertThat(held().reason())
          .isEqualTo(
              "web:6 cannot be deployed, though web:6 was chosen by ann instead of 000000000001,"
                  + " which tag staging selects: its image %s is blocked by the service's tag"
                  + " slipway:blocked",
              digest(5));
    }

    @ParameterizedTest
    @ValueSource(strings = {"INACTIVE", "DELETE_IN_PROGRESS"})
    void for_a_revision_that_is_not_active_is_refused(String status) {
      runs(uri("web") + "@" + digest(4));
      ((ObjectNode) revision.path("taskDefinition")).put("status", status);
      wish(digest(1).value());

      assertThat(decide()).isInstanceOf(Decision.Refused.class);
      assertThat(decide().reason()).endsWith(": the revision is " + status + ", not ACTIVE");
    }

    @Test
    void for_a_revision_whose_image_is_gone_is_refused() {
      runs(uri("web") + "@" + digest(4));
      wish(digest(1).value(), ImageReference.parse(uri("web") + "@" + digest(5)));

      assertThat(decide()).isInstanceOf(Decision.Refused.class);
      assertThat(decide().reason())
          .endsWith(
              ": its image %s@%s is no longer in Amazon ECR".formatted(uri("web"), digest(5)));
    }

    @Test
    void for_a_revision_that_is_gone_is_refused() {
      runs(uri("web") + "@" + digest(4));
      wish(digest(1).value());
      chosen = chosen.map(was -> new ObservedState.Chosen.Lost(was.wish(), "no such revision"));

      assertThat(decide()).isInstanceOf(Decision.Refused.class);
      assertThat(decide().reason()).endsWith(": ECS refuses: no such revision");
    }

    @Test
    void waits_until_it_is_known_what_is_blocked() {
      runs(uri("web") + "@" + digest(4));
      wish(digest(1) + " sha256:abc");

      assertThat(held().hold()).isEqualTo(Decision.Hold.UNREADABLE);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "web:5",
          "web instead of 000000000001",
          "web:6 instead of",
          "web:6 instead of 0001",
          "web:6 instead of 000000000001,000000000002",
          ""
        })
    void that_cannot_be_read_holds_the_service_and_lets_new_images_pass(String value) {
      wish(value, digest(1).value());
      assertThat(held().hold()).isEqualTo(Decision.Hold.UNREADABLE);
      assertThat(held().reason())
          .startsWith("the service's tag slipway:chosen holds \"" + value + "\", which is no wish");

      candidate = image(2);
      assertThat(decide()).isInstanceOf(Decision.Deploy.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {WISH, "web-api_2:123 instead of 0123456789ab cdef01234567"})
    void is_a_tag_that_can_be_read_again(String value) {
      wish(value, digest(1).value());

      assertThat(chosen.orElseThrow().wish().tagValue()).isEqualTo(value);
    }
  }

  @Nested
  class A_platform {
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        nullValues = "-",
        textBlock =
            """
            # launch type | cpu    | system              | image's platforms        | runs
            FARGATE       | -      | -                   | linux/amd64              | true
            FARGATE       | -      | -                   | linux/arm64              | false
            FARGATE       | -      | -                   | linux/arm64 linux/amd64  | true
            FARGATE       | ARM64  | -                   | linux/arm64              | true
            FARGATE       | ARM64  | LINUX               | linux/amd64              | false
            FARGATE       | X86_64 | WINDOWS_SERVER_2022_CORE | windows/amd64       | true
            FARGATE       | X86_64 | WINDOWS_SERVER_2022_CORE | linux/amd64         | false
            FARGATE       | -      | -                   | unknown/unknown          | false
            FARGATE       | -      | -                   | -                        | true
            EC2           | -      | -                   | linux/arm64              | true
            EC2           | -      | -                   | windows/amd64            | true
            EC2           | ARM64  | -                   | linux/amd64              | false
            EC2           | -      | LINUX               | windows/amd64            | false
            EC2           | -      | LINUX               | linux/arm64              | true
            EC2           | NEWER  | LINUX               | linux/riscv64            | true
            """)
    void must_be_one_that_the_tasks_run_on(
        String launchType, String cpu, String system, String platforms, boolean runs) {
      service.put("launchType", launchType);
      ObjectNode runtimePlatform =
          ((ObjectNode) taskDefinition.path("taskDefinition")).putObject("runtimePlatform");
      if (cpu != null) {
        runtimePlatform.put("cpuArchitecture", cpu);
      }
      if (system != null) {
        runtimePlatform.put("operatingSystemFamily", system);
      }
      candidate =
          image(
              1,
              Stream.of(platforms == null ? new String[0] : platforms.split(" ", -1))
                  .map(platform -> platform.split("/", -1))
                  .map(parts -> new Platform(parts[0], parts[1]))
                  .toArray(Platform[]::new));

      assertThat(decide()).isInstanceOf(runs ? Decision.Deploy.class : Decision.Refused.class);
    }

    @Test
    void that_is_missing_is_named_with_the_remedy() {
      service
          .putArray("capacityProviderStrategy")
          .addObject()
          .put("capacityProvider", "FARGATE_SPOT");
      candidate = image(1, new Platform("linux", "arm64"), new Platform("linux", "arm"));

      assertThat(decide().reason())
          .isEqualTo(
              "image 000000000001 of web is for linux/arm, linux/arm64, but the tasks run on"
                  + " linux/amd64: push an image that has it, or change the task definition's"
                  + " runtimePlatform");
    }
  }

  @Nested
  class A_deployment_configuration {
    @ParameterizedTest
    @CsvSource(
        nullValues = "-",
        textBlock =
            """
            # minimum, maximum, desired, rolls
            100,       100,     4,       false
            100,       100,     0,       true
            100,       200,     1,       true
            100,       124,     4,       false
            100,       125,     4,       true
            76,        100,     4,       false
            75,        100,     4,       true
            50,        100,     1,       false
            0,         100,     1,       true
            -,         -,       1,       true
            -,         100,     2,       false
            """)
    void must_let_a_task_be_started_or_stopped(
        Integer minimum, Integer maximum, int desired, boolean rolls) {
      service.put("desiredCount", desired);
      ObjectNode own = service.putObject("deploymentConfiguration");
      if (minimum != null) {
        own.put("minimumHealthyPercent", minimum);
      }
      if (maximum != null) {
        own.put("maximumPercent", maximum);
      }

      assertThat(decide()).isInstanceOf(rolls ? Decision.Deploy.class : Decision.Refused.class);
    }

    @Test
    void that_can_never_roll_is_named_with_the_remedy() {
      service.putObject("deploymentConfiguration").put("minimumHealthyPercent", 100);
      deployment.put("maximumPercent", 120);

      assertThat(decide().reason())
          .isEqualTo(
              "the deployment could never roll: with minimumHealthyPercent 100 and maximumPercent"
                  + " 120 ECS may neither stop nor start a task of the 4 desired: raise"
                  + " maximumPercent, or lower minimumHealthyPercent");
    }

    @Test
    void of_another_strategy_than_rolling_needs_no_percentages() {
      service
          .putObject("deploymentConfiguration")
          .put("strategy", "BLUE_GREEN")
          .put("minimumHealthyPercent", 100)
          .put("maximumPercent", 100);

      assertThat(decide()).isInstanceOf(Decision.Deploy.class);
    }

    @Test
    void of_a_daemon_service_keeps_the_services_percentages() {
      service
          .put("schedulingStrategy", "DAEMON")
          .putObject("deploymentConfiguration")
          .put("minimumHealthyPercent", 0)
          .put("maximumPercent", 100);
      deployment.put("minimumHealthyPercent", 100).put("maximumPercent", 200);
      assertThat(deploy().deploymentConfiguration().isEmpty()).isTrue();

      deployment.putObject("deploymentCircuitBreaker").put("enable", true);
      assertThat(deploy().deploymentConfiguration())
          .hasToString(
              "{\"minimumHealthyPercent\":0,\"maximumPercent\":100,"
                  + "\"deploymentCircuitBreaker\":{\"enable\":true,\"rollback\":false}}");
    }

    @Test
    void of_a_daemon_service_must_let_a_task_be_stopped() {
      service
          .put("schedulingStrategy", "DAEMON")
          .putObject("deploymentConfiguration")
          .put("minimumHealthyPercent", 100)
          .put("maximumPercent", 100);

      assertThat(decide().reason()).endsWith("lower the service's minimumHealthyPercent");
    }

    @Test
    void has_what_ecs_wants_beside_what_the_environment_says() {
      deployment.putObject("alarms").put("enable", true).putArray("alarmNames").add("5xx");

      assertThat(deploy().deploymentConfiguration())
          .hasToString(
              "{\"alarms\":{\"enable\":true,\"alarmNames\":[\"5xx\"],\"rollback\":false}}");
    }

    @Test
    void replaces_lists_and_keeps_what_it_does_not_say() {
      service
          .putObject("deploymentConfiguration")
          .put("bakeTimeInMinutes", 0)
          .putObject("alarms")
          .put("rollback", true)
          .put("enable", false)
          .putArray("alarmNames")
          .add("old");
      deployment.putObject("alarms").put("enable", true).putArray("alarmNames").add("new");

      assertThat(deploy().deploymentConfiguration())
          .hasToString(
              "{\"bakeTimeInMinutes\":0,\"alarms\":{\"rollback\":true,\"enable\":true,"
                  + "\"alarmNames\":[\"new\"]}}");
    }
  }

  @Nested
  class The_tags_of_a_revision {
    private void tags(int count) {
      IntStream.range(0, count)
          .forEach(i ->
              taskDefinition
                  .withArray("tags")
                  .addObject()
                  .put("key", "key-" + i)
                  .put("value", "" + i));
    }

    @Test
    void may_be_fifty_with_slipways_own() {
      tags(46);

      assertThat(request().path("tags")).hasSize(50);
    }

    @Test
    void may_not_be_more() {
      tags(47);

      assertThat(decide()).isInstanceOf(Decision.Refused.class);
      assertThat(decide().reason())
          .isEqualTo(
              "a copy of web:7 would have 51 tags, with Slipway's own, and ECS allows 50: remove"
                  + " some from the task definition");
    }

    @Test
    void count_slipways_own_once_and_ecs_own_not_at_all() {
      tags(46);
      for (String key : List.of("slipway:tag", "slipway:event", "aws:cloudformation:x", "AWS:y")) {
        taskDefinition.withArray("tags").addObject().put("key", key).put("value", "old");
      }

      assertThat(request().path("tags")).hasSize(50);
      assertThat(Tags.parse(request().path("tags")))
          .containsEntry("slipway:event", "event-1")
          .doesNotContainKeys("aws:cloudformation:x", "AWS:y");
    }

    private static Map<String, String> tagsOf(Decision decision) {
      assertThat(decision).isInstanceOf(Decision.Deploy.class);
      return Tags.parse(request((Decision.Deploy) decision).path("tags"));
    }

    @Test
    void say_when_the_image_was_pushed_or_who_asked_and_never_what_the_source_said() {
      taskDefinition
          .withArray("tags")
          .addObject()
          .put("key", "slipway:pushed")
          .put("value", "2020-01-01T00:00:00Z");
      taskDefinition.withArray("tags").addObject().put("key", "slipway:by").put("value", "bob");
      Instant at = Instant.parse("2026-11-21T10:00:00Z");

      assertThat(
              tagsOf(
                  decide(
                      new Trigger.Push(
                          "p-1", repository("web"), new ImageTag("staging"), Optional.of(at)))))
          .containsEntry("slipway:event", "p-1")
          .containsEntry("slipway:pushed", "2026-11-21T10:00:00Z")
          .doesNotContainKey("slipway:by");
      assertThat(tagsOf(decide(new Trigger.Sweep("s-1", at))))
          .containsEntry("slipway:event", "s-1")
          .doesNotContainKeys("slipway:pushed", "slipway:by");
      assertThat(tagsOf(decide(new Trigger.Request("r-1", "ann"))))
          .containsEntry("slipway:event", "r-1")
          .containsEntry("slipway:by", "ann")
          .doesNotContainKey("slipway:pushed");
    }

    @Test
    void name_as_many_digests_as_fit() {
      List<String> repositories = List.of("ra", "rb", "rc", "rd");
      ObjectNode document = (ObjectNode) taskDefinition.path("taskDefinition");
      document.putArray("containerDefinitions");
      repositories.forEach(name ->
          document
              .withArray("containerDefinitions")
              .addObject()
              .put("name", name)
              .put("image", uri(name)));
      Map<Repository, Candidate> candidates =
          repositories.stream()
              .collect(
                  Collectors.toMap(
                      FakeImageRegistry::repository, name -> image(repositories.indexOf(name))));

      Decision decision =
          DecisionRules.decide(
              new ObservedState(
                  Service.parse(service),
                  new Environment(
                      "staging",
                      new TagPolicy.Exact(new ImageTag("staging")),
                      deployment,
                      Set.of()),
                  TaskDefinition.parse(taskDefinition),
                  candidates,
                  Optional.empty()),
              CAUSE);

      assertThat(decision)
          .isInstanceOfSatisfying(
              Decision.Deploy.class,
              deploy -> {
                assertThat(deploy.changes()).hasSize(4);
                assertThat(Tags.parse(request(deploy).path("tags")))
                    .containsEntry("slipway:digest", digest(0) + " " + digest(1) + " " + digest(2));
              });
    }
  }

  @Test
  void a_container_of_no_ecr_repository_is_not_followed() {
    runs("nginx:1");

    assertThat(
            DecisionRules.decide(
                new ObservedState(
                    Service.parse(service),
                    new Environment(
                        "staging",
                        new TagPolicy.Exact(new ImageTag("staging")),
                        deployment,
                        Set.of()),
                    TaskDefinition.parse(taskDefinition),
                    Map.of(),
                    Optional.empty()),
                CAUSE))
        .isInstanceOf(Decision.NotFollowing.class)
        .extracting(Decision::reason)
        .isEqualTo("no container of web:7 has an image from Amazon ECR in this account and Region");
  }
}
