package dev.slipway.scenario;

import static dev.slipway.scenario.Account.CLUSTER;
import static dev.slipway.scenario.Account.REGISTRY;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * Stories in which the first edition announced what had not happened, or lost a decision: what is
 * announced, and what runs in the end.
 */
@Scenarios
class StoriesScenarioTest {
  private static final String ANN = "arn:aws:iam::123456789012:user/ann";
  private static final String MAIL = "ops@example.com";
  private static final String BROKEN =
      "{'slipway.simulator/exit-code': '1', 'slipway.simulator/exit-after': '1'}";

  @AutoClose private Account account;

  @BeforeEach
  void createAccount() {
    account = new Account(Map.of("NotificationEmail", MAIL, "KeepWarmState", "DISABLED"));
  }

  /** The service web runs the image that the tag staging points at. */
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

  private void rollback(String members) {
    ObjectNode answer =
        account.invoke("rollback", "{'service': 'web', 'by': '%s'%s}", ANN, members);
    assertThat(answer.path("refused").asText()).isEmpty();
  }

  /** Registers a copy of a revision with another image, as other clients do. */
  private void registerCopy(String revision, String image, String tags) {
    ObjectNode copy = (ObjectNode) account.revision(revision).path("taskDefinition");
    copy.remove(
        List.of(
            "taskDefinitionArn",
            "revision",
            "status",
            "registeredAt",
            "registeredBy",
            "requiresAttributes",
            "compatibilities"));
    ((ObjectNode) copy.at("/containerDefinitions/0")).put("image", image);
    copy.set("tags", Account.json(tags).path("tags"));
    account.ecs("RegisterTaskDefinition", "%s", copy.toString());
  }

  private void update(String revision) {
    account.ecs(
        "UpdateService",
        "{'cluster': '%s', 'service': 'web', 'taskDefinition': '%s'}",
        CLUSTER,
        revision);
  }

  private void stopWithRollback(String service) {
    account.ecs(
        "StopServiceDeployment",
        "{'serviceDeploymentArn': '%s', 'stopType': 'ROLLBACK'}",
        serviceDeployments(service).path(0).path("serviceDeploymentArn").asText());
  }

  private JsonNode serviceDeployments(String service) {
    return account
        .ecs("ListServiceDeployments", "{'cluster': '%s', 'service': '%s'}", CLUSTER, service)
        .path("serviceDeployments");
  }

  /** All that was announced but the starts. */
  private List<String> announcedEvents() {
    return account.announcements().stream()
        .map(event -> event.path("detail-type").asText())
        .filter(type -> !type.equals("Deployment Started"))
        .toList();
  }

  private List<JsonNode> details(String detailType) {
    return account.announcements(detailType).stream().map(event -> event.path("detail")).toList();
  }

  private List<String> blocked(String service) {
    return StreamSupport.stream(account.recordOf(service).at("/blocked/L").spliterator(), false)
        .map(block -> block.at("/M/digest/S").asText())
        .toList();
  }

  private static String at(String repository, String digest) {
    return REGISTRY + repository + "@" + digest;
  }

  @Nested
  class Another_clients_deployment_is_never_slipways {
    @Test
    void one_that_was_rolled_back_is_not_announced_and_its_image_is_not_blocked_ever_fault_2() {
      account.webFollowsStaging();
      String manual = account.push("web", "manual", "9");
      registerCopy("web:1", at("web", manual), "{'tags': []}");
      update("web:2");
      account.pass(Duration.ofSeconds(20));
      stopWithRollback("web");
      account.settle();
      assertThat(announcedEvents()).isEmpty();

      push("2");
      rollback(", 'revision': '2'");
      account.settle();

      assertThat(announcedEvents()).containsExactly("Deployment Succeeded", "Deployment Succeeded");
      assertThat(details("Deployment Succeeded").getLast().at("/trigger/by").asText())
          .isEqualTo(ANN);
      assertThat(account.images("web")).containsExactly(at("web", manual));
      assertThat(blocked("web")).doesNotContain(manual);
    }

    @Test
    void one_of_a_revision_that_an_operator_once_chose_is_not_the_operators_fault_3() {
      webRunsOne();
      push("2");
      rollback("");
      account.settle();
      push("3");
      assertThat(announcedEvents()).containsOnly("Deployment Succeeded").hasSize(3);

      update("web:1");
      account.settle();

      assertThat(announcedEvents()).hasSize(4).last().isEqualTo("Deployment Held");
      assertThat(details("Deployment Held").getFirst().path("hold").asText()).isEqualTo("DRIFTED");
      assertThat(account.view("web").taskDefinition()).isEqualTo("web:1");
    }

