package dev.slipway.scenario;

import static dev.slipway.scenario.Account.REGISTRY;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an operator looks at next: logs, events, and what changed. */
@Scenarios
class InspectScenarioTest {
  private static final String CRASH =
      "{'slipway.simulator/exit-code': '1', 'slipway.simulator/exit-after': '1',"
          + " 'slipway.simulator/log': 'starting with password=hunter2hunter2\\nError: no"
          + " database'}";

  private Account account;
  private Operator operator;

  @BeforeAll
  static void logIn() {
    Operator.logIn();
  }

  @AfterAll
  static void logOut() {
    Operator.logOut();
  }

  @BeforeEach
  void createAccount() {
    account = new Account(Map.of());
    operator = new Operator(account);
    account.repository("web");
    account.ecs(
        "RegisterTaskDefinition",
        """
        {'family': 'web', 'networkMode': 'awsvpc', 'cpu': '256', 'memory': '512',
         'requiresCompatibilities': ['FARGATE'],
         'executionRoleArn': 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
         'containerDefinitions': [{'name': 'web', 'image': '%sweb@%s', 'essential': true,
           'environment': [{'name': 'DB_PASSWORD', 'value': 'hunter2hunter2'}],
           'logConfiguration': {'logDriver': 'awslogs', 'options': {'awslogs-group': '/ecs/web',
             'awslogs-region': 'us-east-1', 'awslogs-stream-prefix': 'web',
             'awslogs-create-group': 'true'}}}]}
        """,
        REGISTRY,
        account.push("web", "first", "1", "{'slipway.simulator/log': 'ready'}"));
    account.service("web", "staging");
    account.settle();
  }

  private String pushed(String version, String annotations) {
    String digest = account.push("web", "staging", version, annotations);
    account.settle();
    return digest;
  }

  @Test
  void the_logs_of_tasks_that_failed_first_secrets_masked_then_of_those_that_run() {
    pushed("2", CRASH);

    assertThat(operator.slipway("logs", "web")).isZero();

    assertThat(operator.out())
        .containsPattern("^web  web:2  failed\ntask \\w+\n")
        .contains("starting with password=****\n", "Error: no database\n")
        .doesNotContain("hunter2");
    assertThat(operator.slipway("logs", "web", "--container", "nosuch")).isEqualTo(3);
    assertThat(operator.err()).contains("they have web");
    assertThat(operator.slipway("logs", "web", "--follow", "--timeout", "5s")).isZero();
    assertThat(operator.out()).containsPattern("\\d\\d  \\w{6} web  Error: no database\n");
  }

  @Test
  void ecss_messages_and_slipways_deployments_in_one_order() {
    String two = pushed("2", "{}");

    assertThat(operator.slipway("events", "web")).isZero();

    assertThat(operator.flatOut())
        .contains("ECS (service web) has reached a steady state.")
        .containsSubsequence(
            "(web:2): tag staging now selects another image: web " + two.substring(7, 19),
            "ECS has begun deployment ",
            "website/web runs web:staging " + two.substring(7, 19) + ": 2 tasks replaced");
  }

  @Test
  void what_changed_from_one_revision_to_the_next_secrets_masked() {
    String two = pushed("2", "{}");

    assertThat(operator.slipway("diff", "web")).isZero();

    assertThat(operator.out())
        .startsWith("website/web: web:1 → web:2\n")
        .contains("containerDefinitions[web].image\n", "+ " + REGISTRY + "web@" + two + "\n")
        .doesNotContain("hunter2", "taskDefinitionArn");
    assertThat(operator.slipway("diff", "web", "2", "web:2")).isZero();
    assertThat(operator.out()).contains("They are the same.");
    assertThat(operator.slipway("diff", "web", "other:1")).isEqualTo(3);
    assertThat(operator.slipway("diff", "web", "77")).isEqualTo(3);
    assertThat(operator.err()).contains("there is no revision web:77");
    assertThat(account.invoke("diff", "{'service': 'web', 'to': 'web:1'}").path("refused").asText())
        .as("what ran before the newest may be newer than that")
        .isEqualTo("to: say from too, the revision that it is compared with");
  }

  /** What failed never ran in its place: what a service has is compared with what ran before. */
  @Test
  void what_changed_against_the_last_deployment_that_went_well() {
    pushed("2", "{}");
    pushed("3", CRASH);

    assertThat(operator.slipway("diff", "web")).isZero();

    assertThat(operator.out()).startsWith("website/web: web:1 → web:2\n");
  }

  @Test
  void digests_by_twelve_digits_and_takes_them_back_so() {
    String two = pushed("2", "{}");
    pushed("3", "{}");

    assertThat(operator.slipway("deploy", "web", "--digest", two.substring(7, 19), "--yes"))
        .isZero();
    assertThat(operator.slipway("watch", "web")).isZero();

    assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + two);
    assertThat(operator.slipway("deploy", "web", "--digest", "000000000000", "--yes")).isEqualTo(3);
    assertThat(operator.err()).contains("no image that was deployed or is selected begins with");
  }
}
