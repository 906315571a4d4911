package dev.slipway.scenario;

import static dev.slipway.scenario.Account.REGISTRY;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.faults.Calls;
import dev.slipway.simulator.faults.Faults;
import dev.slipway.simulator.world.AwsRequest;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages that failed for good, listed and redriven; and pushes out of the archive. */
@Scenarios
class ReplayScenarioTest {
  private static final String DEAD_LETTERS = "slipway-deploy-dead-letters";
  private static final String UNDELIVERABLE = "slipway-undeliverable";

  @AutoClose private Account account;

  @BeforeEach
  void createAccount() {
    account = new Account(Map.of());
  }

  private JsonNode messages() {
    return account.invoke("list", "{}").path("messages");
  }

  /** A rule that is switched off or on. */
  private void rule(String operation) {
    account
        .simulator
        .world()
        .call(() ->
            account
                .simulator
                .events()
                .call(
                    new AwsRequest(
                        account.simulator.account().root(),
                        operation,
                        Account.json("{'Name': 'slipway-push'}"))));
  }

  @Nested
  class Of_a_push_in_the_dead_letter_queue {
    private Faults.Injected down;
    private String pushed;

    @BeforeEach
    void failForGood() {
      account.webFollowsStaging();
      down = account.simulator.faults().fail(Calls.to("ecs", "UpdateService"), Faults.ALWAYS);
      pushed = account.push("web", "staging", "2");
      account.settle();
    }

    @Test
    void tells_what_it_was_how_often_it_was_tried_and_why_it_failed_and_takes_nothing() {
      JsonNode messages = messages();

      assertThat(messages).hasSize(1);
      JsonNode message = messages.path(0);
      assertThat(message.path("what").asText()).isEqualTo("push of web:staging");
      assertThat(message.path("queue").asText()).isEqualTo("deploy");
      assertThat(message.path("repository").asText()).isEqualTo("web");
      assertThat(message.path("tag").asText()).isEqualTo("staging");
      assertThat(message.path("eventId").asText()).isNotEmpty();
      assertThat(message.path("tries").asInt()).isEqualTo(8);
      assertThat(message.path("reason").asText())
          .contains("not all is done")
          .contains("website/web");
      assertThat(messages()).as("and again").hasSize(1);
    }

    @Test
    void deploys_it_once_its_cause_is_fixed() {
      down.end();

      JsonNode preview = account.invoke("redrive", "{'all': true, 'dryRun': true}");
      assertThat(preview.path("redriven")).hasSize(1);
      assertThat(account.messages(DEAD_LETTERS)).hasSize(1);

      JsonNode answer = account.invoke("redrive", "{'all': true}");
      account.settle();

      assertThat(answer.path("redriven")).hasSize(1);
      assertThat(answer.path("left").asInt()).isZero();
      assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + pushed);
      assertThat(account.messages(DEAD_LETTERS)).isEmpty();
    }

