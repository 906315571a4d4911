package dev.slipway.scenario;

import static dev.slipway.scenario.Account.REGISTRY;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.simulator.InProcessFunctions.Kill;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A function that is killed after its first call of AWS, after its second one, and so on until it
 * comes to its end. Each time SQS delivers the message again; the sweep is switched off.
 */
@Scenarios
class KillScenarioTest {
  private static final String MAIL = "ops@example.com";

  @AutoClose private Account account;

  @BeforeEach
  void createAccount() {
    account = new Account(Map.of("NotificationEmail", MAIL, "KeepWarmState", "DISABLED"));
    account.repository("web");
  }

  /** The kills until one does not happen any more. */
  private interface Round {
    /** Goes through one story with a kill after so many calls. */
    void play(int calls, Kill kill);
  }

  private int killEverywhere(String function, Round round) {
    for (int calls = 0; ; calls++) {
      Kill kill = account.killAfter(function, calls);
      round.play(calls, kill);
      assertThat(account.messages("slipway-deploy-dead-letters")).isEmpty();
      assertThat(account.messages("slipway-rollout-dead-letters")).isEmpty();
      if (!kill.hasHappened()) {
        return calls;
      }
    }
  }

  private void running(String... services) {
    String first = account.push("web", "first", "1");
    for (String service : services) {
      account.runningService(service, "staging", "web", first);
    }
    account.push("web", "staging", "2");
    account.settle();
  }

  /** The announcements about one image, of a service. */
  private List<JsonNode> about(String service, String digest, String detailType) {
    return account.announcements(detailType).stream()
        .map(event -> event.path("detail"))
        .filter(detail -> detail.path("serviceName").asText().equals(service))
        .filter(detail -> detail.at("/images/0/to").asText().endsWith(digest))
        .toList();
  }

  private long mails(String words) {
    return account.simulator.sns().deliveredTo(MAIL).stream()
        .filter(mail -> String.valueOf(mail.subject()).equals("website/web: " + words))
        .count();
  }

  /** The ids of ECS's deployments of a service whose revision has the image. */
  private Set<String> deploymentsOf(String service, String digest) {
    List<String> revisions = new ArrayList<>();
    account
        .ecs("ListTaskDefinitions", "{'familyPrefix': '%s'}", service)
        .path("taskDefinitionArns")
        .forEach(arn -> {
          if (account
              .revision(arn.asText())
              .at("/taskDefinition/containerDefinitions/0/image")
              .asText()
              .endsWith(digest)) {
            revisions.add(arn.asText());
          }
        });
    Set<String> deployments = new HashSet<>();
    for (Account.Deployed deployed : account.deployments(service)) {
      if (revisions.contains(deployed.revision())) {
        deployments.add(deployed.deployment().path("serviceDeploymentArn").asText());
      }
    }
    return deployments;
  }

  private void isDeployedOnce(String service, String digest, int calls) {
    String when = "%s, killed after %d calls".formatted(service, calls);
    assertThat(account.images(service)).as(when).containsExactly(REGISTRY + "web@" + digest);
    assertThat(account.isSteady(service)).as(when).isTrue();
    assertThat(deploymentsOf(service, digest)).as(when).hasSize(1);
    assertThat(about(service, digest, "Deployment Succeeded")).as(when).hasSize(1);
    assertThat(about(service, digest, "Deployment Started")).as(when).hasSizeLessThanOrEqualTo(1);
    assertThat(account.recordOf(service).path("open").isMissingNode()).as(when).isTrue();
  }

  @Test
  void while_it_deploys_the_redelivered_message_ends_with_exactly_one_deployment() {
    running("web");

    int calls =
        killEverywhere(
            "deploy",
            (after, kill) -> {
              String pushed = account.push("web", "staging", "kill " + after);
              account.settle();
              isDeployedOnce("web", pushed, after);
            });

    assertThat(calls).as("calls of a push").isGreaterThanOrEqualTo(9);
    assertThat(account.announcements("Deployment Failed")).isEmpty();
    assertThat(account.announcements("Deployment Superseded")).isEmpty();
  }

  @Test
  void while_it_deploys_to_two_services_exactly_one_deployment_of_each() {
    running("web", "shop");

    int calls =
        killEverywhere(
            "deploy",
            (after, kill) -> {
              String pushed = account.push("web", "staging", "kill " + after);
              account.settle();
              isDeployedOnce("web", pushed, after);
              isDeployedOnce("shop", pushed, after);
            });

    assertThat(calls).as("calls of a push").isGreaterThanOrEqualTo(15);
  }

  @Test
  void while_it_reports_a_success_it_is_announced_and_twice_at_most() {
    running("web");

    int calls =
        killEverywhere(
            "rollout",
            (after, kill) -> {
              String pushed = account.push("web", "staging", "kill " + after);
              account.settle();
              String when = "killed after %d calls".formatted(after);
              assertThat(about("web", pushed, "Deployment Succeeded"))
                  .as(when)
                  .hasSizeBetween(1, 2);
              assertThat(mails("web:staging " + pushed.substring(7, 19) + " deployed"))
                  .as(when)
                  .isBetween(1L, 2L);
              assertThat(account.recordOf("web").path("open").isMissingNode()).as(when).isTrue();
            });

    assertThat(calls).as("calls of the events of a rollout").isGreaterThanOrEqualTo(7);
  }

