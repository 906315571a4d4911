package dev.slipway.scenario;

import static dev.slipway.scenario.Account.REGISTRY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.slipway.simulator.world.AwsRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code follow} and {@code unfollow}, by a person whose role has the policy of docs/operating.md
 * and nothing else.
 */
@Scenarios
class FollowScenarioTest {
  private static final String ANN = "AKIAANN";
  private static final Path OPERATING = Path.of("../docs/operating.md");

  @AutoClose private Account account;
  private Operator operator;
  private String one;

  @BeforeEach
  void createAccount() throws IOException {
    account = new Account(Map.of());
    account.person(ANN, documentedPolicy());
    Operator.logIn(ANN);
    operator = new Operator(account);
    account.repository("web");
    one = account.push("web", "first", "1");
    account.runningService("web", "", "web", one);
  }

  @AfterEach
  void logOut() {
    Operator.logOut();
  }

  private static JsonNode documentedPolicy() throws IOException {
    String page = Files.readString(OPERATING);
    int begin =
        page.indexOf("```json\n", page.indexOf("## Who may do what")) + "```json\n".length();
    return new ObjectMapper().readTree(page.substring(begin, page.indexOf("```", begin)));
  }

  private String tagOf(String service) {
    return StreamSupport.stream(account.describe(service).path("tags").spliterator(), false)
        .filter(tag -> tag.path("key").asText().equals("slipway:environment"))
        .map(tag -> tag.path("value").asText())
        .findFirst()
        .orElse("");
  }

  private static String brief(String digest) {
    return digest.substring("sha256:".length(), "sha256:".length() + 12);
  }

