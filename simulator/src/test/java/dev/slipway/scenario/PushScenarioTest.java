package dev.slipway.scenario;

import static dev.slipway.scenario.Account.REGISTRY;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.simulator.events.EventFaults;
import dev.slipway.simulator.faults.Calls;
import dev.slipway.simulator.faults.Faults;
import dev.slipway.simulator.sqs.MessageAttribute;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What becomes of a push, from PutImage to the last task. */
@Scenarios
class PushScenarioTest {
  private static final String BROKEN =
      "{'slipway.simulator/exit-code': '1', 'slipway.simulator/exit-after': '1'}";

  @AutoClose private Account account;

  @BeforeEach
  void createAccount() {
    account = new Account(Map.of());
  }

  /** How many deployments ECS lists for a service, its creation included. */
  private int serviceDeployments(String service) {
    return account
        .ecs(
            "ListServiceDeployments",
            "{'cluster': '%s', 'service': '%s'}",
            Account.CLUSTER,
            service)
        .path("serviceDeployments")
        .size();
  }

  @Nested
  class Of_a_good_image {
    @Test
    void rolls_the_service_that_follows_its_tag_and_no_other() {
      account.repository("web");
      String old = account.push("web", "first", "1");
      account.runningService("web-staging", "staging", "web", old);
      account.runningService("web-production", "production", "web", old);

      String pushed = account.push("web", "staging", "2");
      account.settle();

      assertThat(account.images("web-staging")).containsExactly(REGISTRY + "web@" + pushed);
      assertThat(account.isSteady("web-staging")).isTrue();
      assertThat(account.view("web-staging").tasks())
          .hasSize(2)
          .allSatisfy(task -> assertThat(task.containers().getFirst().digest()).isEqualTo(pushed));
      assertThat(account.view("web-production").taskDefinition()).isEqualTo("web-production:1");
    }

    @Test
    void reaches_production_when_the_same_digest_gets_productions_tag() {
      account.repository("web");
      String old = account.push("web", "first", "1");
      account.runningService("web-staging", "staging", "web", old);
      account.runningService("web-production", "production", "web", old);
      String pushed = account.push("web", "staging", "2");
      account.settle();

      account.retag("web", "staging", "production");
      account.settle();

      assertThat(account.images("web-production")).containsExactly(REGISTRY + "web@" + pushed);
      assertThat(account.isSteady("web-production")).isTrue();
      assertThat(account.revisions("web-staging")).isEqualTo(2);
    }

    @Test
    void changes_nothing_of_the_task_definition_but_the_image_and_slipways_tags() {
      account.repository("web");
      String old = account.push("web", "first", "1");
      account.ecs(
          "RegisterTaskDefinition",
          """
          {'family': 'web', 'networkMode': 'awsvpc', 'cpu': '256', 'memory': '512',
           'requiresCompatibilities': ['FARGATE'], 'enableFaultInjection': true,
           'executionRoleArn': 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
           'fieldOfTheYear2031': {'nested': [1, {'deep': null}, 'text']},
           'tags': [{'key': 'team', 'value': 'blue'}],
           'containerDefinitions': [
             {'name': 'web', 'image': '%sweb@%s', 'essential': true, 'environment': [],
              'newInAContainer': 0.10, 'secrets': [{'name': 'A', 'valueFrom': 'arn:aws:ssm:x'}]},
             {'name': 'proxy', 'image': 'nginx:1.29', 'essential': false}]}
          """,
          REGISTRY,
          old);
      account.service("web", "staging");
      account.settle();

      String pushed = account.push("web", "staging", "2");
      account.settle();

      ObjectNode before = account.revision("web:1");
      ObjectNode after = account.revision("web:2");
      ObjectNode expected = (ObjectNode) before.path("taskDefinition");
      ((ObjectNode) expected.at("/containerDefinitions/0"))
          .put("image", REGISTRY + "web@" + pushed);
      List<String> given = List.of("taskDefinitionArn", "revision", "registeredAt", "registeredBy");
      ObjectNode registered = (ObjectNode) after.path("taskDefinition");
      assertThat(registered.remove(given).toString()).isEqualTo(expected.remove(given).toString());
      assertThat(tags(after))
          .containsEntry("team", "blue")
          .containsEntry("slipway:tag", "staging")
          .containsEntry("slipway:digest", pushed)
          .containsEntry("slipway:deployment", onlyStarted().path("deployment").asText())
          .containsOnlyKeys("team", "slipway:tag", "slipway:digest", "slipway:deployment");
    }

