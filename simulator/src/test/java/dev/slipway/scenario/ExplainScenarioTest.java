package dev.slipway.scenario;

import static dev.slipway.scenario.Account.REGISTRY;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What an operator learns of what a deployment would do. */
@DisplayName("The explanation")
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
  @DisplayName("of a service that would be deployed shows the difference and the configuration")
  void wouldDeploy() {
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
                    "{'path':'containerDefinitions[0].image','from':'%s','to':'%s'}", from, to)
                + "]");
    assertThat(web.path("deploymentConfiguration").path("minimumHealthyPercent").asInt())
        .isEqualTo(50);
    assertThat(account.revisions("web")).isEqualTo(1);
  }

  @Test
  @DisplayName("is what the deployment then does")
  void isWhatIsDone() {
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
  @DisplayName("of a service that has what is selected says so")
  void current() {
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
  @DisplayName("of a paused service says what holds it, and what waits")
  void held() {
    account.webFollowsStaging();
    account.invoke("pause", "{'service': 'web', 'note': 'sale', 'by': 'ann'}");
    account.push("web", "staging", "2");
    account.settle();

    JsonNode web = explained("web");

    assertThat(web.path("decision").asText()).isEqualTo("Held");
    assertThat(web.path("reason").asText())
        .startsWith("the service is paused by ann at 2026-11-21T10:")
        .endsWith("To go on: `slipway resume website/web`");
    assertThat(web.path("difference"))
        .extracting(at -> at.path("path").asText())
        .containsExactly("containerDefinitions[0].image");
  }

  @Test
  @DisplayName("of a service whose record was lost tells what ECS rolled back")
  void withoutARecord() {
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
  @DisplayName("of a service that can never be deployed to says why")
  void notDeployable() {
    account.repository("web");
    account.taskDefinition("web", REGISTRY + "web@" + account.push("web", "first", "1"));
    account.service("web", "staging", "{'deploymentController': {'type': 'CODE_DEPLOY'}}");

    JsonNode web = explained("web");

    assertThat(web.path("decision").asText()).isEqualTo("NotDeployable");
    assertThat(web.path("reason").asText()).contains("only AWS CodeDeploy can deploy to it");
    assertThat(web.path("from").asText()).isEqualTo("web:1");
  }

  @Test
  @DisplayName("of a service that follows nothing says so")
  void notFollowing() {
    account.repository("web");
    account.runningService("web", "", "web", account.push("web", "first", "1"));

    assertThat(explained("web").path("decision").asText()).isEqualTo("NotFollowing");
  }

  @Test
  @DisplayName("of a repository and tag explains all services that follow it")
  void ofAPush() {
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
  @DisplayName("of a tag that nothing follows says what is followed")
  void ofAnUnfollowedTag() {
    account.webFollowsStaging();

    JsonNode answer = account.invoke("explain", "{'repository': 'web', 'tag': 'v1'}");

    assertThat(answer.path("services")).isEmpty();
    assertThat(answer.path("reason").asText())
        .isEqualTo(
            "no environment follows tag v1: slipway.yaml has staging (tag staging), production"
                + " (tag production)");
  }

  @Test
  @DisplayName("of a repository that no service runs says so")
  void ofAnUnusedRepository() {
    account.webFollowsStaging();

    JsonNode answer = account.invoke("explain", "{'repository': 'api', 'tag': 'staging'}");

    assertThat(answer.path("services")).isEmpty();
    assertThat(answer.path("reason").asText())
        .isEqualTo(
            "no service of staging has a container from repository"
                + " 123456789012/us-east-1/api");
  }

  @Test
  @DisplayName("of half a question is refused")
  void halfAQuestion() {
    assertThat(account.invoke("explain", "{'repository': 'web'}").path("refused").asText())
        .isEqualTo("tag: missing; it is the tag that is pushed to the repository");
    assertThat(account.invoke("explain", "{}").path("refused").asText())
        .isEqualTo("exactly one of service, repository must be there, but none is");
  }
}