    @Test
    void before_that_it_comes_back_with_its_reason() {
      account.invoke("redrive", "{'all': true}");
      account.settle();

      assertThat(messages()).hasSize(1);
      assertThat(messages().path(0).path("reason").asText()).contains("not all is done");

      down.end();
      account.invoke("redrive", "{'all': true}");
      account.settle();
      assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + pushed);
      assertThat(account.isSteady("web")).isTrue();
    }

    @Test
    void is_left_where_another_came_since_it_was_shown() {
      JsonNode shown = account.invoke("redrive", "{'all': true, 'dryRun': true}").path("plan");
      assertThat(shown).hasSize(1);
      String plan = shown.toString().replace('"', '\'');
      ObjectNode malformed = Account.json("{'QueueUrl': '%s'}", url("slipway-deploy"));
      account.sqs("SendMessage", malformed.put("MessageBody", "{\"source\": \"aws.ecr\"}"));
      account.settle();
      down.end();

      JsonNode answer = account.invoke("redrive", "{'all': true, 'plan': %s}".formatted(plan));
      account.settle();

      assertThat(answer.path("refused").asText())
          .startsWith(
              "nothing was changed, since it is no longer what was shown. Instead: message ");
      assertThat(answer.path("preview").path("redriven")).hasSize(2);
      assertThat(account.messages(DEAD_LETTERS)).hasSize(2);

      JsonNode again =
          account.invoke(
              "redrive",
              "{'all': true, 'plan': %s}"
                  .formatted(answer.at("/preview/plan").toString().replace('"', '\'')));
      assertThat(again.path("redriven")).hasSize(2);
    }

    @Test
    void redrives_only_the_messages_that_are_named() {
      down.end();
      ObjectNode malformed = Account.json("{'QueueUrl': '%s'}", url("slipway-deploy"));
      account.sqs("SendMessage", malformed.put("MessageBody", "{\"source\": \"aws.ecr\"}"));
      account.settle();
      JsonNode messages = messages();
      assertThat(messages).hasSize(2);
      JsonNode push =
          messages.path(0).path("tag").asText().isEmpty() ? messages.path(1) : messages.path(0);

      JsonNode answer =
          account.invoke("redrive", "{'ids': ['%s', 'none']}", push.path("id").asText());
      account.settle();

      assertThat(answer.path("redriven")).hasSize(1);
      assertThat(answer.path("left").asInt()).isEqualTo(1);
      assertThat(answer.path("warnings").path(0).asText()).isEqualTo("there is no message none");
      assertThat(account.isSteady("web")).isTrue();
      assertThat(messages()).hasSize(1);
    }

    private String url(String queue) {
      return account.simulator.sqs().urlOf(account.queue(queue));
    }
  }

  /** One that can never succeed: redriven it comes back, and the alarm goes on. */
  @Nested
  class Of_a_malformed_message {
    @BeforeEach
    void isSent() {
      account.webFollowsStaging();
      ObjectNode request =
          Account.json(
              "{'QueueUrl': '%s'}", account.simulator.sqs().urlOf(account.queue("slipway-deploy")));
      account.sqs(
          "SendMessage",
          request.put("MessageBody", "{\"oops\": \"\\u001b[2J\", \"password\": \"hunter22\"}"));
      account.settle();
    }

    @Test
    void tells_how_it_begins_without_what_is_secret_in_it() {
      assertThat(messages().path(0).path("what").asText())
          .startsWith("malformed: {\"oops\": ")
          .doesNotContain("hunter22", "\u001b");
      assertThat(messages().path(0).path("reason").asText()).isEqualTo("source: missing");
    }

    @Test
    void is_discarded_for_good() {
      String id = messages().path(0).path("id").asText();

      JsonNode dry = account.invoke("discard", "{'ids': ['%s'], 'dryRun': true}", id);
      assertThat(account.messages(DEAD_LETTERS)).hasSize(1);
      JsonNode answer = account.invoke("discard", "{'ids': ['%s']}", id);
      account.settle();

      assertThat(answer.path("discarded")).isEqualTo(dry.path("discarded"));
      assertThat(answer.at("/discarded/0/id").asText()).isEqualTo(id);
      assertThat(account.messages(DEAD_LETTERS)).isEmpty();
      assertThat(account.invoke("discard", "{'ids': ['%s']}", id).path("refused").asText())
          .isEqualTo("there is no message " + id);
    }
  }

  @Nested
  class Of_a_push_that_event_bridge_could_not_deliver {
    @Test
    void tells_event_bridges_words_and_deploys_it() {
      account.webFollowsStaging();
      String policy =
          account
              .sqs(
                  "GetQueueAttributes",
                  Account.json("{'QueueUrl': '%s', 'AttributeNames': ['Policy']}", deployUrl()))
              .at("/Attributes/Policy")
              .asText();
      setPolicy("");
      String pushed = account.push("web", "staging", "2");
      account.settle();
      setPolicy(policy);
      assertThat(account.messages(UNDELIVERABLE)).hasSize(1);

      JsonNode message = messages().path(0);
      assertThat(message.path("queue").asText()).isEqualTo("undeliverable");
      assertThat(message.path("what").asText()).isEqualTo("push of web:staging");
      assertThat(message.path("tries").asInt()).isEqualTo(1);
      assertThat(message.path("reason").asText()).startsWith("NO_PERMISSIONS: ");

      account.invoke("redrive", "{'ids': ['%s']}", message.path("id").asText());
      account.settle();

      assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + pushed);
      assertThat(account.messages(UNDELIVERABLE)).isEmpty();
    }

    private String deployUrl() {
      return account.simulator.sqs().urlOf(account.queue("slipway-deploy"));
    }

    private void setPolicy(String policy) {
      account
          .simulator
          .world()
          .run(() ->
              account
                  .simulator
                  .sqs()
                  .setAttributes(account.queue("slipway-deploy"), Map.of("Policy", policy)));
    }
  }

  @Nested
  class Of_what_ecs_reported_of_a_deployment {
    private void send(String queue, String body) {
      ObjectNode request =
          Account.json("{'QueueUrl': '%s'}", account.simulator.sqs().urlOf(account.queue(queue)));
      account.sqs("SendMessage", request.put("MessageBody", body));
      account.settle();
    }

    /** Who discards a message has to know what it is. */
    @ParameterizedTest(name = "{1}")
    @CsvSource({
      "deploy, Service Check Requested, 'evaluate website/web after a push of web:staging, asked"
          + " for by ann'",
      "deploy, Service Search Requested, 'search for services after a push of web:staging, asked"
          + " for by ann'",
      "rollout, Rollout Check Requested, check the rollout of website/web",
      "rollout, Notifications Due, 'notify people of the services that wait: Succeeded staging"
          + " web:staging c2865436e143 deployed'",
      "rollout, Something Else, push of web:staging",
    })
    void is_said_of_every_message_of_slipway_s_own(String queue, String detailType, String what) {
      send(
          "slipway-" + queue + "-dead-letters",
          Account.json(
                  """
                  {'source': 'slipway', 'detail-type': '%s', 'id': 'e-1', 'resources': ['%s'],
                   'detail': {'repository-name': 'web', 'image-tag': 'staging', 'by': 'ann',
                     'trigger': 'e-1',
                     'kind': 'Succeeded\\nstaging\\nweb:staging c2865436e143\\ndeployed\\n'}}
                  """,
                  detailType, account.arn("web"))
              .toString());

      assertThat(messages().path(0).path("what").asText()).isEqualTo(what);
    }

    @Test
    void is_listed_and_redriven_as_a_push_is() {
      account.webFollowsStaging();
      send("slipway-rollout", "{\"source\": \"aws.ecs\"");
      send(
          "slipway-rollout-undeliverable",
          "{\"source\": \"aws.ecs\", \"detail-type\": \"other\", \"resources\": [\""
              + account.arn("web")
              + "\"]}");

      JsonNode messages = messages();
      assertThat(messages.findValuesAsText("queue")).containsExactly("rollout", "undeliverable");
      assertThat(messages.path(0).path("reason").asText()).startsWith("not JSON");
      assertThat(messages.path(1).path("what").asText())
          .isEqualTo("event \"other\" of website/web");

      JsonNode answer = account.invoke("redrive", "{'all': true}");
      account.settle();

      assertThat(answer.path("redriven")).hasSize(2);
      assertThat(account.messages("slipway-rollout-undeliverable")).isEmpty();
      assertThat(messages().path(0).path("reason").asText()).startsWith("not JSON");
    }
  }

  @Nested
  class Of_the_archive {
    @Test
    void deploys_the_pushes_of_the_time_in_which_the_rule_was_off_and_previews_that() {
      account.repository("web");
      account.push("web", "first", "1");
      account.taskDefinition("web", REGISTRY + "web:first");
      account.service("web", "staging");
      account.settle();
      rule("DisableRule");
      String pushed = account.push("web", "staging", "2");
      account.settle();
      account.pass(Duration.ofMinutes(30));
      rule("EnableRule");
      String window = "'from': '2026-11-21T10:00:00Z', 'to': '2026-11-21T11:00:00Z'";

      JsonNode preview = account.invoke("archive", "{'dryRun': true, %s}", window);
      account.settle();
      assertThat(preview.at("/preview/0/decision").asText()).isEqualTo("Deploy");
      assertThat(preview.path("replay").isNull()).isTrue();
      assertThat(account.revisions("web")).isEqualTo(1);

      JsonNode replay = account.invoke("archive", "{%s}", window);
      account.settle();

      assertThat(replay.path("state").asText()).isEqualTo("STARTING");
      assertThat(replay.path("replay").asText()).startsWith("slipway-2026-11-21T100000Z-");
      assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + pushed);
      assertThat(account.revisions("web")).isEqualTo(2);
    }

    @Test
    void needs_a_time_that_makes_sense() {
      assertThat(
              account
                  .invoke(
                      "archive",
                      "{'from': '2026-11-21T11:00:00Z'," + " 'to': '2026-11-21T10:00:00Z'}")
                  .path("refused")
                  .asText())
          .contains("is not before");
    }
  }
}
