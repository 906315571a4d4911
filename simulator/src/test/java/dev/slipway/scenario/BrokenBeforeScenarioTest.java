package dev.slipway.scenario;

import static dev.slipway.scenario.Account.CLUSTER;
import static dev.slipway.scenario.Account.REGISTRY;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.InProcessFunctions.Kill;
import dev.slipway.simulator.faults.Calls;
import dev.slipway.simulator.faults.Faults;
import dev.slipway.simulator.sns.Delivered;
import dev.slipway.simulator.world.AwsError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Stories that broke an earlier Slipway: lost commands, other clients in between, names reused. */
@Scenarios
class BrokenBeforeScenarioTest {
  private static final String ANN = "arn:aws:iam::123456789012:user/ann";
  private static final String BOB = "arn:aws:iam::123456789012:user/bob";
  private static final String MAIL = "ops@example.com";
  private static final String BROKEN =
      "{'slipway.simulator/exit-code': '1', 'slipway.simulator/exit-after': '1'}";

  @AutoClose private Account account = new Account(Map.of());
  private String web = "";
  private String api = "";

  private void begin(boolean sweep) {
    account.close();
    account =
        new Account(
            Map.of(
                "NotificationEmail",
                MAIL,
                "KeepWarmState",
                "DISABLED",
                "SweepState",
                sweep ? "ENABLED" : "DISABLED"));
  }

  /** The service web runs the image that the tag staging points at. */
  private String webRunsOne() {
    account.repository("web");
    String one = account.push("web", "staging", "1");
    account.taskDefinition("web", REGISTRY + "web@" + one);
    account.service("web", "staging");
    rest();
    return one;
  }

  /** With the sweep on the world is never quiet. */
  private void rest() {
    account.pass(Duration.ofMinutes(20));
  }

  private String push(String version) {
    String digest = account.push("web", "staging", version);
    rest();
    return digest;
  }

  private static String at(String repository, String digest) {
    return REGISTRY + repository + "@" + digest;
  }

  private static String at(String digest) {
    return at("web", digest);
  }

  private void update(String service, String revision) {
    account.ecs(
        "UpdateService",
        "{'cluster': '%s', 'service': '%s', 'taskDefinition': '%s'}",
        CLUSTER,
        service,
        revision);
  }

  private void forceNewDeployment(String service) {
    account.ecs(
        "UpdateService",
        "{'cluster': '%s', 'service': '%s', 'forceNewDeployment': true}",
        CLUSTER,
        service);
  }

  private List<JsonNode> details(String type) {
    return account.announcements(type).stream().map(e -> e.path("detail")).toList();
  }

  private List<String> announcedEvents() {
    return account.announcements().stream()
        .map(event -> event.path("detail-type").asText())
        .filter(type -> !type.equals("Deployment Started"))
        .toList();
  }

  private List<String> subjects() {
    return account.simulator.sns().deliveredTo(MAIL).stream().map(Delivered::subject).toList();
  }

  private List<String> blocked(String service) {
    return new RecordTable(account).blocked(service);
  }

  private String dump() {
    StringBuilder text = new StringBuilder("\n");
    account
        .announcements()
        .forEach(event ->
            text.append("  ")
                .append(event.path("time").asText())
                .append(' ')
                .append(event.path("detail-type").asText())
                .append(": ")
                .append(event.path("detail").path("reason").asText())
                .append('\n'));
    account
        .simulator
        .sns()
        .deliveredTo(MAIL)
        .forEach(mail -> text.append("  mail: ").append(mail.subject()).append('\n'));
    new RecordTable(account)
        .service("web")
        .ifPresent(record -> text.append("  record: ").append(record).append('\n'));
    return text.toString();
  }

  private interface Command {
    void run(int round);
  }

  private int kills(
      boolean sweep, String function, Runnable before, Command command, Consumer<String> check) {
    List<String> failures = new ArrayList<>();
    int calls = 0;
    for (; calls < 60; calls++) {
      begin(sweep);
      before.run();
      Kill kill = account.killAfter(function, calls);
      try {
        command.run(calls);
      } catch (AssertionError e) {
        if (!String.valueOf(e.getMessage()).contains("failed")) {
          throw e;
        }
      }
      account.pass(Duration.ofMinutes(45));
      String when = function + " killed before call " + (calls + 1);
      try {
        check.accept(when);
      } catch (AssertionError e) {
        failures.add(when + ": " + e.getMessage() + dump());
      }
      if (!kill.hasHappened()) {
        break;
      }
    }
    assertThat(failures).isEmpty();
    return calls;
  }

