package dev.slipway.scenario;

import static dev.slipway.scenario.Account.CLUSTER;
import static dev.slipway.scenario.Account.REGISTRY;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.faults.Calls;
import dev.slipway.simulator.faults.Faults;
import dev.slipway.simulator.sns.Delivered;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.AwsRequest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** How a deployment that Slipway started ends, and who is notified. */
@Scenarios
class RolloutScenarioTest {
  private static final String MAILBOX = "ops@example.com";
  private static final String CHAT = "https://chat.example.com/hook";
  private static final String TOPIC = "arn:aws:sns:us-east-1:123456789012:slipway-notifications";
  private static final String CRASH =
      "{'slipway.simulator/exit-code': '1', 'slipway.simulator/exit-after': '1',"
          + " 'slipway.simulator/log': 'starting\\nError: DATABASE_URL is not set'}";
  private static final String UNHEALTHY = "{'slipway.simulator/health': 'unhealthy'}";

  @AutoClose private Account account;

  @BeforeEach
  void createAccount() {
    account = new Account(Map.of("NotificationEmail", MAILBOX));
    ObjectNode subscription =
        Account.json("{'TopicArn': '%s', 'Protocol': 'https', 'Endpoint': '%s'}", TOPIC, CHAT);
    subscription.putObject("Attributes").put("RawMessageDelivery", "true");
    sns("Subscribe", subscription);
  }

  private void sns(String operation, ObjectNode request) {
    account
        .simulator
        .world()
        .call(() ->
            account
                .simulator
                .sns()
                .call(new AwsRequest(account.simulator.account().root(), operation, request)));
  }

  // --- what is there to begin with

  /** A service web of two tasks that run a good image, log, and have health checks. */
  private String webLogs() {
    account.repository("web");
    String first = account.push("web", "first", "1");
    register("web", first);
    account.service("web", "staging");
    account.settle();
    return first;
  }

  /** A revision whose container web logs, listens, and has a health check of its own. */
  private void register(String family, String digest) {
    account.ecs(
        "RegisterTaskDefinition",
        """
        {'family': '%s', 'networkMode': 'awsvpc', 'cpu': '256', 'memory': '512',
         'requiresCompatibilities': ['FARGATE'],
         'executionRoleArn': 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
         'containerDefinitions': [{'name': 'web', 'image': '%sweb@%s', 'essential': true,
           'portMappings': [{'containerPort': 8080}],
           'healthCheck': {'command': ['CMD-SHELL', 'curl -f http://localhost:8080/']},
           'logConfiguration': {'logDriver': 'awslogs', 'options': {'awslogs-group': '/ecs/web',
             'awslogs-region': 'us-east-1', 'awslogs-stream-prefix': 'web',
             'awslogs-create-group': 'true'}}}]}
        """,
        family,
        REGISTRY,
        digest);
  }

  // --- what can be seen afterwards

  /** How deployments ended, as EventBridge has it. */
  private List<JsonNode> ends() {
    return account.announcements().stream()
        .filter(event -> !event.path("detail-type").asText().equals("Deployment Started"))
        .toList();
  }

  private List<String> endTypes() {
    return ends().stream().map(event -> event.path("detail-type").asText()).toList();
  }

  private JsonNode lastEnd() {
    return ends().getLast().path("detail");
  }

  private String lastReason() {
    return lastEnd().path("reason").asText();
  }

  private List<Delivered> mails() {
    return account.simulator.sns().deliveredTo(MAILBOX);
  }

  private List<String> blocked() {
    return new RecordTable(account).blocked("web");
  }

  /** The newest deployment of the record. */
  private JsonNode newest() {
    return new RecordTable(account).deployments("web").getLast();
  }

  private JsonNode newestServiceDeployment() {
    return account
        .ecs("ListServiceDeployments", "{'cluster': '%s', 'service': 'web'}", CLUSTER)
        .at("/serviceDeployments/0");
  }