    @Test
    void an_equal_revision_is_not_taken_for_the_one_to_deploy_fault_4() {
      webRunsOne();
      account.invoke("pause", "{'service': 'web'}");
      String bad = account.push("web", "staging", "2", BROKEN);
      account.settle();
      registerCopy("web:1", at("web", bad), "{'tags': []}");

      account.invoke("resume", "{'service': 'web'}");
      account.settle();
      account.pass(Duration.ofHours(1));

      assertThat(details("Deployment Started")).hasSize(1);
      assertThat(details("Deployment Failed")).hasSize(1);
      assertThat(blocked("web")).containsExactly(bad);
      assertThat(serviceDeployments("web")).as("the service's creation, and one").hasSize(2);
    }

    @Test
    void a_copy_of_slipways_revision_with_slipways_tags_is_not_announced_fault_5() {
      webRunsOne();
      String two = push("2");
      ObjectNode tags = Account.json("{}");
      tags.set("tags", account.revision("web:2").path("tags"));

      registerCopy("web:2", at("web", two), tags.toString());
      update("web:3");
      account.settle();

      assertThat(announcedEvents()).containsExactly("Deployment Succeeded");
      assertThat(account.view("web").taskDefinition()).isEqualTo("web:3");
    }
  }

  @Nested
  class Each_deployment_has_its_own_story {
    @Test
    void of_five_quick_pushes_each_is_credited_to_the_push_of_its_image_fault_6() {
      webRunsOne();

      List<String> pushed = new ArrayList<>();
      for (int version = 2; version <= 6; version++) {
        pushed.add(account.push("web", "staging", Integer.toString(version)));
        account.pass(Duration.ofMillis(300));
      }
      account.settle();

      assertThat(details("Deployment Started"))
          .isNotEmpty()
          .allSatisfy(detail ->
              assertThat(detail.at("/images/0/to").asText())
                  .endsWith(detail.at("/trigger/digest").asText()));
      assertThat(details("Deployment Succeeded"))
          .singleElement()
          .satisfies(detail ->
              assertThat(detail.at("/trigger/digest").asText()).isEqualTo(pushed.getLast()));
      assertThat(account.images("web")).containsExactly(at("web", pushed.getLast()));
    }

    @Test
    void deployed_again_while_ecs_still_goes_back_it_fails_a_second_time_fault_8() {
      webRunsOne();
      String bad = account.push("web", "staging", "2", BROKEN);
      account
          .simulator
          .world()
          .runUntil(() -> !details("Deployment Failed").isEmpty(), Duration.ofHours(1));

      ObjectNode answer =
          account.invoke("deploy", "{'service': 'web', 'unblock': true, 'by': '%s'}", ANN);
      account.settle();

      assertThat(answer.path("refused").asText()).isEmpty();
      assertThat(announcedEvents()).containsExactly("Deployment Failed", "Deployment Failed");
      assertThat(details("Deployment Failed").getLast().at("/trigger/by").asText()).isEqualTo(ANN);
      assertThat(blocked("web")).containsExactly(bad);
      // ECS goes back to a completed deployment only, and the one it was going back to was not yet
      assertThat(details("Deployment Failed").getLast().at("/rollback/state").asText())
          .isEqualTo("failed");
    }

    @Test
    void where_no_task_is_wanted_it_is_not_announced_as_good_fault_11() {
      webRunsOne();
      account.ecs(
          "UpdateService", "{'cluster': '%s', 'service': 'web', 'desiredCount': 0}", CLUSTER);
      account.settle();

      account.push("web", "staging", "2", BROKEN);
      account.settle();

      assertThat(details("Deployment Succeeded"))
          .singleElement()
          .satisfies(detail -> {
            assertThat(detail.path("tasks").asInt(-1)).isZero();
            assertThat(detail.path("reason").asText())
                .contains("no task")
                .doesNotContain("replaced");
          });
    }

