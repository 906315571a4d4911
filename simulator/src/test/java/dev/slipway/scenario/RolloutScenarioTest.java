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
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** How a deployment that Slipway started ends, and who is notified. */
@DisplayName("A rollout")
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
         'executionRoleArn': 'arn:aws:iam::123456789012:role/execution',
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
  @DisplayName("that is completed")
  class Completed {
    @Test
    @DisplayName("is announced once, to machines, by e-mail and in the chat")
    void isAnnounced() {
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
          .isEqualTo("website/web: deployed, web " + pushed.substring(7, 19));
      assertThat(mails().getFirst().body())
          .startsWith("website/web runs web " + pushed.substring(7, 19) + ": 2 tasks replaced in ")
          .contains("./slipway rollback website/web")
          .contains(
              "https://us-east-1.console.aws.amazon.com/ecs/v2/clusters/website/services/web");
    }

    @Test
    @DisplayName("is not announced before ECS says SUCCESSFUL and all its tasks run")
    void isNotAnnouncedBefore() {
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
    @DisplayName("and rolled back by an operator is announced once, when the rollback has ended")
    void rollbackIsAnnouncedWhenItHasEnded() {
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
    @DisplayName("is announced to Amazon Q Developer in its own schema")
    void isToldInTheChat() {
      webLogs();

      account.push("web", "staging", "2");
      account.settle();

      assertThat(account.simulator.sns().deliveredTo(CHAT)).hasSize(1);
      JsonNode chat =
          Account.json("%s", account.simulator.sns().deliveredTo(CHAT).getFirst().body());
      assertThat(chat.path("version").asText()).isEqualTo("1.0");
      assertThat(chat.path("source").asText()).isEqualTo("custom");
      assertThat(chat.at("/content/textType").asText()).isEqualTo("client-markdown");
      assertThat(chat.at("/content/title").asText()).contains("website/web: deployed");
      assertThat(chat.at("/content/nextSteps").size()).isPositive();
      assertThat(chat.at("/metadata/eventType").asText()).isEqualTo("Deployment Succeeded");
      assertThat(chat.at("/metadata/relatedResources/0").asText()).isEqualTo(account.arn("web"));
      assertThat(chat.at("/metadata/additionalContext/Environment").asText()).isEqualTo("staging");
    }

    @Test
    @DisplayName("shares its topic with alarms, which have no attributes and reach both")
    void alarmsReachEverybody() {
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
    @DisplayName("is counted by outcome and environment, with its times")
    void isCounted() {
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
  @DisplayName("of a broken image")
  class Broken {
    @Test
    @DisplayName("that crashes is diagnosed with its last log lines, blocked and rolled back")
    void crashes() {
      webLogs();

      String pushed = account.push("web", "staging", "2", CRASH);
      account.settle();

      assertThat(endTypes()).containsExactly("Deployment Failed");
      assertThat(lastReason())
          .isEqualTo(
              "the deployment of web %s to website/web failed: container web exited with 1 four times"
                      .formatted(pushed.substring(7, 19))
                  + "; last log lines: Error: DATABASE_URL is not set; ECS is rolling back to"
                  + " web:1");
      assertThat(lastEnd().at("/blocked/0").asText()).isEqualTo(pushed);
      assertThat(blocked()).containsExactly(pushed);
      assertThat(account.view("web").taskDefinition()).isEqualTo("web:1");
      assertThat(account.isSteady("web")).isTrue();
      assertThat(mails()).hasSize(1);
      assertThat(mails().getFirst().subject())
          .startsWith("website/web: failed, rolling back, web ");
      assertThat(mails().getFirst().body())
          .contains("log of web: Error: DATABASE_URL is not set")
          .contains("./slipway deploy website/web --unblock");
    }

    @Test
    @DisplayName("is announced while ECS is still rolling back")
    void isAnnouncedEarly() {
      webLogs();

      account.push("web", "staging", "2", CRASH);
      account.simulator.world().runUntil(() -> !ends().isEmpty(), Duration.ofMinutes(10));

      assertThat(endTypes()).containsExactly("Deployment Failed");
      assertThat(account.isSteady("web")).isFalse();
      account.settle();
      assertThat(ends()).hasSize(1);
    }

    @Test
    @DisplayName("that cannot be pulled is diagnosed with what to check")
    void cannotBePulled() {
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
    @DisplayName("whose health check fails is diagnosed with the check's command")
    void isUnhealthy() {
      webLogs();

      account.push("web", "staging", "2", UNHEALTHY);
      account.settle();

      assertThat(endTypes()).containsExactly("Deployment Failed");
      assertThat(lastReason())
          .contains("container web fails its health check `curl -f http://localhost:8080/`");
    }

    @Test
    @DisplayName("that the load balancer finds unhealthy is diagnosed with codes and target group")
    void isUnhealthyForTheLoadBalancer() {
      account.repository("web");
      account.ecs(
          "RegisterTaskDefinition",
          """
          {'family': 'web', 'networkMode': 'awsvpc', 'cpu': '256', 'memory': '512',
           'requiresCompatibilities': ['FARGATE'],
           'executionRoleArn': 'arn:aws:iam::123456789012:role/execution',
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
    @DisplayName("stays blocked for sweeps and equal pushes; another image is deployed")
    void staysBlocked() {
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
    @DisplayName("that is pushed again while it is blocked is announced as blocked")
    void isHeld() {
      webLogs();
      account.push("web", "staging", "2", CRASH);
      account.settle();

      account.retag("web", "staging", "again");
      account.retag("web", "first", "staging");
      account.settle();
      account.retag("web", "again", "staging");
      account.settle();

      assertThat(mails().getLast().subject())
          .isEqualTo("website/web: blocked, web:staging is not deployed");
      assertThat(mails().getLast().body()).contains("`slipway deploy website/web --unblock`");
    }

    @Test
    @DisplayName("without a rollback is announced as failed, and blocked")
    void failsWithoutRollback() {
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
      assertThat(mails().getFirst().body()).contains("./slipway rollback website/web");
    }
  }

  @Nested
  @DisplayName("that is overtaken")
  class Superseded {
    @Test
    @DisplayName("by the next push is announced as superseded, and nothing is blocked")
    void byAPush() {
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
    @DisplayName(
        "by another client's is announced, and theirs is drift: announced once, not undone")
    void byAnotherClient() {
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
    @DisplayName(
        "by another client's that fails: theirs is not announced, and the push arrives after all")
    void byAnotherClientInVain() {
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
    @DisplayName("by a forced deployment of the same revision ends when that one does")
    void byTheSameRevision() {
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
  @DisplayName("beside another client")
  class BesideOthers {
    @Test
    @DisplayName(
        "that deploys a revision of Slipway's anew: nothing is announced; that goes back to it:"
            + " drift")
    void redeploys() {
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
    @DisplayName("that stops a deployment with a rollback: announced as such, and blocked")
    void stops() {
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
    @DisplayName("a service that does not follow an environment is left alone")
    void unfollowed() {
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
  @DisplayName("whose events")
  class Events {
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
    @DisplayName("come twice is announced once")
    void comeTwice() {
      webLogs();
      account
          .simulator
          .events()
          .faults()
          .duplicateNext(4, Events::isRollout, Duration.ofMinutes(6));

      deploysAndIsAnnouncedOnce();
    }

    @Test
    @DisplayName("come late is announced once")
    void comeLate() {
      webLogs();
      account.simulator.events().faults().delayNext(2, Events::isRollout, Duration.ofMinutes(30));

      deploysAndIsAnnouncedOnce();
    }

    @Test
    @DisplayName("come in another order is announced once")
    void comeReversed() {
      webLogs();
      account.simulator.events().faults().reverseNext(2, Events::isRollout, Duration.ofMinutes(30));

      deploysAndIsAnnouncedOnce();
    }

    @Test
    @DisplayName(
        "cannot be handled for a while, and push follows push: each end is announced, once")
    void cannotBeHandled() {
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
    @DisplayName("are lost is announced with the next one, in the order of the deployments")
    void areLost() {
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
  @DisplayName("while AWS has trouble")
  class Trouble {
    @Test
    @DisplayName(
        "with the topic notifies people when it is over, and has announced it to machines once")
    void topicFails() {
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
    @DisplayName("with the logs is diagnosed without them")
    void logsFail() {
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
    @DisplayName("with the event bus notifies people at once, and tells machines when it is over")
    void busFails() {
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
    @DisplayName("with the table tells nothing before it is recorded, and then once")
    void tableFails() {
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
    @DisplayName("with ECS's tasks is blocked and announced, and says what could not be read")
    void tasksCannotBeRead() {
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
    @DisplayName("a message that is no event goes to the dead letters with the reason")
    void malformed() {
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
