package dev.slipway.scenario;

import static dev.slipway.scenario.Account.REGISTRY;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.faults.Calls;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What people change by hand: deploy, roll back, promote, pause. */
@Scenarios
class OperateScenarioTest {
  private static final String ANN = "arn:aws:iam::123456789012:user/ann";

  @AutoClose private Account account;

  @BeforeEach
  void createAccount() {
    account = new Account(Map.of());
  }

  /** The service web runs the first image that was tagged staging. */
  private String webRunsOne() {
    account.repository("web");
    String one = account.push("web", "staging", "1");
    account.runningService("web", "staging", "web", one);
    return one;
  }

  private String push(String version) {
    String digest = account.push("web", "staging", version);
    account.settle();
    return digest;
  }

  private ObjectNode ask(String function, String request, Object... values) {
    ObjectNode answer = account.invoke(function, request, values);
    assertThat(answer.path("refused").asText()).isEmpty();
    return answer;
  }

  /** What the record has of a service. */
  private JsonNode record(String service) {
    return new RecordTable(account).service(service).orElseThrow();
  }

  private List<String> blocked(String service) {
    return new RecordTable(account).blocked(service);
  }

  private static List<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
  }

  private Map<String, String> revisionTags(String revision) {
    Map<String, String> tags = new TreeMap<>();
    account
        .revision(revision)
        .path("tags")
        .forEach(tag -> tags.put(tag.path("key").asText(), tag.path("value").asText()));
    return tags;
  }

  private static String at(String digest) {
    return REGISTRY + "web@" + digest;
  }

  private static String brief(String digest) {
    return digest.substring("sha256:".length(), "sha256:".length() + 12);
  }

  /** The details of what Slipway has announced. */
  private List<JsonNode> announced(String detailType) {
    return account.announcements().stream()
        .filter(event -> event.path("detail-type").asText().equals(detailType))
        .map(event -> event.path("detail"))
        .toList();
  }

  private List<String> deploymentStatuses(String service) {
    JsonNode listed =
        account.ecs(
            "ListServiceDeployments",
            "{'cluster': '%s', 'service': '%s'}",
            Account.CLUSTER,
            service);
    return StreamSupport.stream(listed.path("serviceDeployments").spliterator(), false)
        .map(deployment -> deployment.path("status").asText())
        .toList();
  }

  @Nested
  class Rolls_back {
    @Test
    void what_was_deployed_and_it_stays_rolled_back() {
      String one = webRunsOne();
      String two = push("2");
      assertThat(account.images("web")).containsExactly(at(two));

      JsonNode answer = ask("rollback", "{'service': 'web', 'by': '%s'}", ANN);
      account.settle();

      assertThat(answer)
          .hasToString(
              Account.json(
                      """
                      {'service': 'website/web', 'from': 'web:2', 'to': 'web:1',
                       'images': [{'container': 'container-1', 'from': '%s', 'to': '%s'}],
                       'blocked': ['%s'], 'unrecorded': [],
                       'how': 'DeployFunction deploys a copy of web:1 with the digests that ran, with the environment_s deployment configuration'}
                      """,
                      at(two), at(one), two)
                  .toString()
                  .replace('_', '\''));
      assertThat(account.view("web").taskDefinition()).isEqualTo("web:3");
      assertThat(account.images("web")).containsExactly(at(one));
      assertThat(account.isSteady("web")).isTrue();
      JsonNode block = record("web").path("blocked").path(0);
      assertThat(block.path("digest").asText()).isEqualTo(two);
      assertThat(block.path("by").asText()).isEqualTo(ANN);
      assertThat(block.path("reason").asText()).isEqualTo("rolled back to web:1");
      JsonNode pin = record("web").path("pin");
      assertThat(pin.path("revision").asText()).endsWith(":task-definition/web:1");
      assertThat(pin.at("/images/0/image").asText()).isEqualTo(at(one));
      assertThat(texts(pin.path("insteadOf"))).containsExactly(two);
      assertThat(pin.path("by").asText()).isEqualTo(ANN);
      assertThat(pin.path("applied").asBoolean()).isTrue();
      assertThat(account.describe("web").path("tags")).as("no tag is written").hasSize(1);
      JsonNode started = announced("Deployment Started").getLast();
      assertThat(started.path("trigger").path("by").asText()).isEqualTo(ANN);
      assertThat(started.path("taskDefinition").asText()).endsWith(":task-definition/web:3");

      // the tag still points at the image that was left; it is moved away and back
      account.retag("web", "staging", "bad");
      account.push("web", "staging", "1");
      account.settle();
      account.retag("web", "bad", "staging");
      account.settle();

      assertThat(account.images("web")).containsExactly(at(one));
      assertThat(announced("Deployment Held").getLast().path("hold").asText()).isEqualTo("BLOCKED");
    }

    @Test
    void what_is_under_way_by_ecss_own_way_back() {
      String one = webRunsOne();
      String two = account.push("web", "staging", "2");
      account.pass(Duration.ofSeconds(45));
      assertThat(account.view("web").deployments()).hasSizeGreaterThan(1);

      JsonNode answer = ask("rollback", "{'service': 'website/web', 'by': '%s'}", ANN);
      assertThat(answer.path("how").asText())
          .isEqualTo("the deployment under way is stopped, and ECS itself goes back to web:1");
      account.settle();

      assertThat(account.images("web")).containsExactly(at(one));
      assertThat(account.isSteady("web")).isTrue();
      assertThat(deploymentStatuses("web")).first().isEqualTo("ROLLBACK_SUCCESSFUL");
      assertThat(announced("Deployment Started")).as("ECS went back, not Slipway").hasSize(1);
      assertThat(
              ask("deploy", "{'service': 'web'}").path("services").path(0).path("reason").asText())
          .startsWith("image " + brief(two) + " of web is blocked since 2026-11-21T")
          .contains(": " + ANN + " blocked it (rolled back to web:1)")
          .endsWith("`slipway deploy website/web --unblock`");
      assertThat(announced("Deployment Failed"))
          .extracting(end -> end.path("reason").asText())
          .containsExactly(
              ANN
                  + " stopped the deployment of web:staging "
                  + brief(two)
                  + " to website/web; ECS is rolling back to web:1");
    }

    @Test
    void while_ecs_is_going_back_already_and_is_told_so() {
      webRunsOne();
      account.push("web", "staging", "2");
      account.pass(Duration.ofSeconds(45));
      ask("rollback", "{'service': 'web'}");

      assertThat(account.invoke("rollback", "{'service': 'web'}").path("refused").asText())
          .isEqualTo(
              "ECS is rolling website/web back already, to web:1: try again when that is done");
    }

    @Test
    void to_a_revision_of_their_choice_and_then_on_to_the_next_image() {
      String one = webRunsOne();
      String two = push("2");
      String three = push("3");
      assertThat(account.images("web")).containsExactly(at(three));

      ask("rollback", "{'service': 'web', 'revision': '1'}");
      account.settle();
      assertThat(account.images("web")).containsExactly(at(one));

      String four = push("4");
      assertThat(account.images("web")).containsExactly(at(four));
      assertThat(blocked("web")).containsExactly(three);
      assertThat(record("web").path("pin").isMissingNode()).as("the push ended the pin").isTrue();

      // twice in a row: what was left before is not gone back to
      ask("rollback", "{'service': 'web'}");
      account.settle();
      assertThat(account.images("web")).containsExactly(at(one));
      assertThat(two).isNotEqualTo(three);
    }

    @Test
    void and_sees_beforehand_what_would_happen() {
      webRunsOne();
      String two = push("2");
      JsonNode before = record("web");

      JsonNode answer = ask("rollback", "{'service': 'web', 'dryRun': true}");
      account.settle();

      assertThat(answer.path("to").asText()).isEqualTo("web:1");
      assertThat(record("web")).isEqualTo(before);
      assertThat(account.images("web")).containsExactly(at(two));
    }

    @Test
    void in_vain_to_what_cannot_be_deployed_any_more_and_is_told_why() {
      String one = webRunsOne();
      push("2");
      push("3");
      account.ecr(
          "BatchDeleteImage",
          "{'repositoryName': 'web', 'imageIds': [{'imageDigest': '%s'}]}",
          one);
      account.taskDefinition("private", at(one));
      JsonNode before = record("web");

      assertThat(refusal("web:1"))
          .isEqualTo(
              "web:1 is not taken, since web "
                  + brief(one)
                  + " is no longer in Amazon ECR: choose another revision, or push the image"
                  + " again");
      assertThat(refusal("web:3")).isEqualTo("web:3 is what the service has");
      assertThat(refusal("private:1")).isEqualTo("private:1 is not of the service's family, web");
      assertThat(refusal("9")).startsWith("there is no revision web:9. website/web has web:3");
      assertThat(refusal("the one before"))
          .isEqualTo("revision: not a revision: \"the one before\" (expected such as web:3 or 3)");
      account.settle();
      assertThat(record("web")).isEqualTo(before);
      assertThat(account.view("web").taskDefinition()).isEqualTo("web:3");
    }

    private String refusal(String revision) {
      return account
          .invoke("rollback", "{'service': 'web', 'revision': '%s'}", revision)
          .path("refused")
          .asText();
    }

    @Test
    void from_a_first_revision_that_names_the_tag_to_the_digest_that_it_ran() {
      account.repository("web");
      String one = account.push("web", "staging", "1");
      account.taskDefinition("web", REGISTRY + "web:staging");
      account.service("web", "staging");
      account.settle();
      assertThat(account.view("web").taskDefinition()).as("it has it already").isEqualTo("web:1");
      assertThat(
              ask("deploy", "{'service': 'web'}")
                  .path("services")
                  .path(0)
                  .path("decision")
                  .asText())
          .isEqualTo("Current");
      String two = push("2");
      assertThat(account.images("web")).containsExactly(at(two));

      ask("rollback", "{'service': 'web'}");
      account.settle();

      assertThat(account.images("web")).containsExactly(at(one));
      assertThat(account.view("web").taskDefinition()).isEqualTo("web:3");
      assertThat(blocked("web")).containsExactly(two);
      assertThat(announced("Deployment Succeeded").getLast().at("/images/0/to").asText())
          .isEqualTo(at(one));
    }

    @Test
    void to_a_revision_that_was_deregistered_although_a_warm_function_knew_it_as_active() {
      String one = webRunsOne();
      push("2");
      ask("rollback", "{'service': 'web', 'dryRun': true}");
      account.ecs("DeregisterTaskDefinition", "{'taskDefinition': 'web:1'}");

      JsonNode answer = ask("rollback", "{'service': 'web'}");
      account.settle();

      assertThat(answer.path("to").asText()).isEqualTo("web:1");
      assertThat(account.images("web")).containsExactly(at(one));
      assertThat(account.view("web").taskDefinition()).isEqualTo("web:3");
      assertThat(account.messages("slipway-deploy-dead-letters")).isEmpty();
    }

    @Test
    void past_a_revision_whose_image_is_gone_and_is_told_so() {
      String one = webRunsOne();
      String two = push("2");
      push("3");
      account.ecr(
          "BatchDeleteImage",
          "{'repositoryName': 'web', 'imageIds': [{'imageDigest': '%s'}]}",
          two);

      JsonNode answer = ask("rollback", "{'service': 'web'}");
      account.settle();

      assertThat(answer.path("to").asText()).isEqualTo("web:1");
      assertThat(answer.path("how").asText())
          .endsWith("web:2 is not taken, since web " + brief(two) + " is no longer in Amazon ECR");
      assertThat(account.images("web")).containsExactly(at(one));
    }

    @Test
    void to_an_image_that_is_deleted_before_it_is_deployed_and_is_told_so_once() {
      account.webFollowsStaging();
      account.push("web", "staging", "2");
      account.settle();

      account.invoke("rollback", "{'service': 'web', 'by': '%s'}", ANN);
      account.ecr(
          "BatchDeleteImage", "{'repositoryName': 'web', 'imageIds': [{'imageTag': 'first'}]}");
      account.settle();
      account.invoke("sweep", "{}");
      account.settle();

      assertThat(account.announcements("Deployment Held"))
          .singleElement()
          .satisfies(held -> {
            assertThat(held.at("/detail/hold").asText()).isEqualTo("NOT_DEPLOYABLE");
            assertThat(held.at("/detail/reason").asText()).contains("is no longer in Amazon ECR");
          });
    }

    @Test
    void from_a_configuration_that_was_wrong_with_the_same_image_which_is_not_blocked() {
      webRunsOne();
      String two = push("2");
      ObjectNode definition =
          (ObjectNode) account.revision("web:2").path("taskDefinition").deepCopy();
      JsonNode container = definition.path("containerDefinitions").path(0);
      ((ObjectNode) container)
          .putArray("environment")
          .addObject()
          .put("name", "MODE")
          .put("value", "wrong");
      definition.retain(
          "family",
          "networkMode",
          "cpu",
          "memory",
          "requiresCompatibilities",
          "executionRoleArn",
          "taskRoleArn",
          "containerDefinitions");
      account.ecs("RegisterTaskDefinition", "%s", definition.toString());
      account.ecs(
          "UpdateService",
          "{'cluster': '%s', 'service': 'web', 'taskDefinition': 'web:3'}",
          Account.CLUSTER);
      account.settle();

      JsonNode answer = ask("rollback", "{'service': 'web'}");
      account.settle();

      assertThat(answer.path("to").asText()).isEqualTo("web:2");
      assertThat(answer.path("blocked")).isEmpty();
      assertThat(blocked("web")).isEmpty();
      assertThat(account.view("web").taskDefinition()).isEqualTo("web:4");
      assertThat(account.images("web")).containsExactly(at(two));
      assertThat(account.revision("web:4").at("/taskDefinition/containerDefinitions/0/environment"))
          .isEmpty();
      String three = push("3");
      assertThat(account.images("web")).containsExactly(at(three));
    }

    @Test
    void although_an_item_of_the_record_was_deleted_by_hand_while_it_was_open() {
      String one = webRunsOne();
      account.push("web", "staging", "2");
      account.pass(Duration.ofSeconds(45));
      new RecordTable(account).deleteNewestDeployment("web");

      ask("deploy", "{'service': 'web', 'dryRun': true}");
      ask("pause", "{'service': 'web'}");
      ask("resume", "{'service': 'web'}");
      ask("rollback", "{'service': 'web'}");
      account.settle();

      assertThat(account.images("web")).containsExactly(at(one));
    }

    @Test
    void where_there_is_nothing_to_go_back_to() {
      webRunsOne();

      assertThat(account.invoke("rollback", "{'service': 'web'}").path("refused").asText())
          .startsWith("website/web has no revision to go back to: no earlier deployment completed")
          .endsWith("`slipway rollback website/web --to REVISION`");
    }

    @Test
    void although_deploy_functions_queue_cannot_be_reached_the_next_sweep_carries_it_out() {
      String one = webRunsOne();
      push("2");
      // the SDK tries three times
      account.simulator.faults().fail(Calls.to("sqs", "SendMessageBatch"), 3);
      account.failure("rollback", "{'service': 'web'}");
      account.settle();
      assertThat(account.view("web").taskDefinition()).isEqualTo("web:2");

      account.invoke("sweep", "{}");
      account.settle();

      assertThat(account.images("web")).containsExactly(at(one));
      account.invoke("sweep", "{}");
      account.settle();
      assertThat(announced("Deployment Started")).as("and leaves it there").hasSize(2);
    }

    @Test
    void at_the_moment_of_a_push_and_the_newer_image_wins() {
      webRunsOne();
      push("2");

      ask("rollback", "{'service': 'web', 'by': '%s'}", ANN);
      String three = push("3");

      assertThat(account.images("web")).containsExactly(at(three));
      assertThat(account.isSteady("web")).isTrue();
    }

    @Test
    void after_a_push_that_nobody_has_looked_at_yet_and_that_is_left_out_too() {
      String one = webRunsOne();
      String two = push("2");
      String three = account.push("web", "staging", "3");

      JsonNode answer = ask("rollback", "{'service': 'web', 'by': '%s'}", ANN);
      account.settle();

      assertThat(texts(answer.path("blocked"))).as("what has run").containsExactly(two);
      assertThat(texts(record("web").path("pin").path("insteadOf")))
          .containsExactlyInAnyOrder(two, three);
      assertThat(account.images("web")).containsExactly(at(one));
      assertThat(account.isSteady("web")).isTrue();
    }
  }

  @Nested
  class Deploys {
    private String pushUnheard(String version) {
      account
          .simulator
          .events()
          .faults()
          .loseNext(1, event -> event.path("source").asText().equals("aws.ecr"));
      return push(version);
    }

    @Test
    void what_the_environment_selects_although_its_push_was_lost() {
      webRunsOne();
      String two = pushUnheard("2");

      JsonNode dry = ask("deploy", "{'environment': 'staging', 'dryRun': true}");
      assertThat(dry.path("sent").asInt()).isZero();
      assertThat(dry.path("services").path(0).path("decision").asText()).isEqualTo("Deploy");
      JsonNode answer = ask("deploy", "{'environment': 'staging', 'by': '%s'}", ANN);
      account.settle();

      assertThat(answer.path("sent").asInt()).isOne();
      assertThat(account.images("web")).containsExactly(at(two));
      JsonNode deployment = new RecordTable(account).deployments("web").getLast();
      assertThat(deployment.at("/trigger/type").asText()).isEqualTo("operator");
      assertThat(deployment.at("/trigger/by").asText()).isEqualTo(ANN);
      assertThat(revisionTags("web:2"))
          .containsOnly(
              Map.entry(
                  "slipway:deployment", deployment.path("sk").asText().replace("deployment/", "")),
              Map.entry("slipway:tag", "staging"),
              Map.entry("slipway:digest", two));
      assertThat(
              ask("deploy", "{'service': 'web'}")
                  .path("services")
                  .path(0)
                  .path("decision")
                  .asText())
          .isEqualTo("Current");
    }

    @Test
    void to_a_paused_service_and_it_stays_paused() {
      webRunsOne();
      ask("pause", "{'service': 'web', 'by': '%s'}", ANN);
      String two = push("2");

      JsonNode answer = ask("deploy", "{'service': 'web', 'by': '%s'}", ANN);
      account.settle();

      assertThat(answer.path("services").path(0).path("reason").asText())
          .contains("the service is paused by " + ANN, ANN + " asked for this deployment");
      assertThat(account.images("web")).containsExactly(at(two));
      assertThat(record("web").path("pause").path("by").asText()).isEqualTo(ANN);
      push("3");
      assertThat(account.images("web")).containsExactly(at(two));
    }

    @Test
    void the_same_image_again_where_its_first_deployment_failed() {
      account.repository("web");
      String bad = account.push("web", "staging", "1", "{'slipway.simulator/exit-code': '1'}");
      account.taskDefinition("web", at(bad));
      account.service(
          "web",
          "staging",
          """
          {'deploymentConfiguration':
            {'deploymentCircuitBreaker': {'enable': true, 'rollback': false}}}
          """);
      account.settle();
      String before = account.view("web").deployments().getFirst().id();

      JsonNode without = ask("deploy", "{'service': 'web'}").path("services").path(0);
      assertThat(without.path("decision").asText()).isEqualTo("Held");
      assertThat(without.path("reason").asText())
          .startsWith("its deployment of web:1 failed")
          .endsWith("`slipway deploy website/web --force`");
      JsonNode answer = ask("deploy", "{'service': 'web', 'force': true, 'by': '%s'}", ANN);
      account.pass(Duration.ofSeconds(10));

      assertThat(answer.path("sent").asInt()).isOne();
      assertThat(account.view("web").deployments().getFirst().id()).isNotEqualTo(before);
      account.settle();
      assertThat(announced("Deployment Failed")).hasSize(1);
    }

    @Test
    void any_image_by_its_digest_until_the_next_push() {
      webRunsOne();
      String two = push("2");
      String hotfix = account.push("web", "hotfix", "2.1");
      account.settle();

      JsonNode dry = ask("deploy", "{'service': 'web', 'digest': '%s', 'dryRun': true}", hotfix);
      assertThat(dry.path("services").path(0).path("reason").asText())
          .isEqualTo(
              "digest %s was asked for: container-1 gets %s instead of %s, which tag staging selects."
                      .formatted(brief(hotfix), brief(hotfix), brief(two))
                  + " It is pinned until the environment selects another image");
      assertThat(account.revisions("web")).isEqualTo(2);
      ask("deploy", "{'service': 'web', 'digest': '%s', 'by': '%s'}", hotfix, ANN);
      account.settle();

      assertThat(account.images("web")).containsExactly(at(hotfix));
      assertThat(account.isSteady("web")).isTrue();
      assertThat(blocked("web")).as("what is passed over is not blocked").isEmpty();
      assertThat(texts(record("web").path("pin").path("insteadOf"))).containsExactly(two);
      assertThat(record("web").path("pin").path("by").asText()).isEqualTo(ANN);
      assertThat(revisionTags("web:3"))
          .containsEntry("slipway:digest", hotfix)
          .doesNotContainKey("slipway:tag");

      account.retag("web", "staging", "again");
      account.retag("web", "hotfix", "staging");
      account.settle();
      account.retag("web", "again", "staging");
      account.settle();
      assertThat(account.images("web"))
          .as("the pin ended when the tag pointed at the hotfix")
          .containsExactly(at(two));
      String three = push("3");
      assertThat(account.images("web")).containsExactly(at(three));
    }

    @Test
    void any_image_by_its_tag_to_a_paused_service_too() {
      webRunsOne();
      push("2");
      String hotfix = account.push("web", "hotfix", "2.1");
      account.settle();
      ask("pause", "{'environment': 'staging'}");

      ask("deploy", "{'environment': 'staging', 'tag': 'hotfix'}");
      account.settle();

      assertThat(account.images("web")).containsExactly(at(hotfix));
      assertThat(announced("Deployment Succeeded").getLast().at("/images/0/to").asText())
          .isEqualTo(at(hotfix));
    }

    @Test
    void what_was_blocked_once_they_unblock_it() {
      webRunsOne();
      String two = push("2");
      ask("rollback", "{'service': 'web'}");
      account.settle();

      JsonNode held = ask("deploy", "{'service': 'web'}");
      assertThat(held.path("services").path(0).path("decision").asText()).isEqualTo("Held");
      JsonNode answer = ask("deploy", "{'service': 'web', 'unblock': true, 'by': '%s'}", ANN);
      account.settle();

      assertThat(answer.path("sent").asInt()).isOne();
      assertThat(account.images("web")).containsExactly(at(two));
      assertThat(texts(answer.path("services").path(0).path("unblocked"))).containsExactly(two);
      assertThat(blocked("web")).isEmpty();
      assertThat(record("web").has("pin")).isFalse();
    }

    @Test
    void nothing_that_no_repository_of_the_service_has() {
      webRunsOne();

      assertThat(
              ask("deploy", "{'service': 'web', 'tag': 'no-such'}")
                  .path("services")
                  .path(0)
                  .path("reason")
                  .asText())
          .isEqualTo("no repository of its containers has an image with tag no-such: web");
      assertThat(
              account
                  .invoke("deploy", "{'service': 'web', 'digest': 'b'}")
                  .path("refused")
                  .asText())
          .startsWith("digest: expected the first 12 or more of its 64 hex digits");
      assertThat(
              account
                  .invoke("deploy", "{'service': 'web', 'tag': 'a', 'digest': 'b'}")
                  .path("refused")
                  .asText())
          .isEqualTo("at most one of tag, digest may be there");
    }
  }

  @Nested
  class Promotes {
    private String one;

    @BeforeEach
    void stagingAndProduction() {
      account.repository("web");
      one = account.push("web", "staging", "1");
      account.retag("web", "staging", "production");
      account.runningService("web-staging", "staging", "web", one);
      account.runningService("web-production", "production", "web", one);
    }

    @Test
    void what_staging_runs_which_production_then_deploys_as_any_push() {
      String two = push("2");

      ObjectNode dry = ask("promote", "{'from': 'staging', 'to': 'production', 'dryRun': true}");
      account.settle();
      assertThat(account.images("web-production")).containsExactly(at(one));
      assertThat(texts(dry.remove("plan")))
          .containsExactly(
              "%s of web gets tag production instead of %s".formatted(two, one),
              "website/web-production follows",
              "website/web-production is to deploy then");
      JsonNode answer = ask("promote", "{'from': 'staging', 'to': 'production', 'by': '%s'}", ANN);
      account.settle();

      assertThat(answer)
          .isEqualTo(dry)
          .hasToString(
              Account.json(
                      """
                      {'promotions': [{'repository': 'web', 'digest': '%s', 'tag': 'production',
                        'replaces': '%s'}], 'services': ['website/web-production'],
                       'followers': [{'service': 'website/web-production',
                        'environment': 'production', 'decision': 'Deploy',
                        'reason': 'tag production now selects another image: web %s',
                        'from': 'web-production:1', 'changes': [{'container': 'container-1',
                         'from': '%s', 'to': '%s', 'tag': 'production'}]}],
                       'warnings': []}
                      """,
                      two, one, brief(two), at(one), at(two))
                  .toString());
      assertThat(account.images("web-production")).containsExactly(at(two));
      assertThat(account.isSteady("web-production")).isTrue();
      JsonNode promoted = announced("Image Promoted").getFirst();
      assertThat(promoted.path("digest").asText()).isEqualTo(two);
      assertThat(promoted.path("trigger").path("by").asText()).isEqualTo(ANN);
      assertThat(announced("Image Promoted")).hasSize(1);
      JsonNode newest =
          account.invoke("history", "{'service': 'web-production'}").at("/deployments/0");
      assertThat(newest.path("by").asText()).isEqualTo(ANN);
      assertThat(newest.at("/trigger/kind").asText()).isEqualTo("push");
      assertThat(newest.at("/trigger/tag").asText()).isEqualTo("production");
    }

    @Test
    void and_is_told_what_keeps_production_from_it_and_which_pin_ends() {
      String two = push("2");
      ask("pause", "{'service': 'web-production', 'by': '%s'}", ANN);

      JsonNode paused = ask("promote", "{'from': 'staging', 'to': 'production', 'dryRun': true}");
      assertThat(paused.at("/followers/0/decision").asText()).isEqualTo("Held");
      assertThat(paused.at("/followers/0/hold").asText()).isEqualTo("paused");
      assertThat(paused.at("/followers/0/reason").asText())
          .startsWith("the service is paused by " + ANN);

      ask("resume", "{'service': 'web-production'}");
      ask("promote", "{'from': 'staging', 'to': 'production'}");
      account.settle();
      ask("rollback", "{'service': 'web-production', 'by': '%s'}", ANN);
      String three = push("3");
      account.settle();
      assertThat(account.images("web-production")).containsExactly(at(one));

      JsonNode pinned = ask("promote", "{'from': 'staging', 'to': 'production', 'dryRun': true}");
      assertThat(pinned.at("/followers/0/decision").asText()).isEqualTo("Deploy");
      assertThat(pinned.at("/followers/0/endsPin/by").asText()).isEqualTo(ANN);
      assertThat(pinned.at("/followers/0/endsPin/revision").asText()).isEqualTo("web-production:1");
      assertThat(List.of(one, two)).doesNotContain(three);
    }

    @Test
    void what_a_service_runs_that_names_a_tag_and_that_slipway_has_no_record_of() {
      account
          .simulator
          .events()
          .faults()
          .loseNext(10, event -> event.path("source").asText().equals("aws.tag"));
      account.repository("api");
      String api = account.push("api", "v1", "1");
      account.taskDefinition("api-staging", REGISTRY + "api:v1");
      account.service("api-staging", "staging");
      account.settle();
      assertThat(new RecordTable(account).service("api-staging")).isEmpty();

      JsonNode answer =
          ask("promote", "{'from': 'staging', 'to': 'production', 'repository': 'api'}");

      assertThat(answer.path("promotions").path(0).path("digest").asText()).isEqualTo(api);
    }

    @Test
    void what_is_promoted_already_and_is_told_so() {
      JsonNode answer = ask("promote", "{'from': 'staging', 'to': 'production'}");

      assertThat(answer.path("promotions")).isEmpty();
      assertThat(answer.path("warnings").path(0).asText())
          .isEqualTo("tag production of web points at " + brief(one) + " already");
      assertThat(announced("Image Promoted")).isEmpty();
    }

    @Test
    void nothing_while_staging_is_rolling_out() {
      String two = account.push("web", "staging", "2");
      account.pass(Duration.ofSeconds(45));

      assertThat(
              account
                  .invoke("promote", "{'from': 'staging', 'to': 'production'}")
                  .path("refused")
                  .asText())
          .isEqualTo(
              "staging has not come to rest, so that its images are not proven yet;"
                  + " website/web-staging (web %s): its deployment of web-staging:2 is IN PROGRESS."
                  + " To see how it ends: `slipway watch --environment staging`",
              brief(two));
      account.settle();
      assertThat(account.images("web-production")).containsExactly(at(one));
    }

    @Test
    void what_staging_was_rolled_back_to_not_what_its_tag_points_at() {
      push("2");
      ask("rollback", "{'service': 'web-staging'}");
      account.settle();

      assertThat(ask("promote", "{'from': 'staging', 'to': 'production'}").path("promotions"))
          .isEmpty();
    }

    @Test
    void nothing_that_stagings_services_do_not_agree_about() {
      String two = push("2");
      account.runningService("web-other", "staging", "web", one);
      ask("deploy", "{'service': 'web-other', 'digest': '%s'}", one);
      account.settle();

      assertThat(
              account
                  .invoke("promote", "{'from': 'staging', 'to': 'production', 'repository': 'web'}")
                  .path("refused")
                  .asText())
          .startsWith("the services of staging run different images of web: ")
          .contains(one + " in website/web-other", two + " in website/web-staging");
    }

    @Test
    void nothing_older_than_what_production_runs_unless_they_say_so() {
      String two = push("2");
      ask("promote", "{'from': 'staging', 'to': 'production'}");
      account.settle();
      ask("rollback", "{'service': 'web-staging'}");
      account.settle();

      assertThat(refusal("{'from': 'staging', 'to': 'production', 'dryRun': true}"))
          .startsWith(
              "web %s is older than %s, which website/web-production runs: staging had it first at"
                  .formatted(brief(one), brief(two)))
          .endsWith("`slipway promote staging production --even-if-older`");
      assertThat(account.images("web-production")).containsExactly(at(two));

      ask("promote", "{'from': 'staging', 'to': 'production', 'evenIfOlder': true}");
      account.settle();
      assertThat(account.images("web-production")).containsExactly(at(one));
    }

    @Test
    void nothing_that_was_pushed_before_what_staging_never_had() {
      push("2");
      String hotfix = account.push("web", "hotfix", "3");
      ask("deploy", "{'service': 'web-production', 'digest': '%s'}", hotfix);
      account.settle();
      assertThat(account.images("web-production")).containsExactly(at(hotfix));

      assertThat(refusal("{'from': 'staging', 'to': 'production'}"))
          .contains("is older than %s, which".formatted(brief(hotfix)), ": it was pushed at ");
    }

    private String refusal(String request) {
      return account.invoke("promote", request).path("refused").asText();
    }

    @Test
    void over_an_immutable_tag_in_vain() {
      account.ecr(
          "CreateRepository",
          """
          {'repositoryName': 'api', 'imageTagMutability': 'IMMUTABLE_WITH_EXCLUSION',
           'imageTagMutabilityExclusionFilters': [{'filterType': 'WILDCARD', 'filter': 'stag*'}]}
          """);
      String first = account.push("api", "staging", "1");
      account.retag("api", "staging", "production");
      account.runningService("api-staging", "staging", "api", first);
      account.push("api", "staging", "2");
      account.settle();

      assertThat(
              account
                  .invoke("promote", "{'from': 'staging', 'to': 'production', 'repository': 'api'}")
                  .path("refused")
                  .asText())
          .contains("cannot get tag production in api: ECR refuses: ImageTagAlreadyExists");
    }
  }

  @Nested
  class Pauses {
    @Test
    void an_environment_what_is_pushed_meanwhile_is_deployed_when_they_resume() {
      String one = webRunsOne();

      JsonNode paused =
          ask("pause", "{'environment': 'staging', 'note': 'sale!', 'by': '%s'}", ANN);
      String two = push("2");

      assertThat(paused.path("services").path(0).path("paused").asBoolean()).isTrue();
      JsonNode pause = record("web").path("pause");
      assertThat(pause.path("by").asText()).isEqualTo(ANN);
      assertThat(pause.path("at").asText()).startsWith("2026-11-21T10:");
      assertThat(pause.path("note").asText()).isEqualTo("sale!");
      assertThat(account.images("web")).containsExactly(at(one));
      JsonNode held = announced("Deployment Held").getFirst();
      assertThat(held.path("hold").asText()).isEqualTo("PAUSED");
      assertThat(held.path("environment").asText()).isEqualTo("staging");

      JsonNode resumed = ask("resume", "{'environment': 'staging', 'by': '%s'}", ANN);
      account.settle();

      assertThat(resumed.path("services").path(0).path("paused").asBoolean()).isFalse();
      assertThat(account.images("web")).containsExactly(at(two));
      assertThat(record("web").has("pause")).isFalse();
      assertThat(announced("Deployment Started").getFirst().path("trigger").path("by").asText())
          .isEqualTo(ANN);
    }

    @Test
    void a_service_whose_record_was_lost_what_ecs_rolled_back_stays_blocked() {
      webRunsOne();
      String bad = account.push("web", "staging", "2", "{'slipway.simulator/exit-code': '1'}");
      account.settle();
      RecordTable table = new RecordTable(account);
      table.replaceByAnEmptyOne();

      ask("deploy", "{'service': 'web', 'dryRun': true}");
      ask("pause", "{'service': 'web', 'by': '%s'}", ANN);

      assertThat(table.blocked("web")).containsExactly(bad);
      assertThat(record("web").at("/blocked/0/reason").asText())
          .isEqualTo(
              "ECS rolled its newest deployment back, before Slipway had a record of this service");
      ask("resume", "{'service': 'web'}");
      account.settle();
      assertThat(account.view("web").taskDefinition()).isEqualTo("web:1");
    }

    @Test
    void what_is_paused_already_resumes_what_is_not_and_is_told_so() {
      webRunsOne();
      assertThat(reason("resume", "{'service': 'web'}")).startsWith("it was not paused; ");
      reason("pause", "{'service': 'web', 'dryRun': true}");
      assertThat(record("web").has("pause")).isFalse();

      reason("pause", "{'service': 'web', 'by': 'ann'}");
      JsonNode paused = record("web").path("pause");
      assertThat(reason("pause", "{'service': 'web', 'by': 'bob'}"))
          .isEqualTo("it was paused already: by ann at " + paused.path("at").asText());
      assertThat(record("web").path("pause")).isEqualTo(paused);
    }

    private String reason(String command, String request) {
      return ask(command, request).path("services").path(0).path("reason").asText();
    }
  }

  @Test
  void changes_nothing_of_a_service_that_has_not_opted_in() {
    webRunsOne();
    account.runningService("private", "", "web", account.push("web", "x", "x"));

    for (String function : List.of("rollback", "deploy")) {
      assertThat(account.invoke(function, "{'service': 'private'}").path("refused").asText())
          .isEqualTo(
              "website/private follows no environment of slipway.yaml: Slipway changes nothing"
                  + " there. To have it follow one: `slipway follow website/private"
                  + " ENVIRONMENT`");
    }
  }
}