  private void startedBut(Duration then) {
    int before = account.announcements("Deployment Started").size();
    account
        .simulator
        .world()
        .runUntil(
            () -> account.announcements("Deployment Started").size() > before,
            Duration.ofMinutes(5));
    account.pass(then);
  }

  @Nested
  class That_is_completed {
    @Test
    void is_announced_once_to_machines_by_e_mail_and_in_the_chat() {
      String first = webLogs();

      String pushed = account.push("web", "staging", "2");
      account.settle();

      assertThat(endTypes()).containsExactly("Deployment Succeeded");
      JsonNode detail = lastEnd();
      assertThat(detail.path("service").asText()).isEqualTo(account.arn("web"));
      assertThat(detail.path("environment").asText()).isEqualTo("staging");
      assertThat(detail.path("outcome").asText()).isEqualTo("deployed");
      assertThat(detail.path("deploymentId").asText())
          .isEqualTo(account.view("web").deployments().getFirst().id());
      assertThat(detail.path("previousTaskDefinition").asText()).endsWith("/web:1");
      assertThat(detail.path("taskDefinition").asText()).endsWith("/web:2");
      assertThat(detail.at("/images/0/from").asText()).endsWith(first);
      assertThat(detail.at("/images/0/to").asText()).endsWith(pushed);
      assertThat(detail.at("/trigger/tag").asText()).isEqualTo("staging");
      assertThat(detail.path("tasks").asInt()).isEqualTo(2);
      int seconds = detail.path("durationSeconds").asInt();
      assertThat(seconds).isBetween(40, 300);
      assertThat(detail.path("pushToDeployedSeconds").asInt()).isGreaterThanOrEqualTo(seconds);
      assertThat(blocked()).isEmpty();
      assertThat(newest().path("announced"))
          .extracting(JsonNode::asText)
          .containsExactlyInAnyOrder("OUTCOME_EVENT", "OUTCOME_NOTIFICATION", "OUTCOME_METRIC");
      assertThat(account.describe("web").path("tags"))
          .as("no tag is written")
          .hasToString("[{\"key\":\"slipway:environment\",\"value\":\"staging\"}]");

      assertThat(mails()).hasSize(1);
      assertThat(mails().getFirst().subject())
          .isEqualTo("website/web: web:staging %s deployed".formatted(pushed.substring(7, 19)));
      assertThat(mails().getFirst().body())
          .startsWith("2 tasks replaced in ")
          .contains("`slipway rollback website/web`")
          .contains(
              "https://us-east-1.console.aws.amazon.com/ecs/v2/clusters/website/services/web");
    }

    @Test
    void is_not_announced_before_ecs_says_successful_and_all_its_tasks_run() {
      webLogs();
      String pushed = account.push("web", "staging", "2");

      account.simulator.world().runUntil(this::isTold, Duration.ofMinutes(10));

      assertThat(endTypes()).containsExactly("Deployment Succeeded");
      assertRunsNothingBut("web:2");
      assertThat(lastEnd().at("/images/0/to").asText()).endsWith(pushed);
      assertThat(lastEnd().path("tasks").asInt()).isEqualTo(2);
      account.settle();
      assertThat(endTypes()).containsExactly("Deployment Succeeded");
      assertThat(mails()).hasSize(1);
    }

    @Test
    void and_rolled_back_by_an_operator_is_announced_once_when_the_rollback_has_ended() {
      String first = webLogs();
      account.push("web", "staging", "2");
      account.settle();
      int before = ends().size();

      account.invoke("rollback", "{'service': 'web', 'by': 'arn:aws:iam::123456789012:user/ann'}");
      account.simulator.world().runUntil(() -> ends().size() > before, Duration.ofMinutes(10));

      assertThat(endTypes()).hasSize(before + 1).last().isEqualTo("Deployment Succeeded");
      assertRunsNothingBut("web:3");
      assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + first);
      assertThat(lastEnd().at("/images/0/to").asText()).endsWith(first);
      assertThat(lastEnd().at("/trigger/by").asText()).endsWith("user/ann");
      assertThat(lastEnd().path("previousTaskDefinition").asText()).endsWith("/web:2");
      account.settle();
      assertThat(ends()).hasSize(before + 1);
      assertThat(mails()).hasSize(before + 1);
    }

