package dev.slipway.scenario;

import static dev.slipway.scenario.Account.REGISTRY;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an operator learns of what a deployment would do. */
@Scenarios
class ExplainScenarioTest {
  @AutoClose private Account account;

  @BeforeEach
  void createAccount() {
    account = new Account(Map.of());
  }

  private JsonNode explained(String service) {
    JsonNode services = account.invoke("explain", "{'service': '%s'}", service).path("services");
    assertThat(services).hasSize(1);
    return services.path(0);
  }

  /** The tag moves without an event, as when ECR's event is lost. */
  private String pushUnheard(String repository, String tag, String version) {
    account
        .simulator
        .events()
        .faults()
        .loseNext(1, event -> event.path("source").asText().equals("aws.ecr"));
    String digest = account.push(repository, tag, version);
    account.settle();
    return digest;
  }

  @Test
  void of_a_service_that_would_be_deployed_shows_the_difference_and_the_configuration() {
    account.repository("web");
    String old = account.push("web", "first", "1");
    account.runningService("web", "staging", "web", old);
    String pushed = pushUnheard("web", "staging", "2");

    JsonNode web = explained("web");

    assertThat(web.path("service").asText()).isEqualTo("website/web");
    assertThat(web.path("environment").asText()).isEqualTo("staging");
    assertThat(web.path("decision").asText()).isEqualTo("Deploy");
    assertThat(web.path("reason").asText()).startsWith("tag staging now selects another image");
    assertThat(web.path("from").asText()).isEqualTo("web:1");
    String from = REGISTRY + "web@" + old;
    String to = REGISTRY + "web@" + pushed;
    assertThat(web.path("changes"))
        .hasToString(
            "["
                + Account.json(
                    "{'container':'container-1','from':'%s','to':'%s','tag':'staging'}", from, to)
                + "]");
    assertThat(web.path("difference"))
        .hasToString(
            "["
                + Account.json(
                    "{'path':'containerDefinitions[container-1].image','from':'%s','to':'%s'}",
                    from, to)
                + "]");
    assertThat(web.path("deploymentConfiguration").path("minimumHealthyPercent").asInt())
        .isEqualTo(50);
    assertThat(account.revisions("web")).isEqualTo(1);
  }

  @Test
  void is_what_the_deployment_then_does() {
    account.webFollowsStaging();
    pushUnheard("web", "staging", "2");
    JsonNode explained = explained("web");

    account.handle(
        "deploy",
        """
        {'id': 'by-hand', 'source': 'aws.ecr', 'detail-type': 'ECR Image Action',
         'account': '123456789012', 'region': 'us-east-1',
         'detail': {'action-type': 'PUSH', 'result': 'SUCCESS', 'repository-name': 'web',
           'image-tag': 'staging'}}
        """);
    account.settle();

    assertThat(account.images("web"))
        .containsExactly(explained.path("difference").path(0).path("to").asText());
    JsonNode configuration = account.describe("web").path("deploymentConfiguration");
    explained
        .path("deploymentConfiguration")
        .properties()
        .forEach(setting ->
            assertThat(configuration.path(setting.getKey())).isEqualTo(setting.getValue()));
  }

  @Test
  void of_a_service_that_has_what_is_selected_says_so() {
    account.webFollowsStaging();
    account.push("web", "staging", "2");
    account.settle();

    JsonNode web = explained("website/web");

    assertThat(web.path("decision").asText()).isEqualTo("Current");
    assertThat(web.path("from").asText()).isEqualTo("web:2");
    assertThat(web.path("difference")).isEmpty();
    assertThat(web.path("changes")).isEmpty();
    assertThat(web.path("deploymentConfiguration").isNull()).isTrue();
  }

  @Test
  void of_a_paused_service_says_what_holds_it_and_what_waits() {
    account.webFollowsStaging();
    account.invoke("pause", "{'service': 'web', 'note': 'sale', 'by': 'ann'}");
    account.push("web", "staging", "2");
    account.settle();

    JsonNode web = explained("web");

    assertThat(web.path("decision").asText()).isEqualTo("Held");
    assertThat(web.path("hold").asText()).isEqualTo("paused");
    assertThat(web.path("reason").asText())
        .startsWith("the service is paused by ann at 2026-11-21T10:")
        .endsWith("To go on: `slipway resume website/web`");
    assertThat(web.path("difference"))
        .extracting(at -> at.path("path").asText())
        .containsExactly("containerDefinitions[container-1].image");
  }