    @Test
    void of_a_service_with_fifty_tags_none_of_which_is_written_fault_18() {
      webRunsOne();
      ObjectNode tags = Account.json("{'resourceArn': '%s'}", account.arn("web"));
      IntStream.range(0, 49)
          .forEach(i -> tags.withArray("tags").addObject().put("key", "k" + i).put("value", "v"));
      account.ecs("TagResource", "%s", tags.toString());
      JsonNode before = account.describe("web").path("tags").deepCopy();

      String bad = account.push("web", "staging", "2", BROKEN);
      account.settle();
      account.pass(Duration.ofHours(1));

      assertThat(announcedEvents()).containsExactly("Deployment Failed");
      assertThat(account.simulator.sns().deliveredTo(MAIL)).hasSize(1);
      assertThat(blocked("web")).containsExactly(bad);
      assertThat(account.describe("web").path("tags")).hasSize(50).hasToString(before.toString());
    }
  }

  @Nested
  class What_was_decided_stays_decided {
    private String web = "";
    private String api = "";

    private void shopRuns() {
      account.repository("web", "api");
      web = account.push("web", "staging", "1");
      api = account.push("api", "staging", "1");
      account.taskDefinition("shop", at("web", web), at("api", api));
      account.service("shop", "staging");
      account.settle();
    }

    @Test
    void a_push_beside_a_siblings_blocked_image_is_deployed_and_not_announced_as_held_fault_13() {
      shopRuns();
      String bad = account.push("api", "staging", "2", BROKEN);
      account.settle();

      String newest = account.push("web", "staging", "2");
      account.settle();

      assertThat(account.images("shop")).containsExactly(at("web", newest), at("api", api));
      assertThat(blocked("shop")).containsExactly(bad);
      assertThat(announcedEvents()).containsExactly("Deployment Failed", "Deployment Succeeded");
      assertThat(account.simulator.sns().deliveredTo(MAIL))
          .noneMatch(mail -> mail.body().contains("is not deployed"));
    }

    @Test
    void the_image_rolled_back_from_stays_out_when_its_tag_comes_back_fault_14() {
      webRunsOne();
      String two = account.push("web", "two", "2");
      account.retag("web", "two", "staging");
      account.settle();
      rollback("");
      account.settle();
      String three = push("3");

      account.retag("web", "two", "staging");
      account.settle();

      assertThat(account.images("web")).containsExactly(at("web", three));
      assertThat(blocked("web")).containsExactly(two);
      assertThat(details("Deployment Held"))
          .singleElement()
          .satisfies(held -> assertThat(held.path("hold").asText()).isEqualTo("BLOCKED"));

      String four = push("4");
      assertThat(account.images("web")).containsExactly(at("web", four));
    }

    @Test
    void a_push_in_the_moment_of_a_rollback_does_not_bring_the_blocked_sibling_back_fault_15() {
      shopRuns();
      String bad = account.push("api", "staging", "2");
      account.settle();
      assertThat(account.images("shop")).containsExactly(at("web", web), at("api", bad));

      account.invoke("rollback", "{'service': 'shop', 'by': '%s'}", ANN);
      String newest = account.push("web", "staging", "3");
      account.settle();

      assertThat(account.images("shop")).containsExactly(at("web", newest), at("api", api));
      assertThat(blocked("shop")).containsExactly(bad);
      assertThat(account.isSteady("shop")).isTrue();
    }

    @Test
    void four_broken_images_of_one_task_definition_are_all_blocked_and_announced_once_fault_16() {
      List<String> repositories = List.of("web", "api", "mail", "jobs");
      account.repository(repositories.toArray(String[]::new));
      account.taskDefinition(
          "shop",
          repositories.stream()
              .map(name -> at(name, account.push(name, "staging", name + " 1")))
              .toArray(String[]::new));
      account.service("shop", "staging");
      account.settle();
      account.invoke("pause", "{'service': 'shop'}");
      List<String> bad =
          repositories.stream()
              .map(name -> account.push(name, "staging", name + " 2", BROKEN))
              .toList();
      account.settle();

      account.invoke("resume", "{'service': 'shop'}");
      account.settle();
      account.invoke("sweep", "{}");
      account.settle();

      assertThat(details("Deployment Started")).hasSize(1);
      assertThat(details("Deployment Failed")).hasSize(1);
      assertThat(blocked("shop")).containsExactlyInAnyOrderElementsOf(bad);
      assertThat(account.view("shop").taskDefinition()).isEqualTo("shop:1");
      assertThat(account.messages("slipway-deploy-dead-letters")).isEmpty();
    }
  }
}