  @Test
  void while_it_reports_a_failure_the_image_is_blocked_and_it_is_announced_twice_at_most() {
    running("web");

    int calls =
        killEverywhere(
            "rollout",
            (after, kill) -> {
              String pushed =
                  account.push(
                      "web",
                      "staging",
                      "kill " + after,
                      "{'slipway.simulator/exit-code': '1', 'slipway.simulator/exit-after': '1'}");
              account.settle();
              String when = "killed after %d calls".formatted(after);
              assertThat(about("web", pushed, "Deployment Failed")).as(when).hasSizeBetween(1, 2);
              assertThat(about("web", pushed, "Deployment Succeeded")).as(when).isEmpty();
              assertThat(deploymentsOf("web", pushed)).as(when).hasSize(1);
              assertThat(blocked("web")).as(when).contains(pushed);
              assertThat(account.recordOf("web").path("open").isMissingNode()).as(when).isTrue();
            });

    assertThat(calls).as("calls of the events of a rollout").isGreaterThanOrEqualTo(10);
  }

  /**
   * Invokes a function that may be killed; what it did is carried out, by the sweep at the last.
   */
  private void commanded(String function, String request) {
    perhapsKilled(function, request);
    account.invoke("sweep", "{}");
    account.settle();
  }

  private void perhapsKilled(String function, String request) {
    try {
      account.invoke(function, request);
    } catch (AssertionError killed) {
      assertThat(killed).hasMessageContaining("was killed");
    }
    account.settle();
  }

  @Test
  void while_it_rolls_back_all_of_it_is_done_or_nothing() {
    running("web");

    int calls =
        killEverywhere(
            "operate",
            (after, kill) -> {
              String good = account.push("web", "staging", "good " + after);
              account.settle();
              String bad = account.push("web", "staging", "bad " + after);
              account.settle();

              commanded("rollback", "{'service': 'web', 'by': 'ann'}");

              String when = "killed after %d calls".formatted(after);
              boolean done = blocked("web").contains(bad);
              assertThat(account.images("web"))
                  .as(when)
                  .containsExactly(REGISTRY + "web@" + (done ? good : bad));
              assertThat(deploymentsOf("web", good)).as(when).hasSize(done ? 2 : 1);
              assertThat(about("web", good, "Deployment Succeeded")).as(when).hasSize(done ? 2 : 1);
              assertThat(done || kill.hasHappened()).as(when).isTrue();
            });

    assertThat(calls).as("calls of a rollback").isGreaterThanOrEqualTo(5);
  }

  @Test
  void while_it_deploys_as_an_operator_asked_it_is_deployed_once_or_not_at_all() {
    running("web");
    String other = account.push("web", "other", "other");

    int calls =
        killEverywhere(
            "operate",
            (after, kill) -> {
              String pushed = account.push("web", "staging", "pushed " + after);
              account.settle();

              commanded("deploy", "{'service': 'web', 'tag': 'other', 'by': 'ann'}");

              String when = "killed after %d calls".formatted(after);
              List<String> images = account.images("web");
              assertThat(images).as(when).containsAnyOf(at(other), at(pushed));
              if (!kill.hasHappened()) {
                assertThat(images).containsExactly(at(other));
              }
              assertThat(about("web", other, "Deployment Succeeded").size())
                  .as(when)
                  .isEqualTo(deploymentsOf("web", other).size());
            });

    assertThat(calls).as("calls of a deploy").isGreaterThanOrEqualTo(4);
  }

  @Test
  void while_it_promotes_the_tag_is_there_or_not_and_what_it_selects_is_deployed_once() {
    running("web");
    account.runningService("live", "production", "web", account.push("web", "production", "live"));

    int calls =
        killEverywhere(
            "promote",
            (after, kill) -> {
              String pushed = account.push("web", "staging", "pushed " + after);
              account.settle();

              commanded("promote", "{'from': 'staging', 'to': 'production', 'by': 'ann'}");

              String when = "killed after %d calls".formatted(after);
              boolean done = account.images("live").contains(at(pushed));
              assertThat(done || kill.hasHappened()).as(when).isTrue();
              assertThat(about("live", pushed, "Deployment Succeeded"))
                  .as(when)
                  .hasSize(done ? 1 : 0);
            });

    assertThat(calls).as("calls of a promotion").isGreaterThanOrEqualTo(5);
  }

  @Test
  void while_it_sweeps_the_next_sweep_finds_what_this_one_did_not() {
    running("web", "shop");

    int calls =
        killEverywhere(
            "sweep",
            (after, kill) -> {
              account
                  .simulator
                  .events()
                  .faults()
                  .loseNext(1, event -> event.path("source").asText().equals("aws.ecr"));
              String pushed = account.push("web", "staging", "swept " + after);
              perhapsKilled("sweep", "{}");
              perhapsKilled("sweep", "{}");
              isDeployedOnce("web", pushed, after);
              isDeployedOnce("shop", pushed, after);
            });

    assertThat(calls).as("calls of a sweep").isGreaterThanOrEqualTo(5);
  }

  private static String at(String digest) {
    return REGISTRY + "web@" + digest;
  }

  private List<String> blocked(String service) {
    return StreamSupport.stream(account.recordOf(service).at("/blocked/L").spliterator(), false)
        .map(block -> block.at("/M/digest/S").asText())
        .toList();
  }
}
