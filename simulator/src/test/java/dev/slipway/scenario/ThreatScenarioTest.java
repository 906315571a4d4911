package dev.slipway.scenario;

import static dev.slipway.scenario.Account.REGISTRY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.world.AwsError;
import dev.slipway.simulator.world.AwsRequest;
import dev.slipway.simulator.world.AwsService;
import dev.slipway.simulator.world.Caller;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The threats of docs/security.md, each tried with the template's roles enforced: what somebody can
 * do who has got hold of one thing, and what stops them.
 */
@Scenarios
class ThreatScenarioTest {
  private static final String ADMIN_ROLE = "arn:aws:iam::123456789012:role/admin";

  /** What a terminal, a chat or a reader from right to left would obey. */
  private static final String HOSTILE = "\033[2J\007\u202e<!channel>\r\n{{x}}";

  private static final String CONTROL = "(?s).*[\\p{Cc}\\p{Cf}&&[^\\n]].*";

  private static final String MAIL = "team@example.com";

  @AutoClose private Account account;
  private String running = "";

  @BeforeEach
  void web_follows_staging_and_another_follows_nothing() {
    account = new Account(Map.of("NotificationEmail", MAIL));
    account.repository("web", "other");
    running = account.push("web", "first", "1");
    account.runningService("web", "staging", "web", running);
    account.runningService("untagged", "", "web", running);
  }

  private void assertNothingWasDeployed() {
    account.settle();
    assertThat(account.view("web").taskDefinition()).isEqualTo("web:1");
    assertThat(account.view("untagged").taskDefinition()).isEqualTo("untagged:1");
    assertThat(account.revisions("web")).isEqualTo(1);
    assertThat(account.announcements("Deployment Started")).isEmpty();
  }

  private void send(String queue, ObjectNode message) {
    account.sqs(
        "SendMessage",
        Account.json("{'QueueUrl': '%s'}", account.simulator.sqs().urlOf(account.queue(queue)))
            .put("MessageBody", message.toString()));
  }

  private static ObjectNode check(String serviceArn) {
    return Account.json(
        """
        {'source': 'slipway', 'detail-type': 'Service Check Requested', 'id': 'forged',
         'detail': {'service': '%s', 'trigger': 'operator', 'by': 'nobody'}}
        """,
        serviceArn);
  }

  private static ObjectNode push(String account, String repository, String tag, String digest) {
    return Account.json(
        """
        {'source': 'aws.ecr', 'detail-type': 'ECR Image Action', 'id': 'forged',
         'account': '%s', 'region': 'us-east-1', 'time': '2026-11-21T10:00:00Z',
         'detail': {'action-type': 'PUSH', 'result': 'SUCCESS', 'repository-name': '%s',
           'image-tag': '%s', 'image-digest': '%s'}}
        """,
        account, repository, tag, digest);
  }

  private ObjectNode call(Caller caller, AwsService service, String operation, ObjectNode request) {
    return account
        .simulator
        .world()
        .call(() -> service.call(new AwsRequest(caller, operation, request)));
  }

  /** Every text that people are shown: logs, events, mails. */
  private List<String> told() {
    List<String> told = new ArrayList<>(account.log("slipway-deploy"));
    told.addAll(account.log("slipway-rollout"));
    account.announcements().forEach(event -> addTexts(event, told));
    account
        .simulator
        .sns()
        .deliveredTo(MAIL)
        .forEach(mail -> told.addAll(List.of(mail.subject(), mail.body())));
    return told;
  }

  private static void addTexts(JsonNode node, List<String> texts) {
    if (node.isTextual()) {
      texts.add(node.asText());
    }
    node.forEach(part -> addTexts(part, texts));
  }

  @Nested
  class Who_writes_the_deploy_queue {
    @Test
    void cannot_have_a_service_deployed_that_follows_nothing() {
      account.push("web", "unfollowed", "2");

      send("slipway-deploy", check(account.arn("untagged")));
      send("slipway-deploy", push("123456789012", "web", "unfollowed", "sha256:" + "a".repeat(64)));

      assertNothingWasDeployed();
    }

    @Test
    void cannot_choose_the_image_what_is_deployed_is_what_ecr_has_under_the_followed_tag() {
      String other = account.push("other", "other", "9");

      send("slipway-deploy", push("123456789012", "web", "staging", other));
      assertNothingWasDeployed();

      String pushed = account.push("web", "staging", "2");
      send("slipway-deploy", push("123456789012", "web", "staging", other));
      account.settle();

      assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + pushed);
      assertThat(account.revisions("web")).isEqualTo(2);
    }

    @Test
    void cannot_bring_an_image_of_another_account() {
      account.push("web", "held-back", "2");

      send("slipway-deploy", push("999999999999", "web", "staging", "sha256:" + "a".repeat(64)));

      assertNothingWasDeployed();
    }