  /** A broken image in a rollout that no circuit breaker ends. */
  private String pushThatNeverEnds() {
    String bad =
        account.push(
            "web",
            "staging",
            "2",
            "{'slipway.simulator/exit-code': '1', 'slipway.simulator/exit-after': '1'}");
    account.pass(Duration.ofSeconds(5));
    account.ecs(
        "UpdateService",
        """
        {'cluster': '%s', 'service': 'web', 'deploymentConfiguration':
          {'deploymentCircuitBreaker': {'enable': false, 'rollback': false}}}
        """,
        CLUSTER);
    account.pass(Duration.ofMinutes(1));
    return bad;
  }

  private void shopRuns() {
    account.repository("web", "api");
    web = account.push("web", "staging", "web 1");
    api = account.push("api", "staging", "api 1");
    account.taskDefinition("shop", at("web", web), at("api", api));
    account.service("shop", "staging");
    rest();
  }

  private ObjectNode copyOf(String revision, String image) {
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
    return copy;
  }

  @Test
  void a_rollback_survives_a_throttled_register_task_definition() {
    begin(true);
    String one = webRunsOne();
    push("2");
    Faults.Injected away =
        account
            .simulator
            .faults()
            .throttle(Calls.to("ecs", "RegisterTaskDefinition"), Faults.ALWAYS);
    account.invoke("rollback", "{'service': 'web', 'by': '%s'}", ANN);
    account.pass(Duration.ofSeconds(30));
    away.end();
    account.pass(Duration.ofHours(1));
    assertThat(account.images("web")).containsExactly(at(one));
  }

  @Test
  void a_rollback_survives_a_killed_deploy_function() {
    String[] one = new String[1];
    kills(
        true,
        "deploy",
        () -> {
          one[0] = webRunsOne();
          push("2");
        },
        _ -> account.invoke("rollback", "{'service': 'web', 'by': '%s'}", ANN),
        when -> {
          assertThat(account.images("web")).as(when).containsExactly(at(one[0]));
          assertThat(announcedEvents()).as(when).hasSize(2).containsOnly("Deployment Succeeded");
        });
  }

  @Test
  void deploy_to_a_paused_service_survives_a_killed_deploy_function() {
    String[] two = new String[1];
    kills(
        true,
        "deploy",
        () -> {
          webRunsOne();
          account.invoke("pause", "{'service': 'web', 'by': '%s'}", BOB);
          two[0] = push("2");
        },
        _ -> account.invoke("deploy", "{'service': 'web', 'by': '%s'}", ANN),
        when -> assertThat(account.images("web")).as(when).containsExactly(at(two[0])));
  }

  @Test
  void deploy_force_survives_a_killed_deploy_function() {
    kills(
        true,
        "deploy",
        () -> {
          webRunsOne();
          push("2");
        },
        _ -> account.invoke("deploy", "{'service': 'web', 'force': true, 'by': '%s'}", ANN),
        when -> assertThat(details("Deployment Succeeded")).as(when).hasSize(2));
  }

  @Test
  void deploy_of_a_digest_survives_a_killed_deploy_function() {
    String[] hot = new String[1];
    kills(
        true,
        "deploy",
        () -> {
          webRunsOne();
          push("2");
          hot[0] = account.push("web", "hotfix", "h");
        },
        _ ->
            account.invoke("deploy", "{'service': 'web', 'digest': '%s', 'by': '%s'}", hot[0], ANN),
        when -> assertThat(account.images("web")).as(when).containsExactly(at(hot[0])));
  }

  @Test
  void ecs_cannot_stop_for_a_moment_the_operator_tries_again() {
    begin(true);
    String one = webRunsOne();
    String bad = pushThatNeverEnds();
    Faults.Injected away =
        account.simulator.faults().fail(Calls.to("ecs", "StopServiceDeployment"), Faults.ALWAYS);
    account.invoke("rollback", "{'service': 'web', 'by': '%s'}", ANN);
    away.end();
    account.pass(Duration.ofMinutes(1));
    account.invoke("rollback", "{'service': 'web', 'by': '%s'}", ANN);
    account.pass(Duration.ofMinutes(30));
    assertThat(account.images("web")).as("not " + bad).containsExactly(at(one));
  }