  @Test
  void of_a_service_whose_record_was_lost_tells_what_ecs_rolled_back() {
    account.repository("web");
    account.push("web", "staging", "1");
    account.taskDefinition("web", REGISTRY + "web:staging");
    account.service("web", "staging");
    account.settle();
    account.push("web", "staging", "2", "{'slipway.simulator/exit-code': '1'}");
    account.settle();
    new RecordTable(account).replaceByAnEmptyOne();

    JsonNode web = explained("web");

    assertThat(web.path("decision").asText()).isEqualTo("Held");
    assertThat(web.path("reason").asText())
        .contains("ECS rolled its newest deployment back, before Slipway had a record");
    assertThat(account.revisions("web")).isEqualTo(2);
  }

  @Test
  void of_a_service_that_can_never_be_deployed_to_says_why() {
    account.repository("web");
    account.taskDefinition("web", REGISTRY + "web@" + account.push("web", "first", "1"));
    account.service("web", "staging", "{'deploymentController': {'type': 'CODE_DEPLOY'}}");

    JsonNode web = explained("web");

    assertThat(web.path("decision").asText()).isEqualTo("NotDeployable");
    assertThat(web.path("reason").asText()).contains("only AWS CodeDeploy can deploy to it");
    assertThat(web.path("from").asText()).isEqualTo("web:1");
  }

  @Test
  void of_a_service_that_follows_nothing_says_so() {
    account.repository("web");
    account.runningService("web", "", "web", account.push("web", "first", "1"));

    assertThat(explained("web").path("decision").asText()).isEqualTo("NotFollowing");
  }

  @Test
  void of_a_repository_and_tag_explains_all_services_that_follow_it() {
    account.repository("web", "api");
    String old = account.push("web", "first", "1");
    account.runningService("web-a", "staging", "web", old);
    account.runningService("web-b", "staging", "web", old);
    account.runningService("web-p", "production", "web", old);
    account.runningService("api", "staging", "api", account.push("api", "first", "1"));
    pushUnheard("web", "staging", "2");

    JsonNode answer = account.invoke("explain", "{'repository': 'web', 'tag': 'staging'}");

    assertThat(answer.path("services"))
        .extracting(s -> s.path("service").asText() + " " + s.path("decision").asText())
        .containsExactlyInAnyOrder("website/web-a Deploy", "website/web-b Deploy");
    assertThat(answer.path("reason").asText()).isEmpty();
  }

  @Test
  void of_a_tag_that_nothing_follows_says_what_is_followed() {
    account.webFollowsStaging();

    JsonNode answer = account.invoke("explain", "{'repository': 'web', 'tag': 'v1'}");

    assertThat(answer.path("services")).isEmpty();
    assertThat(answer.path("reason").asText())
        .isEqualTo(
            "Amazon ECR has no image web:v1 now: no such tag, or no such repository; no environment"
                + " follows web:v1: slipway.yaml has staging (tag staging), production (tag"
                + " production)");
  }

  @Test
  void of_a_repository_that_no_service_runs_says_so() {
    account.webFollowsStaging();

    JsonNode answer = account.invoke("explain", "{'repository': 'api', 'tag': 'staging'}");

    assertThat(answer.path("services")).isEmpty();
    assertThat(answer.path("reason").asText())
        .isEqualTo(
            "Amazon ECR has no image api:staging now: no such tag, or no such repository;"
                + " no service of staging has a container from repository api");
  }

  @Test
  void of_half_a_question_is_refused() {
    assertThat(account.invoke("explain", "{'repository': 'web'}").path("refused").asText())
        .isEqualTo("tag: missing; it is the tag that is pushed to the repository");
    assertThat(account.invoke("explain", "{}").path("refused").asText())
        .isEqualTo("exactly one of service, repository must be there, but none is");
  }
}
