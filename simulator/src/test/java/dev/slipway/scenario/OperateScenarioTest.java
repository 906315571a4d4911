package dev.slipway.scenario;

import static dev.slipway.scenario.Account.REGISTRY;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What people change by hand: deploy, roll back, promote, pause. */
@DisplayName("A person")
@NeedsAllOf({"RequestRole", "RollbackRole", "PromoteRole", "PauseRole"})
class OperateScenarioTest {
  private static final String ANN = "arn:aws:iam::123456789012:user/ann";

  private Account account;

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

  private Map<String, String> tags(String service) {
    Map<String, String> tags = new TreeMap<>();
    account
        .describe(service)
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

  /** The causes of what Slipway has announced, by the events' detail types. */
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
                       'blocked': ['%s'],
                       'how': 'DeployFunction deploys web:1, with the environment_s deployment configuration'}
                      """,
                      at(two), at(one), two)
                  .toString()
                  .replace('_', '\''));
      assertThat(account.view("web").taskDefinition()).isEqualTo("web:1");
      assertThat(account.isSteady("web")).isTrue();
      assertThat(tags("web"))
          .containsEntry("slipway:blocked", two)
          .containsEntry("slipway:chosen", "web:1 instead of " + brief(two))
          .containsEntry("slipway:chosen-by", ANN);
      JsonNode started = announced("Deployment Started").getLast();
      assertThat(started.path("cause").path("by").asText()).isEqualTo(ANN);
      assertThat(started.path("taskDefinition").asText()).endsWith(":task-definition/web:1");

      // the tag still points at the image that was left; somebody moves it away and back
      account.retag("web", "staging", "bad");
      account.push("web", "staging", "1");
      account.settle();
      account.retag("web", "bad", "staging");
      account.settle();

      assertThat(account.images("web")).containsExactly(at(one));
      assertThat(announced("Deployment Held").getLast().path("hold").asText()).isEqualTo("CHOSEN");
    }

    @Test
    @DisplayName("what is under way, by ECS's own way back")
    void unfinished() {
      String one = webRunsOne();
      account.push("web", "staging", "2");
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
              ask("request", "{'service': 'web'}").path("services").path(0).path("reason").asText())
          .startsWith(
              "web:1 was chosen by somebody who did not say"
                  .substring(0, "web:1 was chosen by ".length()));
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
              "ECS is rolling website/web back already, to web:1: look again when that is done");
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
      assertThat(tags("web")).containsEntry("slipway:blocked", three);

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
      Map<String, String> before = tags("web");

      JsonNode answer = ask("rollback", "{'service': 'web', 'dryRun': true}");
      account.settle();

      assertThat(answer.path("to").asText()).isEqualTo("web:1");
      assertThat(tags("web")).isEqualTo(before);
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
      account.ecs("DeregisterTaskDefinition", "{'taskDefinition': 'web:2'}");
      Map<String, String> before = tags("web");

      assertThat(refusal("web:1"))
          .startsWith("web:1 cannot be deployed, though web:1 was chosen by ")
          .endsWith(": its image " + at(one) + " is no longer in Amazon ECR");
      assertThat(refusal("2")).endsWith(": the revision is INACTIVE, not ACTIVE");
      assertThat(refusal("web:3")).isEqualTo("website/web has web:3 already");
      assertThat(refusal("9")).startsWith("web:9 cannot be read: ecs:DescribeTaskDefinition on ");
      assertThat(refusal("the one before"))
          .isEqualTo("revision: not a revision: \"the one before\" (expected such as web:3 or 3)");
      account.settle();
      assertThat(tags("web")).isEqualTo(before);
      assertThat(account.view("web").taskDefinition()).isEqualTo("web:3");
    }

    private String refusal(String revision) {
      return account
          .invoke("rollback", "{'service': 'web', 'revision': '%s'}", revision)
          .path("refused")
          .asText();
    }

    @Test
    @DisplayName("where there is nothing to go back to")
    void nothing() {
      webRunsOne();

      assertThat(account.invoke("rollback", "{'service': 'web'}").path("refused").asText())
          .startsWith("ECS remembers no completed deployment of website/web with other images");
    }

    @Test
    @DisplayName("by the tags alone, which the next sweep carries out like a message that was lost")
    void byHand() {
      String one = webRunsOne();
      String two = push("2");
      account.tag("web", "slipway:blocked", two);
      account.tag("web", "slipway:chosen", "web:1 instead of " + brief(two));

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

      assertThat(answer.path("blocked")).hasToString("[\"" + two + "\",\"" + three + "\"]");
      assertThat(account.images("web")).containsExactly(at(one));
      assertThat(account.isSteady("web")).isTrue();
    }
  }

  @Nested
  @DisplayName("deploys")
  class Deploys {
    @Test
    @DisplayName("what the environment selects, although its push was lost")
    void selected() {
      webRunsOne();
      ask("pause", "{'action': 'pause', 'service': 'web'}");
      String two = push("2");
      account.ecs(
          "UntagResource",
          "{'resourceArn': '%s', 'tagKeys': ['slipway:paused']}",
          account.arn("web"));

      JsonNode dry = ask("request", "{'environment': 'staging', 'dryRun': true}");
      assertThat(dry.path("sent").asInt()).isZero();
      assertThat(dry.path("services").path(0).path("decision").asText()).isEqualTo("Deploy");
      JsonNode answer = ask("request", "{'environment': 'staging', 'by': '%s'}", ANN);
      account.settle();

      assertThat(answer.path("sent").asInt()).isOne();
      assertThat(account.images("web")).containsExactly(at(two));
      assertThat(account.revision("web:2").path("tags").toString())
          .contains("{\"key\":\"slipway:by\",\"value\":\"" + ANN + "\"}");
      assertThat(
              ask("request", "{'service': 'web'}")
                  .path("services")
                  .path(0)
                  .path("decision")
                  .asText())
          .isEqualTo("Current");
    }

    @Test
    @DisplayName("any image by its digest, until the next push")
    void given() {
      webRunsOne();
      String two = push("2");
      String hotfix = account.push("web", "hotfix", "2.1");
      account.settle();

      JsonNode dry = ask("request", "{'service': 'web', 'digest': '%s', 'dryRun': true}", hotfix);
      assertThat(dry.path("services").path(0).path("reason").asText())
          .isEqualTo(
              "you ask for digest %s: container-1 to %s instead of %s, which tag staging selects"
                      .formatted(brief(hotfix), brief(hotfix), brief(two))
                  + " and which becomes blocked");
      assertThat(account.revisions("web")).isEqualTo(2);
      ask("request", "{'service': 'web', 'digest': '%s', 'by': '%s'}", hotfix, ANN);
      account.settle();

      assertThat(account.images("web")).containsExactly(at(hotfix));
      assertThat(account.isSteady("web")).isTrue();
      assertThat(tags("web"))
          .containsEntry("slipway:blocked", two)
          .containsEntry("slipway:chosen", "web:3 instead of " + brief(two));
      Map<String, String> revision = new TreeMap<>();
      account
          .revision("web:3")
          .path("tags")
          .forEach(tag -> revision.put(tag.path("key").asText(), tag.path("value").asText()));
      assertThat(revision)
          .containsEntry("slipway:by", ANN)
          .containsEntry("slipway:digest", hotfix)
          .containsEntry("slipway:source", "web:2")
          .doesNotContainKey("slipway:tag");

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
      ask("pause", "{'action': 'pause', 'environment': 'staging'}");

      ask("request", "{'environment': 'staging', 'tag': 'hotfix'}");
      account.settle();

      assertThat(account.images("web")).containsExactly(at(hotfix));
      assertThat(account.revision("web:3").path("tags").toString())
          .contains("{\"key\":\"slipway:tag\",\"value\":\"hotfix\"}");
    }

    @Test
    @DisplayName("what was blocked, once they unblock it")
    void unblocks() {
      webRunsOne();
      String two = push("2");
      ask("rollback", "{'service': 'web'}");
      account.settle();

      JsonNode held = ask("request", "{'service': 'web'}");
      assertThat(held.path("services").path(0).path("decision").asText()).isEqualTo("Held");
      JsonNode answer = ask("request", "{'service': 'web', 'unblock': true, 'by': '%s'}", ANN);
      account.settle();

      assertThat(answer.path("sent").asInt()).isOne();
      assertThat(account.images("web")).containsExactly(at(two));
      assertThat(tags("web"))
          .doesNotContainKeys("slipway:blocked", "slipway:chosen", "slipway:chosen-by");
    }

    @Test
    @DisplayName("nothing that no repository of the service has")
    void unknown() {
      webRunsOne();

      assertThat(
              ask("request", "{'service': 'web', 'tag': 'no-such'}")
                  .path("services")
                  .path(0)
                  .path("reason")
                  .asText())
          .isEqualTo("no repository of its containers has an image with tag no-such: web");
      assertThat(
              account
                  .invoke("request", "{'service': 'web', 'tag': 'a', 'digest': 'b'}")
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
                        'replaces': '%s'}], 'services': ['website/web-production'], 'remarks': []}
                      """,
                      two, one)
                  .toString());
      assertThat(account.images("web-production")).containsExactly(at(two));
      assertThat(account.isSteady("web-production")).isTrue();
      assertThat(tags("web-production")).containsEntry("slipway:promoted", two + " by " + ANN);
      JsonNode promoted = announced("Image Promoted").getFirst();
      assertThat(promoted.path("digest").asText()).isEqualTo(two);
      assertThat(promoted.path("cause").path("by").asText()).isEqualTo(ANN);
      assertThat(announced("Image Promoted")).hasSize(1);
    }

    @Test
    @DisplayName("what is promoted already, and is told so")
    void again() {
      JsonNode answer = ask("promote", "{'from': 'staging', 'to': 'production'}");

      assertThat(answer.path("promotions")).isEmpty();
      assertThat(answer.path("remarks").path(0).asText())
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
          ask(
              "pause",
              "{'action': 'pause', 'environment': 'staging', 'note': 'sale!', 'by': '%s'}",
              ANN);
      String two = push("2");

      assertThat(paused.path("services").path(0).path("paused").asBoolean()).isTrue();
      assertThat(tags("web").get("slipway:paused"))
          .startsWith("by " + ANN + " at 20")
          .endsWith("Z: sale-");
      assertThat(account.images("web")).containsExactly(at(one));
      JsonNode held = announced("Deployment Held").getFirst();
      assertThat(held.path("hold").asText()).isEqualTo("PAUSED");
      assertThat(held.path("environment").asText()).isEqualTo("staging");

      JsonNode resumed =
          ask("pause", "{'action': 'resume', 'environment': 'staging', 'by': '%s'}", ANN);
      account.settle();

      assertThat(resumed.path("services").path(0).path("paused").asBoolean()).isFalse();
      assertThat(account.images("web")).containsExactly(at(two));
      assertThat(tags("web")).doesNotContainKey("slipway:paused");
      assertThat(announced("Deployment Started").getFirst().path("cause").path("by").asText())
          .isEqualTo(ANN);
    }

    @Test
    @DisplayName("what is paused already, resumes what is not, and is told so")
    void twice() {
      webRunsOne();
      assertThat(reason("{'action': 'resume', 'service': 'web'}")).isEqualTo("is not paused");
      reason("{'action': 'pause', 'service': 'web', 'dryRun': true}");
      assertThat(tags("web")).doesNotContainKey("slipway:paused");

      reason("{'action': 'pause', 'service': 'web', 'by': 'ann'}");
      String paused = tags("web").get("slipway:paused");
      assertThat(reason("{'action': 'pause', 'service': 'web', 'by': 'bob'}"))
          .isEqualTo("is paused already: " + paused);
      assertThat(tags("web")).containsEntry("slipway:paused", paused);
    }

    private String reason(String request) {
      return ask("pause", request).path("services").path(0).path("reason").asText();
    }
  }

  @Test
  @DisplayName("changes nothing of a service that has not opted in")
  void notFollowed() {
    webRunsOne();
    account.runningService("private", "", "web", account.push("web", "x", "x"));

    for (String function : List.of("rollback", "request")) {
      assertThat(account.invoke(function, "{'service': 'private'}").path("refused").asText())
          .isEqualTo(
              "website/private follows no environment of slipway.yaml: Slipway changes nothing"
                  + " there");
    }
  }
}
