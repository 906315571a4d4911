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
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What people change by hand: deploy, roll back, promote, pause. */
@DisplayName("A person")
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
  @DisplayName("rolls back")
  class RollsBack {
    @Test
    @DisplayName("what was deployed, and it stays rolled back")
    void finished() {
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
    @DisplayName("what is under way, by ECS's own way back")
    void unfinished() {
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
                  + " stopped the deployment of web "
                  + brief(two)
                  + " to website/web; ECS is rolling back to web:1");
    }

    @Test
    @DisplayName("while ECS is going back already, and is told so")
    void goingBack() {
      webRunsOne();
      account.push("web", "staging", "2");
      account.pass(Duration.ofSeconds(45));
      ask("rollback", "{'service': 'web'}");

      assertThat(account.invoke("rollback", "{'service': 'web'}").path("refused").asText())
          .isEqualTo(
              "ECS is rolling website/web back already, to web:1: try again when that is done");
    }

    @Test
    @DisplayName("to a revision of their choice, and then on to the next image")
    void named() {
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
    @DisplayName("and sees beforehand what would happen")
    void dryRun() {
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
    @DisplayName("in vain to what cannot be deployed any more, and is told why")
    void refused() {
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
      assertThat(refusal("private:1"))
          .isEqualTo(
              "private:1 is not of the service's family web: a service goes back to revisions of"
                  + " its own family only");
      assertThat(refusal("9")).startsWith("web:9 cannot be read: ecs:DescribeTaskDefinition on ");
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
    @DisplayName("from a first revision that names the tag, to the digest that it ran")
    void toARevisionThatNamesTheTag() {
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
    @DisplayName("to a revision that was deregistered, although a warm function knew it as active")
    void deregistered() {
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
    @DisplayName("past a revision whose image is gone, and is told so")
    void gone() {
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
    @DisplayName("to an image that is deleted before it is deployed, and is told so, once")
    void deletedMeanwhile() {
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
    @DisplayName("from a configuration that was wrong, with the same image, which is not blocked")
    void configuration() {
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
    @DisplayName("although an item of the record was deleted by hand while it was open")
    void itemIsGone() {
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
    @DisplayName("where there is nothing to go back to")
    void nothing() {
      webRunsOne();

      assertThat(account.invoke("rollback", "{'service': 'web'}").path("refused").asText())
          .startsWith("no earlier deployment of website/web completed with tasks running")
          .endsWith("`slipway rollback website/web --to REVISION`");
    }

    @Test
    @DisplayName("although DeployFunction's queue cannot be reached: the next sweep carries it out")
    void noHint() {
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
    @DisplayName("at the moment of a push, and the newer image wins")
    void race() {
      webRunsOne();
      push("2");

      ask("rollback", "{'service': 'web', 'by': '%s'}", ANN);
      String three = push("3");

      assertThat(account.images("web")).containsExactly(at(three));
      assertThat(account.isSteady("web")).isTrue();
    }

    @Test
    @DisplayName("after a push that nobody has looked at yet, and that is left out too")
    void raceTheOtherWay() {
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
  @DisplayName("deploys")
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
    @DisplayName("what the environment selects, although its push was lost")
    void selected() {
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
    @DisplayName("to a paused service, and it stays paused")
    void paused() {
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
    @DisplayName("the same image again where its first deployment failed")
    void force() {
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
    @DisplayName("any image by its digest, until the next push")
    void given() {
      webRunsOne();
      String two = push("2");
      String hotfix = account.push("web", "hotfix", "2.1");
      account.settle();

      JsonNode dry = ask("deploy", "{'service': 'web', 'digest': '%s', 'dryRun': true}", hotfix);
      assertThat(dry.path("services").path(0).path("reason").asText())
          .isEqualTo(
              "digest %s was asked for: container-1 gets %s instead of %s, which tag staging selects."
                      .formatted(brief(hotfix), brief(hotfix), brief(two))
                  + " It is pinned until another image is pushed");
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
      assertThat(account.images("web")).as("two is not another image").containsExactly(at(hotfix));
      String three = push("3");
      assertThat(account.images("web")).containsExactly(at(three));
    }

    @Test
    @DisplayName("any image by its tag, to a paused service too")
    void tagged() {
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
    @DisplayName("what was blocked, once they unblock it")
    void unblocks() {
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
    @DisplayName("nothing that no repository of the service has")
    void unknown() {
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
                  .invoke("deploy", "{'service': 'web', 'tag': 'a', 'digest': 'b'}")
                  .path("refused")
                  .asText())
          .startsWith("digest: not a valid image digest");
    }
  }

  @Nested
  @DisplayName("promotes")
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
    @DisplayName("what staging runs, which production then deploys as any push")
    void promotes() {
      String two = push("2");

      JsonNode dry = ask("promote", "{'from': 'staging', 'to': 'production', 'dryRun': true}");
      account.settle();
      assertThat(account.images("web-production")).containsExactly(at(one));
      JsonNode answer = ask("promote", "{'from': 'staging', 'to': 'production', 'by': '%s'}", ANN);
      account.settle();

      assertThat(answer)
          .isEqualTo(dry)
          .hasToString(
              Account.json(
                      """
                      {'promotions': [{'repository': 'web', 'digest': '%s', 'tag': 'production',
                        'replaces': '%s'}], 'services': ['website/web-production'], 'warnings': []}
                      """,
                      two, one)
                  .toString());
      assertThat(account.images("web-production")).containsExactly(at(two));
      assertThat(account.isSteady("web-production")).isTrue();
      JsonNode promoted = announced("Image Promoted").getFirst();
      assertThat(promoted.path("digest").asText()).isEqualTo(two);
      assertThat(promoted.path("trigger").path("by").asText()).isEqualTo(ANN);
      assertThat(announced("Image Promoted")).hasSize(1);
    }

    @Test
    @DisplayName("what a service runs that names a tag, and that Slipway has no record of")
    void unknown() {
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
    @DisplayName("what is promoted already, and is told so")
    void again() {
      JsonNode answer = ask("promote", "{'from': 'staging', 'to': 'production'}");

      assertThat(answer.path("promotions")).isEmpty();
      assertThat(answer.path("warnings").path(0).asText())
          .isEqualTo("tag production of web points at " + brief(one) + " already");
      assertThat(announced("Image Promoted")).isEmpty();
    }

    @Test
    @DisplayName("nothing while staging is rolling out")
    void refusedMidRollout() {
      account.push("web", "staging", "2");
      account.pass(Duration.ofSeconds(45));

      assertThat(
              account
                  .invoke("promote", "{'from': 'staging', 'to': 'production'}")
                  .path("refused")
                  .asText())
          .isEqualTo(
              "staging has not come to rest, so that nobody knows yet whether its images are good;"
                  + " website/web-staging: its deployment of web-staging:2 is IN PROGRESS");
      account.settle();
      assertThat(account.images("web-production")).containsExactly(at(one));
    }

    @Test
    @DisplayName("what staging was rolled back to, not what its tag points at")
    void rolledBack() {
      push("2");
      ask("rollback", "{'service': 'web-staging'}");
      account.settle();

      assertThat(ask("promote", "{'from': 'staging', 'to': 'production'}").path("promotions"))
          .isEmpty();
    }

    @Test
    @DisplayName("nothing that staging's services do not agree about")
    void disagree() {
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
    @DisplayName("over an immutable tag in vain")
    void immutable() {
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
  @DisplayName("pauses")
  class Pauses {
    @Test
    @DisplayName("an environment; what is pushed meanwhile is deployed when they resume")
    void holdsAndResumes() {
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
    @DisplayName("a service whose record was lost: what ECS rolled back stays blocked")
    void withoutARecord() {
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
    @DisplayName("what is paused already, resumes what is not, and is told so")
    void twice() {
      webRunsOne();
      assertThat(reason("resume", "{'service': 'web'}")).isEqualTo("is not paused");
      reason("pause", "{'service': 'web', 'dryRun': true}");
      assertThat(record("web").has("pause")).isFalse();

      reason("pause", "{'service': 'web', 'by': 'ann'}");
      JsonNode paused = record("web").path("pause");
      assertThat(reason("pause", "{'service': 'web', 'by': 'bob'}"))
          .isEqualTo("is paused already: by ann at " + paused.path("at").asText());
      assertThat(record("web").path("pause")).isEqualTo(paused);
    }

    private String reason(String command, String request) {
      return ask(command, request).path("services").path(0).path("reason").asText();
    }
  }

  @Test
  @DisplayName("changes nothing of a service that has not opted in")
  void notFollowed() {
    webRunsOne();
    account.runningService("private", "", "web", account.push("web", "x", "x"));

    for (String function : List.of("rollback", "deploy")) {
      assertThat(account.invoke(function, "{'service': 'private'}").path("refused").asText())
          .isEqualTo(
              "website/private follows no environment of slipway.yaml: Slipway changes nothing"
                  + " there");
    }
  }
}