    @Test
    void cannot_reach_a_service_of_another_account_the_message_becomes_a_dead_letter() {
      send("slipway-deploy", check("arn:aws:ecs:us-east-1:999999999999:service/website/web"));

      assertNothingWasDeployed();
      account.pass(Duration.ofHours(1));
      assertThat(account.messages("slipway-deploy-dead-letters")).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"repository-name", "image-tag", "image-digest", "result"})
    void cannot_have_a_log_or_a_dead_letter_obeyed_by_a_terminal(String member) {
      ObjectNode message = push("123456789012", "web", "staging", "");
      ((ObjectNode) message.path("detail")).put(member, HOSTILE);

      send("slipway-deploy", message);

      assertNothingWasDeployed();
      assertThat(told()).isNotEmpty().noneMatch(line -> line.matches(CONTROL));
    }
  }

  @Nested
  class Who_puts_events_on_the_default_bus {
    @ParameterizedTest
    @CsvSource({
      "aws.ecr, ECR Image Action",
      "aws.ecs, ECS Deployment State Change",
      "aws.tag, Tag Change on Resource",
      "aws.inspector2, Inspector2 Scan"
    })
    void cannot_speak_for_aws(String source, String detailType) {
      JsonNode answer =
          account.events(
              "PutEvents",
              "{'Entries': [{'Source': '%s', 'DetailType': '%s', 'Detail': '{}'}]}",
              source,
              detailType);

      assertThat(answer.path("Entries").path(0).path("ErrorCode").asText())
          .isEqualTo("NotAuthorizedForSourceException");
      assertNothingWasDeployed();
    }

    @Test
    void can_announce_in_slipways_name_and_no_function_listens() {
      account.push("web", "held-back", "2");
      account.settle();
      int before = account.log().size();

      account.events(
          "PutEvents",
          "{'Entries': [{'Source': 'slipway', 'DetailType': 'Service Check Requested',"
              + " 'Detail': '{}'}]}");

      assertNothingWasDeployed();
      assertThat(account.log()).hasSize(before);
    }
  }

  @Nested
  class Who_writes_the_record_table {
    /** Writes an item as it is, or changed, as anybody may who may write the table. */
    private void write(ObjectNode item) {
      call(
          account.simulator.account().root(),
          account.simulator.dynamoDb(),
          "PutItem",
          Account.json("{'TableName': 'slipway-RecordTable'}").set("Item", item));
    }

    private void change(Consumer<ObjectNode> change) {
      ObjectNode item = account.recordOf("web").deepCopy();
      assertThat(item.isEmpty()).as("web has a record").isFalse();
      change.accept(item);
      write(item);
    }

    private void pin(String revision, String image, String insteadOf) {
      change(item ->
          item.set(
              "pin",
              Account.json(
                  """
                  {'M': {'revision': {'S': 'arn:aws:ecs:us-east-1:123456789012:task-definition/%s'},
                   'images': {'L': [{'M': {'container': {'S': 'container-1'}, 'image': {'S': '%s'}}}]},
                   'insteadOf': {'L': [{'S': '%s'}]},
                   'by': {'S': 'nobody'}, 'at': {'S': '2026-11-21T10:00:00Z'},
                   'eventId': {'S': 'forged'}, 'applied': {'BOOL': false}}}
                  """,
                  revision, image, insteadOf)));
      send("slipway-deploy", check(account.arn("web")));
    }

    @BeforeEach
    void web_has_a_record() {
      send("slipway-deploy", check(account.arn("web")));
      account.settle();
    }

    @Test
    void cannot_have_another_familys_roles_run() {
      ObjectNode definition = account.revision("web:1").path("taskDefinition").deepCopy();
      account.ecs(
          "RegisterTaskDefinition",
          """
          {'family': 'admin', 'taskRoleArn': '%s', 'networkMode': 'awsvpc', 'cpu': '256',
           'executionRoleArn': 'execution', 'memory': '512', 'requiresCompatibilities': ['FARGATE'], 'containerDefinitions': %s}
          """,
          ADMIN_ROLE,
          definition.path("containerDefinitions").toString().replace('"', '\''));

      pin("admin:1", REGISTRY + "web@" + running, running);

      assertNothingWasDeployed();
      assertThat(account.log())
          .anyMatch(line -> line.contains("admin:1 is not of the service's family web"));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "999999999999.dkr.ecr.us-east-1.amazonaws.com/web@sha256:",
          "123456789012.dkr.ecr.us-east-1.amazonaws.com/other@sha256:",
          "docker.io/library/miner@sha256:"
        })
    void cannot_bring_an_image_of_another_repository(String image) {
      pin("web:1", image + "a".repeat(64), running);

      assertNothingWasDeployed();
      assertThat(account.log())
          .anyMatch(
              line -> line.contains("is not of the repository that container-1 has in web:1"));
    }

    @Test
    void can_pin_an_older_image_of_the_services_own_repository() {
      String newest = account.push("web", "staging", "2");
      account.settle();
      assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + newest);

      pin("web:1", REGISTRY + "web@" + running, newest);
      account.settle();

      assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + running);
    }

    @Test
    void cannot_have_one_services_record_count_for_another() {
      change(item -> item.set("service", Account.json("{'S': '%s'}", account.arn("untagged"))));
      account.push("web", "staging", "2");

      assertNothingWasDeployed();
      assertThat(account.log())
          .anyMatch(line ->
              line.contains("service/website/web, service")
                  && line.contains("is about " + account.arn("untagged")));
    }

    @Test
    void cannot_have_a_newer_format_misread_nothing_is_deployed_until_it_is_gone() {
      change(item -> item.set("format", Account.json("{'N': '99'}")));
      account.push("web", "staging", "2");

      assertNothingWasDeployed();
      assertThat(account.log()).anyMatch(line -> line.contains("has format 99"));
    }

    @Test
    void cannot_have_a_service_deployed_that_follows_nothing_by_listing_it_as_a_user() {
      write(
          Account.json(
              """
              {'pk': {'S': 'repository/123456789012/us-east-1/web'},
               'sk': {'S': 'service/website/untagged'}, 'format': {'N': '4'},
               'service': {'S': '%s'}, 'environment': {'S': 'staging'}}
              """,
              account.arn("untagged")));

      account.push("web", "staging", "2");
      account.settle();

      assertThat(account.view("untagged").taskDefinition()).isEqualTo("untagged:1");
      assertThat(account.view("web").taskDefinition()).isEqualTo("web:2");
    }
  }

  @Nested
  class A_compromised_function {
    private void isDenied(String role, String operation, String request, Object... values) {
      Caller function = account.simulator.iam().session(account.roleName(role), "stolen");
      assertThatThrownBy(() ->
              call(function, account.simulator.ecs(), operation, Account.json(request, values)))
          .isInstanceOfSatisfying(
              AwsError.class, error -> assertThat(error.code()).isEqualTo("AccessDeniedException"));
      assertThat(account.wantedDenials()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "DeployRole",
          "RolloutRole",
          "SweepRole",
          "QueryRole",
          "OperateRole",
          "PromoteRole",
          "ReplayRole"
        })
    void cannot_start_anything_but_a_deployment_of_a_service_that_opted_in(String role) {
      isDenied(
          role,
          "UpdateService",
          "{'cluster': 'website', 'service': 'untagged', 'forceNewDeployment': true}");
      isDenied(
          role,
          "CreateService",
          "{'cluster': 'website', 'serviceName': 'x', 'taskDefinition': 'web:1'}");
      isDenied(role, "DeleteService", "{'cluster': 'website', 'service': 'web', 'force': true}");
      isDenied(
          role,
          "TagResource",
          "{'resourceArn': '%s', 'tags': [{'key': 'slipway:environment', 'value': 'staging'}]}",
          account.arn("untagged"));
    }

    @Test
    void cannot_open_a_shell_in_containers_ecs_exec_stays_as_it_is() {
      isDenied(
          "DeployRole",
          "UpdateService",
          "{'cluster': 'website', 'service': 'web', 'enableExecuteCommand': true}");
    }
  }

  @Test
  void a_service_with_ecs_exec_is_deployed_and_keeps_it() {
    account.ecs(
        "UpdateService", "{'cluster': 'website', 'service': 'web', 'enableExecuteCommand': true}");
    account.settle();

    String pushed = account.push("web", "staging", "2");
    account.settle();

    assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + pushed);
    assertThat(account.describe("web").path("enableExecuteCommand").asBoolean()).isTrue();
  }

  @Nested
  class Who_pushes_to_a_repository {
    @Test
    void cannot_have_what_a_container_logs_obeyed_by_a_terminal_or_a_chat() {
      account.loggingTaskDefinition(REGISTRY + "web@" + running);
      account.service("logging", "staging", "{'taskDefinition': 'web:2'}");
      account.settle();

      account.push(
          "web",
          "staging",
          HOSTILE,
          "{'slipway.simulator/exit-code': '1', 'slipway.simulator/exit-after': '1',"
              + " 'slipway.simulator/log': 'Error: \\u001b[2J\\u0007\\u202e<!channel> owned'}");
      account.settle();

      assertThat(account.announcements("Deployment Failed")).hasSize(2);
      assertThat(told())
          .anyMatch(line -> line.contains("<!channel> owned"))
          .noneMatch(line -> line.matches(CONTROL));
    }
  }
}