    private JsonNode onlyStarted() {
      List<JsonNode> started = account.announcements("Deployment Started");
      assertThat(started).hasSize(1);
      return started.getFirst().path("detail");
    }

    private Map<String, String> tags(JsonNode revision) {
      Map<String, String> tags = new TreeMap<>();
      revision
          .path("tags")
          .forEach(tag -> tags.put(tag.path("key").asText(), tag.path("value").asText()));
      return tags;
    }

    @Test
    void is_announced_once_with_what_was_deployed_where_and_why() {
      account.webFollowsStaging();

      String pushed = account.push("web", "staging", "2");
      account.settle();

      assertThat(account.announcements("Deployment Started")).hasSize(1);
      JsonNode event = account.announcements("Deployment Started").getFirst();
      assertThat(event.path("detail-type").asText()).isEqualTo("Deployment Started");
      assertThat(event.path("resources").path(0).asText()).isEqualTo(account.arn("web"));
      JsonNode detail = event.path("detail");
      assertThat(detail.path("environment").asText()).isEqualTo("staging");
      assertThat(detail.path("taskDefinition").asText()).endsWith("task-definition/web:2");
      assertThat(detail.path("deploymentId").asText())
          .isEqualTo(account.view("web").deployments().getFirst().id());
      assertThat(detail.path("images").path(0).path("to").asText()).endsWith("@" + pushed);
      JsonNode trigger = detail.path("trigger");
      assertThat(trigger.path("kind").asText()).isEqualTo("push");
      assertThat(trigger.path("repository").asText()).isEqualTo("web");
      assertThat(trigger.path("tag").asText()).isEqualTo("staging");
      assertThat(trigger.path("digest").asText()).isEqualTo(pushed);
    }

    @Test
    void carries_the_environments_deployment_configuration_over_the_services_own() {
      account.repository("web");
      account.taskDefinition("web", REGISTRY + "web@" + account.push("web", "first", "1"));
      account.service(
          "web",
          "staging",
          """
          {'deploymentConfiguration': {'minimumHealthyPercent': 100, 'maximumPercent': 150,
            'alarms': {'alarmNames': ['5xx'], 'enable': true, 'rollback': true}}}
          """);
      account.settle();

      account.push("web", "staging", "2");
      account.settle();

      JsonNode configuration = account.describe("web").path("deploymentConfiguration");
      assertThat(configuration.path("minimumHealthyPercent").asInt()).isEqualTo(50);
      assertThat(configuration.path("maximumPercent").asInt()).isEqualTo(200);
      assertThat(configuration.at("/deploymentCircuitBreaker/rollback").asBoolean()).isTrue();
      assertThat(configuration.at("/alarms/alarmNames/0").asText()).isEqualTo("5xx");
    }

    @Test
    void deploys_the_digest_of_an_image_index_and_its_untagged_parts_deploy_nothing() {
      account.webFollowsStaging();
      String amd64 = account.push("web", "", "2 amd64");
      String arm64 = account.push("web", "", "2 arm64");

      String index =
          account.pushManifest(
              "web",
              "staging",
              Account.json(
                  """
                  {'schemaVersion': 2, 'mediaType': 'application/vnd.oci.image.index.v1+json',
                   'manifests': [
                     {'mediaType': 'application/vnd.oci.image.manifest.v1+json', 'size': 2,
                      'digest': '%s', 'platform': {'os': 'linux', 'architecture': 'amd64'}},
                     {'mediaType': 'application/vnd.oci.image.manifest.v1+json', 'size': 2,
                      'digest': '%s', 'platform': {'os': 'linux', 'architecture': 'arm64'}}]}
                  """,
                  amd64, arm64));
      account.settle();

      assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + index);
      assertThat(account.isSteady("web")).isTrue();
      assertThat(account.announcements("Deployment Started")).hasSize(1);
    }

