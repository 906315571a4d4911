package dev.slipway.scenario;

import static dev.slipway.scenario.Account.REGISTRY;
import static dev.slipway.scenario.Account.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.InProcessFunctions.Kill;
import dev.slipway.simulator.faults.Calls;
import dev.slipway.simulator.faults.Faults;
import dev.slipway.simulator.world.AwsRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What is done once a deployment has completed, so that the past stays usable. */
@Scenarios
class KeepingScenarioTest {
  private static final String TAG = "slipway-keep-website.web.";
  private static final String KEEPS =
      "environments: { staging: { images: { tag: staging }, keep: { images: 2 } } }";

  private @Nullable Account opened;

  @AfterEach
  void end() {
    if (opened != null) {
      opened.close();
    }
  }

  private Account open(String slipwayYaml, Map<String, String> parameters) {
    Account account = Account.with(slipwayYaml, parameters);
    opened = account;
    account.webFollowsStaging();
    return account;
  }

  /** Pushes images one after the other, and gives their digests. */
  private static List<String> deploy(Account account, String... versions) {
    List<String> digests = new ArrayList<>();
    for (String version : versions) {
      account.pass(Duration.ofMinutes(1));
      digests.add(account.push("web", "staging", version));
      account.settle();
    }
    return digests;
  }

  /** The tags of each image that is there, by digest. */
  private static Map<String, List<String>> tags(Account account) {
    Map<String, List<String>> tags = new HashMap<>();
    for (JsonNode image :
        account
            .ecr(
                "DescribeImages",
                "{'repositoryName': 'web', 'maxResults': 100, 'filter': {'imageStatus': 'ANY'}}")
            .path("imageDetails")) {
      List<String> found = new ArrayList<>();
      image.path("imageTags").forEach(tag -> found.add(tag.asText()));
      tags.put(image.path("imageDigest").asText(), found);
    }
    return tags;
  }

  private static void lifecyclePolicy(Account account, String selection) {
    account.ecr(
        "PutLifecyclePolicy",
        json("{'repositoryName': 'web'}")
            .put(
                "lifecyclePolicyText",
                json(
                        "{'rules': [{'rulePriority': 1, 'selection': {%s}, 'action': {'type':"
                            + " 'expire'}}]}",
                        selection)
                    .toString()));
  }

  /** How often RolloutFunction calls a service from now on. */
  private static Faults.Injected calls(Account account, String service) {
    return account
        .simulator
        .faults()
        .delay(Calls.to(service).by("slipway-rollout"), Faults.ALWAYS, Duration.ZERO);
  }

  @Nested
  class Images {
    @Test
    void of_the_live_and_the_last_two_deployments_outlive_the_lifecycle_policy() {
      Account account = open(KEEPS, Map.of("KeepImagesState", "ENABLED"));
      lifecyclePolicy(
          account,
          "'tagStatus': 'untagged', 'countType': 'sinceImagePushed', 'countUnit': 'days',"
              + " 'countNumber': 1");

      List<String> digests = deploy(account, "2", "3", "4", "5");
      account.pass(Duration.ofDays(3));

      assertThat(tags(account).keySet()).doesNotContain(digests.getFirst());
      assertThat(tags(account))
          .containsEntry(digests.get(1), List.of(TAG + 2))
          .containsEntry(digests.get(2), List.of(TAG + 3));
      assertThat(tags(account).get(digests.get(3))).containsExactlyInAnyOrder("staging", TAG + 1);
      account.invoke("rollback", "{'service': 'web', 'revision': 'web:3'}");
      account.settle();
      assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + digests.get(1));
    }

    @Test
    void are_tagged_without_anything_following_from_it() {
      Account account = open(KEEPS, Map.of("KeepImagesState", "ENABLED"));

      deploy(account, "2");

      assertThat(account.log())
          .contains("the tag is one by which Slipway keeps an image: nothing follows it");
      assertThat(account.revisions("web")).isEqualTo(2);
      assertThat(account.announcements("Deployment Succeeded")).hasSize(1);
      assertThat(account.recordOf("web").at("/housekeeping/M/failure").isMissingNode()).isTrue();
    }