  @Test
  void a_failed_stop_the_rollback_is_deployed_over_it_and_nobody_is_notified_that_it_stopped() {
    begin(true);
    String one = webRunsOne();
    account.push(
        "web",
        "staging",
        "2",
        "{'slipway.simulator/exit-code': '1', 'slipway.simulator/exit-after': '30'}");
    account.pass(Duration.ofSeconds(45));
    Faults.Injected away =
        account.simulator.faults().fail(Calls.to("ecs", "StopServiceDeployment"), Faults.ALWAYS);
    account.invoke("rollback", "{'service': 'web', 'by': '%s'}", ANN);
    away.end();
    account.pass(Duration.ofMinutes(30));

    assertThat(account.images("web")).containsExactly(at(one));
    assertThat(announcedEvents()).containsExactly("Deployment Superseded", "Deployment Succeeded");
    assertThat(account.announcements())
        .noneMatch(event -> event.at("/detail/reason").asText().contains("stopped"));
  }

  @Test
  void killed_before_stop_service_deployment_a_rollback_or_a_push_that_fixes_it_helps() {
    String[] image = new String[2];
    kills(
        true,
        "operate",
        () -> {
          image[0] = webRunsOne();
          image[1] = pushThatNeverEnds();
        },
        round -> account.invoke("rollback", "{'service': 'web', 'by': '%s'}", ANN),
        when -> {
          if (!blocked("web").isEmpty()) {
            assertThat(account.images("web")).as(when).containsExactly(at(image[0]));
          }
          String fix = account.push("web", "staging", "fix " + when);
          account.pass(Duration.ofMinutes(30));
          assertThat(account.images("web")).as(when).containsExactly(at(fix));
        });
  }

  @Test
  void the_tag_moves_back_after_another_client_forced_a_new_deployment() {
    begin(true);
    webRunsOne();
    account.retag("web", "staging", "zero");
    String two = account.push("web", "staging", "2");
    rest();
    account.retag("web", "staging", "two");
    push("3");
    forceNewDeployment("web");
    rest();
    account.retag("web", "two", "staging");
    rest();
    assertThat(account.images("web")).containsExactly(at(two));
  }

  @Test
  void a_push_of_web_does_not_undo_what_a_person_did_by_hand_to_api() {
    begin(true);
    shopRuns();
    account.push("api", "staging", "api 2");
    rest();
    // an incident: by hand back to the first revision
    update("shop", "shop:1");
    rest();
    String web2 = account.push("web", "staging", "web 2");
    rest();
    assertThat(account.images("shop")).containsExactly(at("web", web2), at("api", api));
  }

  @Test
  void a_service_that_is_deleted_and_created_again_in_mid_rollout_gets_the_image() {
    begin(true);
    String one = webRunsOne();
    String two = account.push("web", "staging", "2");
    account.pass(Duration.ofSeconds(30));
    account.ecs("DeleteService", "{'cluster': '%s', 'service': 'web', 'force': true}", CLUSTER);
    account.pass(Duration.ofMinutes(3));
    account.ecs("RegisterTaskDefinition", "%s", copyOf("web:1", at(one)).toString());
    account.service("web", "staging");
    account.pass(Duration.ofMinutes(20));
    assertThat(account.images("web")).containsExactly(at(two));
  }

  @Test
  void two_operators_roll_back_at_once_one_step_back() {
    begin(true);
    webRunsOne();
    String two = push("2");
    String three = push("3");
    account.invoke("rollback", "{'service': 'web', 'by': '%s'}", ANN);
    account.pass(Duration.ofSeconds(5));
    ObjectNode second = account.invoke("rollback", "{'service': 'web', 'by': '%s'}", BOB);
    assertThat(second.path("refused").asText()).contains("goes to web:2 already");
    rest();
    assertThat(account.images("web")).containsExactly(at(two));
    assertThat(blocked("web")).containsExactly(three);
  }