    @Test
    void rolls_a_daemon_service_on_ec2_and_one_of_a_capacity_provider() {
      account.repository("agent");
      String old = account.push("agent", "first", "1");
      account.ecs(
          "RegisterTaskDefinition",
          "{'family': 'agent', 'containerDefinitions': [{'name': 'agent', 'memory': 64, 'image':"
              + " '%sagent@%s'}]}",
          REGISTRY,
          old);
      account.service(
          "daemon",
          "production",
          """
          {'taskDefinition': 'agent', 'launchType': 'EC2', 'schedulingStrategy': 'DAEMON',
           'desiredCount': null, 'networkConfiguration': null}
          """);
      account.service(
          "provided",
          "production",
          """
          {'taskDefinition': 'agent', 'launchType': null, 'networkConfiguration': null,
           'capacityProviderStrategy': [{'capacityProvider': 'instances', 'weight': 1}]}
          """);
      account.settle();

      String pushed = account.push("agent", "production", "2");
      account.settle();

      for (String service : List.of("daemon", "provided")) {
        assertThat(account.images(service)).containsExactly(REGISTRY + "agent@" + pushed);
        assertThat(account.isSteady(service)).isTrue();
      }
      assertThat(account.describe("daemon").at("/deploymentConfiguration/maximumPercent").asInt())
          .isEqualTo(100);
      assertThat(account.revisions("agent"))
          .as("each deployment has a revision of its own")
          .isEqualTo(3);
    }