  @Test
  void a_service_gets_at_once_what_was_shown_before() {
    String two = account.push("web", "staging", "2");
    account.settle();

    assertThat(operator.typing("y\n", "follow", "web", "staging")).isZero();

    assertThat(operator.err())
        .contains(
            "website/web would follow staging\n",
            "container-1: web@" + brief(one) + " → web@" + brief(two));
    assertThat(operator.out())
        .startsWith("website/web now follows staging\n")
        .endsWith("  docker push " + REGISTRY + "web:staging\n");
    assertThat(operator.slipway("watch", "web")).isZero();
    assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + two);
    account.settle();
    assertThat(account.announcements("Deployment Succeeded")).hasSize(1);
  }

  @Test
  void a_service_that_has_nothing_to_get_yet_gets_what_is_pushed() {
    assertThat(operator.slipway("follow", "website/web", "staging", "--yes")).isZero();
    account.settle();

    assertThat(operator.out()).contains("nothing is deployed now: ");
    assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + one);

    String two = account.push("web", "staging", "2");
    account.settle();
    assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + two);
  }

  @Test
  void a_dry_run_changes_nothing() {
    account.push("web", "staging", "2");
    account.settle();

    assertThat(operator.slipway("follow", "web", "staging", "--dry-run")).isZero();
    account.settle();

    assertThat(tagOf("web")).isEmpty();
    assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + one);
    assertThat(account.recordOf("web").isMissingNode()).as("no record is made").isTrue();
  }

  @Test
  void a_service_can_go_from_one_environment_to_another() {
    operator.slipway("follow", "web", "staging", "--yes");
    account.settle();
    String two = account.push("web", "production", "2");
    account.settle();

    assertThat(operator.slipway("follow", "web", "production", "--yes")).isZero();
    account.settle();

    assertThat(operator.out()).startsWith("website/web now follows production instead of staging");
    assertThat(tagOf("web")).isEqualTo("production");
    assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + two);
  }

  @Test
  void a_service_that_follows_nothing_any_more_gets_nothing_and_its_rollout_is_still_told() {
    operator.slipway("follow", "web", "staging", "--yes");
    account.settle();
    String two = account.push("web", "staging", "2");
    account
        .simulator
        .world()
        .runUntil(
            () -> account.view("web").taskDefinition().equals("web:2"), Duration.ofMinutes(5));

    assertThat(operator.typing("y\n", "unfollow", "web")).isZero();

    assertThat(operator.err())
        .contains("web:2 is being rolled out: ECS goes on with it, and Slipway still tells how");
    account.settle();
    assertThat(account.announcements("Deployment Succeeded")).hasSize(1);
    account.push("web", "staging", "3");
    account.settle();
    assertThat(tagOf("web")).isEmpty();
    assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + two);
  }

  @Test
  void what_was_decided_about_a_service_counts_again_when_it_follows_again() {
    operator.slipway("follow", "web", "staging", "--yes");
    account.settle();
    account.invoke("pause", "{'service': 'web', 'by': 'ann', 'note': 'sale'}");

    assertThat(operator.slipway("unfollow", "web", "--yes")).isZero();
    assertThat(operator.out()).contains("paused by ann at ", ": sale\n");
    account.settle();
    account.push("web", "staging", "2");
    account.settle();
    assertThat(operator.slipway("follow", "web", "staging", "--yes")).isZero();
    account.settle();

    assertThat(operator.out()).contains("nothing is deployed now: the service is paused by ann");
    assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + one);
  }

  @Test
  void a_person_without_the_permission_is_told_the_statement_that_lacks() {
    account.person(
        ANN,
        Account.json(
            "{'Statement': {'Effect': 'Allow', 'Action': 'lambda:InvokeFunction', 'Resource':"
                + " '*'}}"));

    assertThat(operator.slipway("follow", "web", "staging", "--yes")).isEqualTo(1);

    String arn = account.arn("web");
    assertThat(operator.err().replaceAll("\\s+", " "))
        .startsWith("slipway: you may not call ecs:TagResource on " + arn + " ")
        .contains("assumed-role/operator/ann is not authorized", "\"Resource\": \"" + arn + "\"");
    assertThat(operator.out()).isEmpty();
    assertThat(tagOf("web")).isEmpty();
    assertThat(account.wantedDenials()).hasSize(1);

    account.tag("web", "slipway:environment", "staging");
    assertThat(operator.slipway("unfollow", "web", "--yes")).isEqualTo(1);
    assertThat(operator.err().replaceAll("\\s+", " "))
        .contains("you may not call ecs:UntagResource on " + arn);
    assertThat(tagOf("web")).isEqualTo("staging");
    assertThat(account.wantedDenials()).hasSize(1);
  }

  /** The statement that the message shows is enough. */
  @Test
  void a_person_who_gets_that_statement_can_go_on() throws IOException {
    String look =
        "{'Effect': 'Allow', 'Action': 'lambda:InvokeFunction', 'Resource': '*'}"
            .replace('\'', '"');
    account.person(ANN, new ObjectMapper().readTree("{\"Statement\": [" + look + "]}"));
    operator.slipway("follow", "web", "staging", "--yes");
    assertThat(account.wantedDenials()).hasSize(1);
    String statement = operator.err().substring(operator.err().indexOf('{'));

    account.person(
        ANN, new ObjectMapper().readTree("{\"Statement\": [" + look + ", " + statement + "]}"));

    assertThat(operator.slipway("follow", "web", "staging", "--yes")).isZero();
    assertThat(operator.slipway("unfollow", "web", "--yes")).isZero();
  }

  @Test
  void the_documented_policy_allows_no_other_tag_and_no_other_resource() {
    for (String refused :
        List.of(
            "{'resourceArn': '%s', 'tags': [{'key': 'team', 'value': 'x'}]}"
                .formatted(account.arn("web")),
            "{'resourceArn': 'arn:aws:ecs:us-east-1:123456789012:cluster/website',"
                + " 'tags': [{'key': 'slipway:environment', 'value': 'staging'}]}")) {
      assertThatThrownBy(() ->
              account
                  .simulator
                  .world()
                  .call(() ->
                      account
                          .simulator
                          .ecs()
                          .call(
                              new AwsRequest(
                                  account.simulator.iam().callerOf(ANN),
                                  "TagResource",
                                  Account.json(refused)))))
          .hasMessageContaining("is not authorized to perform: ecs:TagResource");
    }
    assertThat(account.wantedDenials()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a\u001b[2Jb", "staging\u202e", "../staging", "staging; reboot"})
  // 2 where it can be no name, 3 where there is none
  void names_that_nobody_has_are_refused_and_shown_harmless(String name) {
    assertThat(operator.slipway("follow", "web", name, "--yes")).isIn(2, 3);
    assertThat(operator.err()).doesNotContain("\u001b", "\u202e");
    assertThat(operator.slipway("follow", name, "staging", "--yes")).isIn(2, 3);
    assertThat(operator.err()).doesNotContain("\u001b", "\u202e");
    assertThat(operator.slipway("unfollow", name, "--yes")).isIn(2, 3);

    assertThat(tagOf("web")).isEmpty();
  }
}