  @Test
  void the_same_broken_image_in_two_repositories_the_push_that_is_held_is_announced() {
    begin(true);
    account.repository("web", "api");
    String one = account.push("web", "staging", "1");
    account.push("api", "staging", "1");
    account.taskDefinition("shop", at("web", one), at("api", one));
    account.service("shop", "staging");
    rest();
    account.push("api", "staging", "2", BROKEN);
    rest();
    account.push("web", "staging", "2", BROKEN);
    rest();
    // the push of web is not deployed: people must be notified
    assertThat(subjects()).anyMatch(mail -> mail.contains("not deployed: "));
  }

  @Test
  void ecs_refuses_since_the_service_is_being_deleted_created_again_it_gets_the_image() {
    begin(true);
    String one = webRunsOne();
    account
        .simulator
        .faults()
        .answer(
            Calls.to("ecs", "UpdateService").by("slipway-DeployRole"),
            1,
            new AwsError("ServiceNotActiveException", 400, "Service was not ACTIVE."));
    String two = account.push("web", "staging", "2");
    account.pass(Duration.ofSeconds(10));
    account.ecs("DeleteService", "{'cluster': '%s', 'service': 'web', 'force': true}", CLUSTER);
    account.pass(Duration.ofMinutes(10));
    account.service("web", "staging", "{'taskDefinition': 'web:1'}");
    account.pass(Duration.ofMinutes(30));
    assertThat(account.images("web")).as("not " + one).containsExactly(at(two));
  }

  @Test
  void a_broken_image_that_is_deployed_by_force_in_mid_rollout_is_blocked_and_not_again() {
    begin(true);
    webRunsOne();
    String bad = account.push("web", "staging", "2", BROKEN);
    account.pass(Duration.ofSeconds(20));
    account.invoke("deploy", "{'service': 'web', 'force': true, 'by': '%s'}", ANN);
    account.pass(Duration.ofHours(1));
    assertThat(blocked("web")).containsExactly(bad);
    assertThat(details("Deployment Started")).hasSize(2);
  }

  @Test
  void a_person_puts_the_blocked_image_back_while_the_tag_is_elsewhere_notified_as_blocked() {
    begin(true);
    webRunsOne();
    push("2");
    account.invoke("rollback", "{'service': 'web', 'by': '%s'}", ANN);
    rest();
    push("3");
    account.invoke("pause", "{'service': 'web', 'by': '%s'}", ANN);
    update("web", "web:2");
    rest();
    assertThat(details("Deployment Held")).isNotEmpty();
  }

  @Test
  void a_rollback_that_is_stopped_by_hand_does_not_block_the_image_that_ecs_goes_back_to() {
    begin(true);
    String one = webRunsOne();
    String two = account.push("web", "staging", "2", BROKEN);
    account.pass(Duration.ofSeconds(10));
    forceNewDeployment("web");
    account.pass(Duration.ofSeconds(10));
    account.invoke("rollback", "{'service': 'web', 'by': '%s'}", ANN);
    account.pass(Duration.ofSeconds(20));
    account.ecs(
        "StopServiceDeployment",
        "{'serviceDeploymentArn': '%s', 'stopType': 'ROLLBACK'}",
        account
            .ecs("ListServiceDeployments", "{'cluster': '%s', 'service': 'web'}", CLUSTER)
            .at("/serviceDeployments/0/serviceDeploymentArn")
            .asText());
    rest();
    assertThat(account.images("web")).containsExactly(at(one));
    assertThat(blocked("web")).containsExactly(two);
  }

  @Test
  void a_push_that_fails_during_a_rollback_people_are_notified_that_the_blocked_image_is_back() {
    begin(true);
    webRunsOne();
    String two = push("2");
    account.invoke("rollback", "{'service': 'web', 'by': '%s'}", ANN);
    account.pass(Duration.ofSeconds(20));
    account.push("web", "staging", "3", BROKEN);
    account.pass(Duration.ofHours(1));

    // ECS goes back to the last deployment that completed
    assertThat(account.images("web")).containsExactly(at(two));
    assertThat(details("Deployment Held"))
        .extracting(held -> held.path("hold").asText())
        .contains("BLOCKED_RUNNING");
  }
}