    @Test
    void cost_two_calls_of_ecr_for_each_deployment() {
      Account account = open(KEEPS, Map.of("KeepImagesState", "ENABLED"));
      deploy(account, "2", "3", "4");
      Faults.Injected calls = calls(account, "ecr");

      deploy(account, "5");

      assertThat(calls.hits()).isEqualTo(2);
    }

    @Test
    void cost_nothing_where_slipway_yaml_does_not_ask_for_it() {
      Account account =
          open(
              "environments: { staging: { images: { tag: staging } } }",
              Map.of("KeepImagesState", "ENABLED"));
      Faults.Injected calls = calls(account, "ecr");

      List<String> digests = deploy(account, "2");

      assertThat(calls.hits()).isZero();
      assertThat(tags(account)).containsEntry(digests.getFirst(), List.of("staging"));
    }

    @Test
    void that_the_role_may_not_tag_keep_no_deployment_from_being_told_and_say_what_to_do() {
      Account account = open(KEEPS, Map.of());

      deploy(account, "2");

      assertThat(account.announcements("Deployment Succeeded")).hasSize(1);
      assertThat(account.log("slipway-rollout"))
          .anyMatch(line ->
              line.startsWith("images of web are not kept: access denied")
                  && line.endsWith(
                      "deploy the stack with KeepImagesState=ENABLED (it is tried again by the"
                          + " sweep)"));
      assertThat(account.recordOf("web").at("/housekeeping/M/failure/M/tries/N").asInt())
          .isEqualTo(1);
      assertThat(account.messages("slipway-rollout-dead-letters")).isEmpty();
      assertThat(account.wantedDenials()).isNotEmpty();
    }

    @Test
    void whose_tagging_failed_are_tagged_once_the_sweep_asks_for_it() {
      Account account = open(KEEPS, Map.of("KeepImagesState", "ENABLED", "SweepState", "ENABLED"));
      Faults.Injected throttled =
          account
              .simulator
              .faults()
              .throttle(Calls.to("ecr", "PutImage").by("slipway-rollout"), Faults.ALWAYS);
      List<String> digests = deploy(account, "2");
      assertThat(account.announcements("Deployment Succeeded")).hasSize(1);
      assertThat(tags(account)).containsEntry(digests.getFirst(), List.of("staging"));

      throttled.end();
      account.pass(Duration.ofMinutes(20));
      account.settle();

      assertThat(tags(account).get(digests.getFirst())).contains(TAG + 1);
      assertThat(account.recordOf("web").at("/housekeeping/M/failure").isMissingNode()).isTrue();
    }

    @Test
    void of_a_service_that_was_running_are_kept_as_soon_as_a_sweep_has_seen_it() {
      Account account = open(KEEPS, Map.of("KeepImagesState", "ENABLED", "SweepState", "ENABLED"));

      account.pass(Duration.ofMinutes(12));
      account.settle();

      assertThat(tags(account).values()).containsExactly(List.of("first", TAG + 1));
    }

    @Test
    void of_a_repository_whose_tags_cannot_move_are_kept_until_a_tag_would_have_to() {
      Account account = open(KEEPS, Map.of("KeepImagesState", "ENABLED"));
      deploy(account, "2", "3", "4");
      account.ecr(
          "PutImageTagMutability",
          "{'repositoryName': 'web', 'imageTagMutability': 'IMMUTABLE_WITH_EXCLUSION',"
              + " 'imageTagMutabilityExclusionFilters':"
              + " [{'filterType': 'WILDCARD', 'filter': 'staging'}]}");

      deploy(account, "5");

      assertThat(account.log("slipway-rollout"))
          .anyMatch(line ->
              line.contains("tags of repository web cannot move")
                  && line.contains("IMMUTABLE_WITH_EXCLUSION with the filter slipway-keep-*"));

      account.ecr(
          "PutImageTagMutability",
          "{'repositoryName': 'web', 'imageTagMutability': 'IMMUTABLE_WITH_EXCLUSION',"
              + " 'imageTagMutabilityExclusionFilters':"
              + " [{'filterType': 'WILDCARD', 'filter': 'staging'},"
              + " {'filterType': 'WILDCARD', 'filter': 'slipway-keep-*'}]}");
      List<String> digests = deploy(account, "6");

      assertThat(tags(account).get(digests.getFirst())).hasSize(2).contains("staging");
    }