    private boolean isTold() {
      return !ends().isEmpty() || !mails().isEmpty();
    }

    /** What ECS shows at this moment. */
    private void assertRunsNothingBut(String revision) {
      assertThat(newestServiceDeployment().path("status").asText()).isEqualTo("SUCCESSFUL");
      JsonNode deployments = account.describe("web").path("deployments");
      assertThat(deployments)
          .filteredOn(d -> d.path("runningCount").asInt() > 0)
          .extracting(d -> d.path("taskDefinition").asText().replaceAll(".*/", ""))
          .containsExactly(revision);
      assertThat(deployments.path(0).path("runningCount").asInt()).isEqualTo(2);
    }

    @Test
    void is_announced_to_amazon_q_developer_in_its_own_schema() {
      webLogs();

      account.push("web", "staging", "2");
      account.settle();

      assertThat(account.simulator.sns().deliveredTo(CHAT)).hasSize(1);
      JsonNode chat =
          Account.json("%s", account.simulator.sns().deliveredTo(CHAT).getFirst().body());
      assertThat(chat.path("version").asText()).isEqualTo("1.0");
      assertThat(chat.path("source").asText()).isEqualTo("custom");
      assertThat(chat.at("/content/textType").asText()).isEqualTo("client-markdown");
      assertThat(chat.at("/content/title").asText())
          .contains("website/web: web:staging ", " deployed");
      assertThat(chat.at("/content/nextSteps").size()).isPositive();
      assertThat(chat.at("/metadata/eventType").asText()).isEqualTo("Deployment Succeeded");
      assertThat(chat.at("/metadata/relatedResources/0").asText()).isEqualTo(account.arn("web"));
      assertThat(chat.at("/metadata/additionalContext/Environment").asText()).isEqualTo("staging");
    }

    @Test
    void shares_its_topic_with_alarms_which_have_no_attributes_and_reach_both() {
      sns(
          "Publish",
          Account.json(
              "{'TopicArn': '%s', 'Subject': 'ALARM', 'Message': 'slipway-dead-letters is in"
                  + " ALARM'}",
              TOPIC));
      account.settle();

      assertThat(mails()).extracting(Delivered::subject).containsExactly("ALARM");
      assertThat(account.simulator.sns().deliveredTo(CHAT)).hasSize(1);
    }