    @Test
    void takes_over_from_one_whose_rollout_is_not_finished() {
      account.webFollowsStaging();
      account.push("web", "staging", "2");
      account.pass(Duration.ofSeconds(20));
      assertThat(account.isSteady("web")).isFalse();

      String newest = account.push("web", "staging", "3");
      account.settle();

      assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + newest);
      assertThat(account.isSteady("web")).isTrue();
    }

    @Test
    void rolls_two_services_with_one_container_each_from_its_repository_siblings_not() {
      account.repository("web", "web-admin", "team/web");
      Map.of("one", "web", "two", "web-admin", "three", "team/web")
          .forEach((service, repository) ->
              account.runningService(
                  service, "staging", repository, account.push(repository, "staging", "1")));

      account.push("web", "staging", "2");
      account.settle();

      assertThat(account.revisions("one")).isEqualTo(2);
      assertThat(account.revisions("two")).isEqualTo(1);
      assertThat(account.revisions("three")).isEqualTo(1);
    }
  }

  @Nested
  class Of_a_broken_image {
    @Test
    void is_rolled_back_by_ecss_circuit_breaker() {
      account.webFollowsStaging();

      account.push("web", "staging", "2", BROKEN);
      account.settle();

      assertThat(account.view("web").taskDefinition()).isEqualTo("web:1");
      assertThat(account.isSteady("web")).isTrue();
      assertThat(account.view("web").tasks()).hasSize(2);
      assertThat(account.announcements("Deployment Started")).hasSize(1);
    }

    @Test
    void is_not_deployed_again_before_its_failure_is_known_that_is_looked_for_first() {
      account.webFollowsStaging();
      EventFaults events = account.simulator.events().faults();
      events.loseNext(100, event -> event.path("source").asText().equals("aws.ecs"));
      account.push("web", "bad", "2", BROKEN);
      account.retag("web", "bad", "staging");
      account.settle();
      assertThat(account.announcements("Deployment Failed")).isEmpty();

      events.loseNext(1, event -> event.path("source").asText().equals("aws.ecr"));
      account.retag("web", "first", "staging");
      account.retag("web", "bad", "staging");
      account.settle();

      assertThat(account.announcements("Deployment Started")).hasSize(1);
      assertThat(account.announcements("Deployment Failed")).hasSize(1);
      assertThat(account.view("web").taskDefinition()).isEqualTo("web:1");
      assertThat(account.log().getLast()).isEqualTo("1 blocked");
    }
  }

  @Nested
  class That_is_reported_badly {
    @Test
    void twice_deploys_once() {
      account.webFollowsStaging();
      account.simulator.events().faults().duplicateNext(1, _ -> true, Duration.ofMinutes(20));

      account.push("web", "staging", "2");
      account.settle();

      assertThat(account.revisions("web")).isEqualTo(2);
      assertThat(account.announcements("Deployment Started")).hasSize(1);
      assertThat(account.log()).filteredOn("1 deployment started"::equals).hasSize(1);
      assertThat(account.log().getLast()).isEqualTo("1 current");
    }

    @Test
    void in_the_wrong_order_ends_with_the_newest_image() {
      account.webFollowsStaging();
      account.simulator.events().faults().reverseNext(2, _ -> true, Duration.ofSeconds(30));

      account.push("web", "staging", "2");
      String newest = account.push("web", "staging", "3");
      account.settle();

      assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + newest);
      assertThat(account.revisions("web")).as("the older one is never deployed").isEqualTo(2);
    }

    @Test
    void late_when_a_newer_image_is_there_already_deploys_nothing() {
      account.webFollowsStaging();
      account.simulator.events().faults().delayNext(1, _ -> true, Duration.ofHours(1));
      account.push("web", "staging", "2");
      String newest = account.push("web", "staging", "3");
      account.settle();

      assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + newest);
      assertThat(account.announcements("Deployment Started")).hasSize(1);
    }

    @Test
    void without_a_tag_or_of_a_deletion_does_not_even_reach_the_function() {
      account.repository("web");
      String digest = account.push("web", "first", "1");
      account.runningService("web", "staging", "web", digest);
      int lines = account.log().size();

      account.push("web", "", "2");
      account.ecr(
          "BatchDeleteImage", "{'repositoryName': 'web', 'imageIds': [{'imageTag': 'first'}]}");
      account.settle();

      assertThat(account.log()).hasSize(lines);
      assertThat(account.revisions("web")).isEqualTo(1);
    }

    @Test
    void by_a_message_that_is_no_event_goes_to_the_dead_letters_with_the_reason() {
      account.repository("web", "api");
      account.runningService("web", "staging", "web", account.push("web", "first", "1"));
      account.runningService("api", "staging", "api", account.push("api", "first", "1"));
      send("{\"detail-type\": \"ECR Image Action\", \"source\": \"aws.ecr\"}");

      String web = account.push("web", "staging", "2");
      String api = account.push("api", "staging", "2");
      account.settle();

      assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + web);
      assertThat(account.images("api")).containsExactly(REGISTRY + "api@" + api);
      assertThat(account.messages("slipway-deploy-dead-letters"))
          .singleElement()
          .satisfies(message ->
              assertThat(message.attributes())
                  .containsEntry("reason", MessageAttribute.string("detail: missing")));
      assertThat(account.messages("slipway-deploy")).isEmpty();
    }

    private void send(String body) {
      ObjectNode request = Account.json("{}").put("MessageBody", body);
      request.put("QueueUrl", account.simulator.sqs().urlOf(account.queue("slipway-deploy")));
      account.sqs("SendMessage", request);
    }

    @Test
    void that_the_queue_cannot_take_is_kept_beside_it() {
      account.webFollowsStaging();
      ObjectNode queue = Account.json("{}");
      queue.put("QueueUrl", account.simulator.sqs().urlOf(account.queue("slipway-deploy")));
      account.sqs("DeleteQueue", queue);

      account.push("web", "staging", "2");
      account.settle();

      assertThat(account.messages("slipway-undeliverable"))
          .singleElement()
          .satisfies(message -> assertThat(message.body()).contains("ECR Image Action"));
      assertThat(account.view("web").taskDefinition()).isEqualTo("web:1");
    }

    @Test
    void to_a_repository_with_the_longest_name_that_ecr_allows_is_deployed_as_any_other() {
      String name = "r".repeat(256);
      account.repository(name);
      account.runningService("web", "staging", name, account.push(name, "first", "1"));

      String pushed = account.push(name, "staging", "2");
      account.settle();

      assertThat(account.images("web")).containsExactly(REGISTRY + name + "@" + pushed);
      assertThat(account.messages("slipway-undeliverable")).isEmpty();
    }
  }

  @Nested
  class While_aws_has_trouble {
    @Test
    void throttled_by_ecs_is_deployed_all_the_same() {
      account.webFollowsStaging();
      account.simulator.faults().throttle(Calls.to("ecs", "DescribeServices"), 1);
      account.simulator.faults().throttle(Calls.to("ecs", "RegisterTaskDefinition"), 1);
      account.simulator.faults().throttle(Calls.to("ecs", "UpdateService"), 1);

      String pushed = account.push("web", "staging", "2");
      account.settle();

      assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + pushed);
      assertThat(account.revisions("web")).isEqualTo(2);
      assertThat(account.announcements("Deployment Started")).hasSize(1);
    }

    @Test
    void between_register_and_update_is_finished_by_redelivery_nothing_done_twice() {
      account.webFollowsStaging();
      Faults.Injected down =
          account.simulator.faults().dropBefore(Calls.to("ecs", "UpdateService"), Faults.ALWAYS);

      String pushed = account.push("web", "staging", "2");
      account.simulator.world().runUntil(() -> down.hits() >= 3, Duration.ofMinutes(5));
      assertThat(account.revisions("web")).isEqualTo(2);
      down.end();
      account.settle();

      assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + pushed);
      assertThat(account.announcements("Deployment Started")).hasSize(1);
      assertThat(account.announcements("Deployment Succeeded")).hasSize(1);
      assertThat(serviceDeployments("web")).as("the service's creation, and the push").isEqualTo(2);
      assertThat(account.messages("slipway-deploy-dead-letters")).isEmpty();
    }

    @Test
    void with_the_first_of_three_services_does_not_keep_the_others_waiting() {
      account.repository("web");
      String old = account.push("web", "first", "1");
      for (String service : List.of("a", "b", "c")) {
        account.runningService(service, "staging", "web", old);
      }
      // the SDK tries three times
      account.simulator.faults().fail(Calls.to("ecs", "UpdateService"), 3);

      String pushed = account.push("web", "staging", "2");
      account.settle();

      for (String service : List.of("a", "b", "c")) {
        assertThat(account.images(service)).containsExactly(REGISTRY + "web@" + pushed);
        assertThat(serviceDeployments(service)).isEqualTo(2);
      }
      assertThat(account.announcements("Deployment Started")).hasSize(3);
      assertThat(account.announcements("Deployment Succeeded")).hasSize(3);
    }

    @Test
    void losing_the_answer_of_update_service_deploys_once() {
      account.webFollowsStaging();
      account.simulator.faults().dropAfter(Calls.to("ecs", "UpdateService"), 1);

      String pushed = account.push("web", "staging", "2");
      account.settle();

      assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + pushed);
      assertThat(account.revisions("web")).isEqualTo(2);
    }

    @Test
    void that_lasts_ends_in_the_dead_letter_queue_and_nothing_is_lost() {
      account.webFollowsStaging();
      account
          .simulator
          .faults()
          .fail(Calls.to("ecs", "DescribeServices").by("slipway-deploy"), Faults.ALWAYS);

      account.push("web", "staging", "2");
      account.settle();

      deadLetter("Service: Ecs");
      assertThat(account.view("web").taskDefinition()).isEqualTo("web:1");
    }

    @Test
    void whose_record_is_away_deploys_nothing_and_ends_in_the_dead_letter_queue() {
      account.webFollowsStaging();
      account.simulator.faults().fail(Calls.to("dynamodb"), Faults.ALWAYS);

      account.push("web", "staging", "2");
      account.settle();

      deadLetter("DynamoDb");
      assertThat(account.view("web").taskDefinition()).isEqualTo("web:1");
      assertThat(account.revisions("web")).isEqualTo(1);
    }

    private void deadLetter(String reason) {
      assertThat(account.messages("slipway-deploy-dead-letters"))
          .singleElement()
          .satisfies(message -> {
            assertThat(message.body()).contains("ECR Image Action");
            assertThat(message.attributes())
                .hasEntrySatisfying("reason", it -> assertThat(it.text()).contains(reason));
          });
    }

    @Test
    void of_stale_reads_ends_with_the_image_that_was_pushed() {
      account.webFollowsStaging();
      account.simulator.ecs().answerStale(3);

      String pushed = account.push("web", "staging", "2");
      account.settle();

      assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + pushed);
      assertThat(account.revisions("web")).isEqualTo(2);
    }
  }

  @Nested
  class Beside_others {
    @Test
    void to_another_repository_of_the_same_task_definition_both_images_are_deployed() {
      account.repository("web", "api");
      account.taskDefinition(
          "shop",
          REGISTRY + "web@" + account.push("web", "first", "1"),
          REGISTRY + "api@" + account.push("api", "first", "1"));
      account.service("shop", "staging");
      account.settle();

      String web = account.push("web", "staging", "2");
      String api = account.push("api", "staging", "2");
      account.settle();

      assertThat(account.images("shop"))
          .containsExactly(REGISTRY + "web@" + web, REGISTRY + "api@" + api);
      assertThat(account.isSteady("shop")).isTrue();
    }

    @Test
    void that_30_services_follow_rolls_all_of_them_within_the_rates_that_aws_allows() {
      account.repository("web");
      String old = account.push("web", "first", "1");
      List<String> services = IntStream.rangeClosed(1, 30).mapToObj("web-%02d"::formatted).toList();
      for (String service : services) {
        account.taskDefinition(service, REGISTRY + "web@" + old);
        account.service(service, "staging");
      }
      account.settle();
      account.simulator.faults().enforcePublishedRates();

      String pushed = account.push("web", "staging", "2");
      account.settle();

      for (String service : services) {
        assertThat(account.images(service)).as(service).containsExactly(REGISTRY + "web@" + pushed);
        assertThat(account.isSteady(service)).as(service).isTrue();
      }
      assertThat(account.announcements("Deployment Started")).hasSize(30);
      assertThat(account.messages("slipway-deploy-dead-letters")).isEmpty();
    }
  }

  @Nested
  class That_must_not_be_deployed {
    @Test
    void says_so_once_where_a_service_is_paused_and_where_the_image_is_blocked() {
      account.repository("web");
      String old = account.push("web", "first", "1");
      account.runningService("paused", "staging", "web", old);
      account.runningService("blocking", "staging", "web", old);
      account.invoke("pause", "{'service': 'paused', 'note': 'release freeze'}");
      account.push("web", "bad", "2", BROKEN);
      account.retag("web", "bad", "staging");
      account.settle();

      account.retag("web", "first", "staging");
      account.settle();
      account.retag("web", "bad", "staging");
      account.settle();

      assertThat(account.view("paused").taskDefinition()).isEqualTo("paused:1");
      assertThat(account.view("blocking").taskDefinition()).isEqualTo("blocking:1");
      assertThat(account.revisions("blocking")).isEqualTo(2);
      assertThat(account.log())
          .anyMatch(line -> line.contains("release freeze"))
          .anyMatch(line -> line.contains("is blocked since"));
      assertThat(account.announcements("Deployment Held"))
          .extracting(event -> event.path("detail").path("hold").asText())
          .containsExactlyInAnyOrder("PAUSED", "BLOCKED");
    }

    @Test
    void says_so_for_other_deployment_controllers_and_deploys_to_the_rest() {
      account.repository("web");
      String old = account.push("web", "first", "1");
      account.taskDefinition("web", REGISTRY + "web@" + old);
      account.service(
          "blue-green",
          "staging",
          "{'taskDefinition': 'web', 'deploymentController': {'type': 'CODE_DEPLOY'}}");
      account.service("web", "staging");
      account.settle();

      String pushed = account.push("web", "staging", "2");
      account.settle();

      assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + pushed);
      assertThat(account.view("blue-green").taskDefinition()).isEqualTo("web:1");
      assertThat(account.log()).anyMatch(line -> line.contains("CODE_DEPLOY"));
    }

    @Test
    void because_it_is_a_signature_says_so() {
      account.webFollowsStaging();

      account.pushManifest(
          "web",
          "staging",
          Account.json(
              """
              {'schemaVersion': 2, 'mediaType': 'application/vnd.oci.image.manifest.v1+json',
               'artifactType': 'application/vnd.dev.cosign.artifact.sig.v1+json',
               'config': {'mediaType': 'application/vnd.oci.empty.v1+json', 'size': 2,
                 'digest': 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'},
               'layers': []}
              """));
      account.settle();

      assertThat(account.view("web").taskDefinition()).isEqualTo("web:1");
      assertThat(account.log()).anyMatch(line -> line.contains("no container can be made from"));
    }

    @Test
    void because_it_is_for_another_platform_says_so() {
      account.webFollowsStaging();
      String arm64 = account.push("web", "", "2 arm64");

      account.pushManifest(
          "web",
          "staging",
          Account.json(
              """
              {'schemaVersion': 2, 'mediaType': 'application/vnd.oci.image.index.v1+json',
               'manifests': [
                 {'mediaType': 'application/vnd.oci.image.manifest.v1+json', 'size': 2,
                  'digest': '%s', 'platform': {'os': 'linux', 'architecture': 'arm64'}}]}
              """,
              arm64));
      account.settle();

      assertThat(account.view("web").taskDefinition()).isEqualTo("web:1");
      assertThat(account.log()).anyMatch(line -> line.contains("linux/arm64"));
    }

    @Test
    void because_no_service_follows_it_says_so_and_searches_for_one_once_an_hour() {
      account.repository("web", "other");
      String old = account.push("web", "first", "1");
      account.taskDefinition("web", REGISTRY + "web@" + old);
      account.service("web", "");
      account.settle();
      account.runningService("other", "staging", "other", account.push("other", "staging", "1"));
      Faults.Injected searches =
          account
              .simulator
              .faults()
              .delay(
                  Calls.to("ecs", "ListServices").by("slipway-deploy"),
                  Faults.ALWAYS,
                  Duration.ZERO);

      account.push("web", "staging", "2");
      account.settle();
      account.push("web", "staging", "3");
      account.settle();

      assertThat(account.view("web").taskDefinition()).isEqualTo("web:1");
      assertThat(account.log())
          .filteredOn(line -> line.contains("no service of staging has a container"))
          .hasSize(2);
      assertThat(searches.hits()).isEqualTo(1);
    }

    @Test
    void to_a_service_that_no_longer_carries_the_tag_is_deployed_again_when_it_does() {
      account.webFollowsStaging();
      account.ecs(
          "UntagResource",
          "{'resourceArn': '%s', 'tagKeys': ['slipway:environment']}",
          account.arn("web"));
      account.settle();

      String pushed = account.push("web", "staging", "2");
      account.settle();
      assertThat(account.view("web").taskDefinition()).isEqualTo("web:1");

      account.tag("web", "slipway:environment", "staging");
      account.settle();
      assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + pushed);
    }
  }
}