    @Test
    void that_a_lifecycle_policy_archived_are_named_by_a_rollback() {
      Account account = open("environments: { staging: { images: { tag: staging } } }", Map.of());
      List<String> digests = deploy(account, "2", "3");
      account.ecr(
          "UpdateImageStorageClass",
          "{'repositoryName': 'web', 'imageId': {'imageDigest': '%s'}, 'targetStorageClass':"
              + " 'ARCHIVE'}",
          digests.getFirst());

      assertThat(account.invoke("rollback", "{'service': 'web', 'dryRun': true}").toString())
          .contains("web:2 is not taken, since web ", " is archived in Amazon ECR");
    }

    @Test
    void are_no_candidates_by_their_tags() {
      Account account =
          open(
              "environments: { staging: { images: { newest: '*' }, keep: { images: 1 } } }",
              Map.of("KeepImagesState", "ENABLED"));
      account.pass(Duration.ofMinutes(1));
      String second = account.push("web", "v2", "2");
      account.settle();
      account.pass(Duration.ofMinutes(1));
      String third = account.push("web", "v3", "3");
      account.settle();
      assertThat(tags(account).get(third)).hasSize(2);

      account.ecr(
          "BatchDeleteImage", "{'repositoryName': 'web', 'imageIds': [{'imageTag': 'v3'}]}");
      account.invoke("sweep", "{}");
      account.settle();

      assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + third);
      assertThat(account.invoke("explain", "{'service': 'web'}").toString())
          .doesNotContain("slipway-keep");
      assertThat(tags(account)).containsKey(second);
    }
  }

  @Nested
  class Revisions {
    private static final String YAML =
        "environments: { staging: { images: { tag: staging }, keep: { revisions: 1 } } }";

    private Map<String, String> statuses(Account account, int revisions) {
      Map<String, String> statuses = new LinkedHashMap<>();
      for (int i = 1; i <= revisions; i++) {
        statuses.put(
            "web:" + i,
            account.revision("web:" + i).path("taskDefinition").path("status").asText());
      }
      return statuses;
    }

    @Test
    void that_are_old_and_slipways_own_are_deregistered() {
      Account account = open(YAML, Map.of("DeregisterRevisionsState", "ENABLED"));

      deploy(account, "2", "3", "4", "5");

      assertThat(statuses(account, 5))
          .containsExactlyInAnyOrderEntriesOf(
              Map.of(
                  "web:1", "ACTIVE", // another client's
                  "web:2", "INACTIVE",
                  "web:3", "INACTIVE",
                  "web:4", "ACTIVE",
                  "web:5", "ACTIVE"));
      assertThat(account.log("slipway-rollout")).contains("web:3 is deregistered");
    }

    @Test
    void that_a_pin_names_stay() {
      Account account = open(YAML, Map.of("DeregisterRevisionsState", "ENABLED"));
      deploy(account, "2", "3");
      account.invoke("rollback", "{'service': 'web', 'revision': 'web:2'}");
      account.settle();

      deploy(account, "4", "5", "6");

      // 4 is the rollback's copy of 2
      assertThat(statuses(account, 7))
          .containsEntry("web:3", "INACTIVE")
          .containsEntry("web:6", "ACTIVE")
          .containsEntry("web:7", "ACTIVE");
    }

    @Test
    void all_stay_and_nothing_is_called_by_default() {
      Account account =
          open(
              "environments: { staging: { images: { tag: staging } } }",
              Map.of("DeregisterRevisionsState", "ENABLED"));

      deploy(account, "2", "3", "4");

      assertThat(statuses(account, 4).values()).containsOnly("ACTIVE");
    }

    @Test
    void that_the_role_may_not_deregister_say_what_to_do() {
      Account account = open(YAML, Map.of());

      deploy(account, "2", "3", "4");

      assertThat(statuses(account, 4).values()).containsOnly("ACTIVE");
      assertThat(account.log("slipway-rollout"))
          .anyMatch(line ->
              line.startsWith("old revisions are not deregistered: access denied")
                  && line.contains("deploy the stack with DeregisterRevisionsState=ENABLED"));
      assertThat(account.announcements("Deployment Succeeded")).hasSize(3);
      assertThat(account.wantedDenials()).isNotEmpty();
    }
  }

  @Nested
  class The_deployed_image {
    private static final String YAML =
        "environments: { staging: { images: { tag: staging },"
            + " publish: '/slipway/{cluster}/{service}/image' } }";

    private ObjectNode ssm(Account account, String operation, String body) {
      return account
          .simulator
          .world()
          .call(() ->
              account
                  .simulator
                  .ssm()
                  .call(new AwsRequest(account.simulator.account().root(), operation, json(body))));
    }

    @Test
    void is_published_by_its_digest() {
      Account account = open(YAML, Map.of("PublishPath", "/slipway/*"));
      Faults.Injected calls = calls(account, "ssm");

      List<String> digests = deploy(account, "2", "3");

      assertThat(
              ssm(account, "GetParameter", "{'Name': '/slipway/website/web/image'}")
                  .path("Parameter")
                  .path("Value")
                  .asText())
          .isEqualTo(REGISTRY + "web@" + digests.get(1));
      assertThat(calls.hits()).isEqualTo(2);
    }

    @Test
    void that_failed_is_not() {
      Account account = open(YAML, Map.of("PublishPath", "/slipway/*"));
      List<String> digests = deploy(account, "2");

      account.pass(Duration.ofMinutes(1));
      account.push("web", "staging", "3", "{'slipway.simulator/exit-after': '1'}");
      account.settle();

      assertThat(ssm(account, "GetParameter", "{'Name': '/slipway/website/web/image'}").toString())
          .contains(digests.getFirst());
    }

    @Test
    void outside_the_stacks_path_says_what_to_do_and_is_told_all_the_same() {
      Account account = open(YAML, Map.of("PublishPath", "/other/*"));

      deploy(account, "2");

      assertThat(account.log("slipway-rollout"))
          .anyMatch(line ->
              line.startsWith("the deployed image is not published: access denied")
                  && line.contains("deploy the stack with PublishPath="));
      assertThat(account.announcements("Deployment Succeeded")).hasSize(1);
      assertThat(account.wantedDenials()).isNotEmpty();
    }

    @Test
    void of_several_containers_needs_a_place_for_the_container() {
      Account account =
          Account.with(
              "environments: { staging: { images: { tag: staging },"
                  + " publish: '/slipway/{cluster}/{service}/{container}' } }",
              Map.of("PublishPath", "/slipway/*"));
      opened = account;
      account.repository("web", "log");
      String log = account.push("log", "staging", "1");
      account.taskDefinition(
          "web", REGISTRY + "web@" + account.push("web", "first", "1"), REGISTRY + "log@" + log);
      account.service("web", "staging");
      account.settle();

      List<String> digests = deploy(account, "2");

      assertThat(
              ssm(account, "GetParameter", "{'Name': '/slipway/website/web/container-1'}")
                  .toString())
          .contains(digests.getFirst());
      assertThat(
              ssm(account, "GetParameter", "{'Name': '/slipway/website/web/container-2'}")
                  .toString())
          .contains(log);
    }

    @Test
    void a_function_that_is_killed_while_it_tidies_leaves_nothing_undone() {
      try (Account account =
          Account.with(
              """
              environments:
                staging:
                  images: { tag: staging }
                  keep: { images: 1, revisions: 1 }
                  publish: /slipway/{cluster}/{service}/image
              """,
              Map.of(
                  "KeepImagesState",
                  "ENABLED",
                  "DeregisterRevisionsState",
                  "ENABLED",
                  "PublishPath",
                  "/slipway/*",
                  "SweepState",
                  "ENABLED"))) {
        account.webFollowsStaging();
        for (int calls = 0; calls < 40; calls += 3) {
          account.pass(Duration.ofMinutes(6));
          Kill kill = account.killAfter("rollout", calls);
          String digest = account.push("web", "staging", "k" + calls);
          account.pass(Duration.ofMinutes(40));
          String when = "killed after %d calls".formatted(calls);
          assertThat(account.images("web")).as(when).containsExactly(REGISTRY + "web@" + digest);
          assertThat(
                  ssm(account, "GetParameter", "{'Name': '/slipway/website/web/image'}")
                      .at("/Parameter/Value")
                      .asText())
              .as(when)
              .endsWith(digest);
          assertThat(Objects.requireNonNull(tags(account).get(digest)).toString())
              .as(when)
              .contains(TAG);
          if (!kill.hasHappened()) {
            return;
          }
        }
      }
    }
  }
}