    @Test
    void is_counted_by_outcome_and_environment_with_its_times() {
      webLogs();

      account.push("web", "staging", "2");
      account.settle();

      List<JsonNode> counted =
          account.simulator.lambda().log("slipway-rollout").stream()
              .filter(line -> line.contains("CloudWatchMetrics"))
              .map(line -> (JsonNode) Account.json("%s", line.replace('\'', ' ')))
              .toList();
      assertThat(counted).hasSize(1);
      assertThat(counted.getFirst().path("Rollouts").asInt()).isOne();
      assertThat(counted.getFirst().path("Outcome").asText()).isEqualTo("Succeeded");
      assertThat(counted.getFirst().path("Environment").asText()).isEqualTo("staging");
      assertThat(counted.getFirst().path("PushToDeployedSeconds").asInt()).isPositive();
    }
  }

  @Nested
  class Of_a_broken_image {
    @Test
    void that_crashes_is_diagnosed_with_its_last_log_lines_blocked_and_rolled_back() {
      webLogs();

      String pushed = account.push("web", "staging", "2", CRASH);
      account.settle();

      assertThat(endTypes()).containsExactly("Deployment Failed");
      assertThat(lastReason())
          .isEqualTo(
              "the deployment of web:staging %s to website/web failed: container web exited with 1 four times"
                      .formatted(pushed.substring(7, 19))
                  + "; last log lines: Error: DATABASE_URL is not set; ECS is rolling back to"
                  + " web:1");
      assertThat(lastEnd().at("/blocked/0").asText()).isEqualTo(pushed);
      assertThat(blocked()).containsExactly(pushed);
      assertThat(account.view("web").taskDefinition()).isEqualTo("web:1");
      assertThat(account.isSteady("web")).isTrue();
      assertThat(mails()).hasSize(1);
      assertThat(mails().getFirst().subject())
          .isEqualTo(
              "website/web: web:staging %s failed, rolling back: container web exited with 1 four..."
                  .formatted(pushed.substring(7, 19)));
      assertThat(mails().getFirst().body())
          .contains("log of web: Error: DATABASE_URL is not set")
          .contains("`slipway deploy website/web --unblock`");
    }

    @Test
    void is_announced_while_ecs_is_still_rolling_back() {
      webLogs();

      account.push("web", "staging", "2", CRASH);
      account.simulator.world().runUntil(() -> !ends().isEmpty(), Duration.ofMinutes(10));

      assertThat(endTypes()).containsExactly("Deployment Failed");
      assertThat(account.isSteady("web")).isFalse();
      account.settle();
      assertThat(ends()).hasSize(1);
    }

    @Test
    void that_cannot_be_pulled_is_diagnosed_with_what_to_check() {
      webLogs();

      String pushed = account.push("web", "staging", "2");
      startedBut(Duration.ZERO);
      account.ecr(
          "BatchDeleteImage",
          "{'repositoryName': 'web', 'imageIds': [{'imageDigest': '%s'}]}",
          pushed);
      account.settle();

      assertThat(endTypes()).containsExactly("Deployment Failed");
      assertThat(lastReason())
          .contains("the image cannot be pulled: ")
          .contains("check that it is still in the repository");
      assertThat(blocked()).containsExactly(pushed);
    }

    @Test
    void whose_health_check_fails_is_diagnosed_with_the_checks_command() {
      webLogs();

      account.push("web", "staging", "2", UNHEALTHY);
      account.settle();

      assertThat(endTypes()).containsExactly("Deployment Failed");
      assertThat(lastReason())
          .contains("container web fails its health check `curl -f http://localhost:8080/`");
    }

    @Test
    void that_the_load_balancer_finds_unhealthy_is_diagnosed_with_codes_and_target_group() {
      account.repository("web");
      account.ecs(
          "RegisterTaskDefinition",
          """
          {'family': 'web', 'networkMode': 'awsvpc', 'cpu': '256', 'memory': '512',
           'requiresCompatibilities': ['FARGATE'],
           'executionRoleArn': 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
           'containerDefinitions': [{'name': 'web', 'image': '%sweb@%s', 'essential': true,
             'portMappings': [{'containerPort': 8080}]}]}
          """,
          REGISTRY,
          account.push("web", "first", "1"));
      account.service(
          "web",
          "staging",
          """
          {'loadBalancers': [{'containerName': 'web', 'containerPort': 8080, 'targetGroupArn':
            'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/blue/0f0f0f0f0f0f0f0f'}]}
          """);
      account.settle();

      account.push("web", "staging", "2", UNHEALTHY);
      account.settle();

      assertThat(endTypes()).containsExactly("Deployment Failed");
      assertThat(lastReason())
          .contains("the load balancer finds the tasks unhealthy (")
          .contains("[503]")
          .contains("in target group blue");
    }

    @Test
    void stays_blocked_for_sweeps_and_equal_pushes_another_image_is_deployed() {
      webLogs();
      String bad = account.push("web", "staging", "2", CRASH);
      account.settle();
      int revisions = account.revisions("web");

      hint();
      account.settle();
      account.retag("web", "staging", "again");
      account.retag("web", "first", "staging");
      account.settle();
      account.retag("web", "again", "staging");
      account.settle();

      assertThat(account.revisions("web")).isEqualTo(revisions);
      assertThat(account.view("web").taskDefinition()).isEqualTo("web:1");
      assertThat(blocked()).containsExactly(bad);
      assertThat(account.log()).anyMatch(line -> line.contains("is blocked since"));

      String good = account.push("web", "staging", "3");
      account.settle();

      assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + good);
      assertThat(endTypes().getLast()).isEqualTo("Deployment Succeeded");
    }

    /** What the sweep sends. */
    private void hint() {
      ObjectNode request =
          Account.json("{'MessageBody': ''}")
              .put(
                  "MessageBody",
                  Account.json(
                          """
                          {'version': '0', 'id': 'sweep-1', 'detail-type': 'Service Check Requested',
                           'source': 'slipway', 'account': '123456789012', 'region': 'us-east-1',
                           'time': '2026-11-21T11:00:00Z', 'resources': ['%s'],
                           'detail': {'service': '%s', 'trigger': 'sweep'}}
                          """,
                          account.arn("web"), account.arn("web"))
                      .toString());
      request.put("QueueUrl", account.simulator.sqs().urlOf(account.queue("slipway-deploy")));
      account.sqs("SendMessage", request);
    }

    @Test
    void that_is_pushed_again_while_it_is_blocked_is_announced_as_blocked() {
      webLogs();
      account.push("web", "staging", "2", CRASH);
      account.settle();

      account.retag("web", "staging", "again");
      account.retag("web", "first", "staging");
      account.settle();
      account.retag("web", "again", "staging");
      account.settle();

      assertThat(mails().getLast().subject())
          .matches("website/web: web:staging [0-9a-f]{12} not deployed: blocked");
      assertThat(mails().getLast().body()).contains("`slipway deploy website/web --unblock`");
    }

    @Test
    void without_a_rollback_is_announced_as_failed_and_blocked() {
      webLogs();

      String pushed = account.push("web", "staging", "2", CRASH);
      startedBut(Duration.ZERO);
      account.ecs(
          "UpdateService",
          """
          {'cluster': '%s', 'service': 'web', 'deploymentConfiguration':
            {'deploymentCircuitBreaker': {'enable': true, 'rollback': false}}}
          """,
          CLUSTER);
      account.settle();

      assertThat(endTypes()).containsExactly("Deployment Failed");
      assertThat(lastReason()).contains("failed: container web exited with 1");
      assertThat(blocked()).containsExactly(pushed);
      assertThat(mails().getFirst().body()).contains("`slipway rollback website/web`");
    }
  }

  @Nested
  class That_is_overtaken {
    @Test
    void by_the_next_push_is_announced_as_superseded_and_nothing_is_blocked() {
      webLogs();
      account.push("web", "staging", "2");
      startedBut(Duration.ofSeconds(20));

      String newest = account.push("web", "staging", "3");
      account.settle();

      assertThat(endTypes()).containsExactly("Deployment Superseded", "Deployment Succeeded");
      assertThat(ends().getFirst().at("/detail/taskDefinition").asText()).endsWith("/web:2");
      assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + newest);
      assertThat(blocked()).isEmpty();
    }

    @Test
    void by_another_clients_is_announced_and_theirs_is_drift_announced_once_not_undone() {
      webLogs();
      account.push("web", "staging", "2");
      startedBut(Duration.ofSeconds(20));

      String theirs = account.push("web", "manual", "9");
      register("web", theirs);
      account.ecs(
          "UpdateService",
          "{'cluster': '%s', 'service': 'web', 'taskDefinition': 'web:3'}",
          CLUSTER);
      account.settle();

      assertThat(endTypes()).containsExactly("Deployment Superseded", "Deployment Held");
      assertThat(ends().getFirst().at("/detail/reason").asText())
          .endsWith(" to website/web was superseded by a newer deployment");
      assertThat(lastEnd().path("hold").asText()).isEqualTo("DRIFTED");
      assertThat(lastReason())
          .startsWith("another client deployed web:3 at 2026-11-21T")
          .contains("`slipway deploy website/web`");
      assertThat(mails()).hasSize(2);
      assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + theirs);
      assertThat(blocked()).isEmpty();
    }

    @Test
    void by_another_clients_that_fails_theirs_is_not_announced_and_the_push_arrives_after_all() {
      webLogs();
      String pushed = account.push("web", "staging", "2");
      startedBut(Duration.ofSeconds(20));

      register("web", account.push("web", "manual", "9", CRASH));
      account.ecs(
          "UpdateService",
          "{'cluster': '%s', 'service': 'web', 'taskDefinition': 'web:3'}",
          CLUSTER);
      account.settle();

      assertThat(endTypes())
          .as("of theirs no end is announced")
          .containsExactly("Deployment Superseded", "Deployment Held", "Deployment Succeeded");
      assertThat(ends().get(1).at("/detail/hold").asText()).isEqualTo("DRIFTED");
      assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + pushed);
      assertThat(blocked()).isEmpty();
    }

    @Test
    void by_a_forced_deployment_of_the_same_revision_ends_when_that_one_does() {
      webLogs();
      account.push("web", "staging", "2");
      startedBut(Duration.ofSeconds(20));

      account.ecs(
          "UpdateService",
          "{'cluster': '%s', 'service': 'web', 'forceNewDeployment': true}",
          CLUSTER);
      account.settle();

      assertThat(endTypes()).containsExactly("Deployment Succeeded");
      assertThat(mails()).hasSize(1);
    }
  }

  @Nested
  class Beside_another_client {
    @Test
    void
        that_deploys_a_revision_of_slipways_anew_nothing_is_announced_that_goes_back_to_it_drift() {
      webLogs();
      account.push("web", "staging", "2");
      account.settle();
      account.push("web", "staging", "3");
      account.settle();

      account.ecs(
          "UpdateService",
          "{'cluster': '%s', 'service': 'web', 'forceNewDeployment': true}",
          CLUSTER);
      account.settle();
      assertThat(endTypes()).containsExactly("Deployment Succeeded", "Deployment Succeeded");

      account.ecs(
          "UpdateService",
          "{'cluster': '%s', 'service': 'web', 'taskDefinition': 'web:2'}",
          CLUSTER);
      account.settle();

      assertThat(endTypes())
          .containsExactly("Deployment Succeeded", "Deployment Succeeded", "Deployment Held");
      assertThat(lastEnd().path("hold").asText()).isEqualTo("DRIFTED");
      assertThat(account.view("web").taskDefinition()).isEqualTo("web:2");
      assertThat(blocked()).isEmpty();
    }

    @Test
    void that_stops_a_deployment_with_a_rollback_announced_as_such_and_blocked() {
      webLogs();
      String pushed = account.push("web", "staging", "2");
      startedBut(Duration.ofSeconds(20));

      account.ecs(
          "StopServiceDeployment",
          "{'serviceDeploymentArn': '%s', 'stopType': 'ROLLBACK'}",
          account
              .ecs("ListServiceDeployments", "{'cluster': '%s', 'service': 'web'}", CLUSTER)
              .at("/serviceDeployments/0/serviceDeploymentArn")
              .asText());
      account.settle();

      assertThat(endTypes()).containsExactly("Deployment Failed");
      assertThat(lastReason()).contains("ECS rolled the deployment back");
      assertThat(blocked()).containsExactly(pushed);
    }

    @Test
    void a_service_that_does_not_follow_an_environment_is_left_alone() {
      account.repository("web");
      register("web", account.push("web", "first", "1"));
      account.service("web", "");
      account.settle();

      assertThat(ends()).isEmpty();
      assertThat(account.describe("web").path("tags")).isEmpty();
      assertThat(account.messages("slipway-rollout-dead-letters")).isEmpty();
    }
  }

  @Nested
  class Whose_events {
    private static boolean isRollout(ObjectNode event) {
      return event.path("detail-type").asText().equals("ECS Deployment State Change");
    }

    private void deploysAndIsAnnouncedOnce() {
      account.push("web", "staging", "2");
      account.settle();

      assertThat(endTypes()).containsExactly("Deployment Succeeded");
      assertThat(mails()).hasSize(1);
      assertThat(account.messages("slipway-rollout")).isEmpty();
      assertThat(account.messages("slipway-rollout-dead-letters")).isEmpty();
    }

    @Test
    void come_twice_is_announced_once() {
      webLogs();
      account
          .simulator
          .events()
          .faults()
          .duplicateNext(4, Whose_events::isRollout, Duration.ofMinutes(6));

      deploysAndIsAnnouncedOnce();
    }

    @Test
    void come_late_is_announced_once() {
      webLogs();
      account
          .simulator
          .events()
          .faults()
          .delayNext(2, Whose_events::isRollout, Duration.ofMinutes(30));

      deploysAndIsAnnouncedOnce();
    }

    @Test
    void come_in_another_order_is_announced_once() {
      webLogs();
      account
          .simulator
          .events()
          .faults()
          .reverseNext(2, Whose_events::isRollout, Duration.ofMinutes(30));

      deploysAndIsAnnouncedOnce();
    }

    @Test
    void cannot_be_handled_for_a_while_and_push_follows_push_each_end_is_announced_once() {
      webLogs();
      Faults.Injected down =
          account
              .simulator
              .faults()
              .fail(Calls.to("dynamodb", "Query").by("slipway-RolloutRole"), Faults.ALWAYS);
      int pushes = 27; // more than a read of the record gives, and a call of ECS describes
      for (int i = 2; i < pushes + 2; i++) {
        account.push("web", "staging", String.valueOf(i));
        startedBut(Duration.ofSeconds(5));
      }
      account.pass(Duration.ofMinutes(2));
      assertThat(ends()).isEmpty();

      down.end();
      account.settle();

      assertThat(endTypes())
          .hasSize(pushes)
          .containsOnlyOnce("Deployment Succeeded")
          .containsOnly("Deployment Superseded", "Deployment Succeeded");
      assertThat(ends())
          .extracting(end -> end.at("/detail/taskDefinition").asText())
          .doesNotHaveDuplicates();
      assertThat(lastEnd().path("taskDefinition").asText()).endsWith("/web:" + (pushes + 1));
      assertThat(account.messages("slipway-rollout-dead-letters")).isEmpty();
    }

    @Test
    void are_lost_is_announced_with_the_next_one_in_the_order_of_the_deployments() {
      webLogs();
      account
          .simulator
          .events()
          .faults()
          .loseNext(
              1,
              event ->
                  isRollout(event)
                      && event
                          .at("/detail/eventName")
                          .asText()
                          .equals("SERVICE_DEPLOYMENT_COMPLETED"));

      account.push("web", "staging", "2");
      account.settle();
      assertThat(ends()).isEmpty();
      account.push("web", "staging", "3");
      account.settle();

      assertThat(endTypes()).containsExactly("Deployment Succeeded", "Deployment Succeeded");
      assertThat(ends().getFirst().at("/detail/taskDefinition").asText()).endsWith("/web:2");
      assertThat(ends().getLast().at("/detail/taskDefinition").asText()).endsWith("/web:3");
    }
  }

  @Nested
  class While_aws_has_trouble {
    @Test
    void with_the_topic_notifies_people_when_it_is_over_and_has_announced_it_to_machines_once() {
      webLogs();
      account.simulator.faults().fail(Calls.to("sns", "Publish"), 3);

      account.push("web", "staging", "2");
      account.settle();

      assertThat(endTypes()).containsExactly("Deployment Succeeded");
      assertThat(mails()).hasSize(1);
      assertThat(newest().path("announced")).hasSize(3);
      assertThat(account.messages("slipway-rollout-dead-letters")).isEmpty();
    }

    @Test
    void with_the_logs_is_diagnosed_without_them() {
      webLogs();
      account.simulator.faults().fail(Calls.to("logs", "GetLogEvents"), 100);

      account.push("web", "staging", "2", CRASH);
      account.settle();

      assertThat(lastReason())
          .contains("failed: container web exited with 1 four times; ECS is rolling back");
      assertThat(lastEnd().path("details").toString())
          .contains("the log of container web")
          .contains("could not be read");
    }

    @Test
    void with_the_event_bus_notifies_people_at_once_and_tells_machines_when_it_is_over() {
      webLogs();
      Faults.Injected denied =
          account
              .simulator
              .faults()
              .answer(
                  Calls.to("events", "PutEvents").by("slipway-RolloutRole"),
                  Faults.ALWAYS,
                  new AwsError(
                      "AccessDeniedException", 400, "not authorized to perform: events:PutEvents"));

      account.push("web", "staging", "2");
      account.simulator.world().runUntil(() -> !mails().isEmpty(), Duration.ofMinutes(10));
      account.pass(Duration.ofMinutes(1));

      assertThat(mails()).hasSize(1);
      assertThat(ends()).isEmpty();
      denied.end();
      account.settle();

      assertThat(endTypes()).containsExactly("Deployment Succeeded");
      assertThat(mails()).hasSize(1);
      assertThat(newest().path("announced")).hasSize(3);
    }

    @Test
    void with_the_table_tells_nothing_before_it_is_recorded_and_then_once() {
      webLogs();
      Faults.Injected down =
          account
              .simulator
              .faults()
              .fail(
                  Calls.to("dynamodb", "TransactWriteItems").by("slipway-RolloutRole"),
                  Faults.ALWAYS);

      String pushed = account.push("web", "staging", "2", CRASH);
      account.pass(Duration.ofMinutes(6));

      assertThat(newestServiceDeployment().path("status").asText()).startsWith("ROLLBACK_");
      assertThat(ends()).isEmpty();
      assertThat(mails()).isEmpty();
      down.end();
      account.settle();

      assertThat(endTypes()).containsExactly("Deployment Failed");
      assertThat(mails()).hasSize(1);
      assertThat(blocked()).containsExactly(pushed);
    }

    @Test
    void with_ecss_tasks_is_blocked_and_announced_and_says_what_could_not_be_read() {
      webLogs();
      account
          .simulator
          .faults()
          .answer(
              Calls.to("ecs", "ListTasks"),
              Faults.ALWAYS,
              new AwsError(
                  "AccessDeniedException", 400, "not authorized to perform: ecs:ListTasks"));

      String pushed = account.push("web", "staging", "2", CRASH);
      account.settle();

      assertThat(endTypes()).containsExactly("Deployment Failed");
      assertThat(lastEnd().path("details").toString())
          .contains("the stopped tasks could not be read");
      assertThat(mails()).hasSize(1);
      assertThat(blocked()).containsExactly(pushed);
      assertThat(account.revisions("web")).isEqualTo(2);
    }

    @Test
    void a_message_that_is_no_event_goes_to_the_dead_letters_with_the_reason() {
      ObjectNode request =
          Account.json("{'MessageGroupId': 'web'}")
              .put(
                  "MessageBody",
                  "{\"source\": \"aws.ecs\", \"detail-type\": \"ECS Deployment State Change\"}");
      request.put("QueueUrl", account.simulator.sqs().urlOf(account.queue("slipway-rollout")));

      account.sqs("SendMessage", request);
      account.settle();

      assertThat(account.messages("slipway-rollout-dead-letters")).hasSize(1);
      assertThat(account.messages("slipway-rollout")).isEmpty();
    }
  }
}
