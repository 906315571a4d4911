package dev.slipway.scenario;

import static dev.slipway.scenario.Account.CLUSTER;
import static dev.slipway.scenario.Account.REGISTRY;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.simulator.sns.Delivered;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Why tasks fail is named wherever people look, by the command and by mail. */
@Scenarios
class CauseScenarioTest {
  private static final String MAILBOX = "ops@example.com";
  private static final int NOT_DEPLOYED = 4;

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
    account = new Account(Map.of("NotificationEmail", MAILBOX));
    operator = new Operator(account);
  }

  @AfterEach
  void close() {
    account.close();
  }

  /** What can be wrong, how it comes about, and what people read of it. */
  enum Fault {
    OUT_OF_MEMORY(
        "{'slipway.simulator/exit-code': '137', 'slipway.simulator/exit-after': '1',"
            + " 'slipway.simulator/exit-reason':"
            + " 'OutOfMemoryError: Container killed due to memory usage'}",
        "container web ran out of memory",
        "the task's limit is 512 MiB"),
    EXIT_CODE(
        "{'slipway.simulator/exit-code': '1', 'slipway.simulator/exit-after': '1',"
            + " 'slipway.simulator/log': 'starting\\nError: DATABASE_URL is not set'}",
        "container web exited with 1",
        "last log lines: Error: DATABASE_URL is not set"),
    NOT_PULLABLE("{}", "the image cannot be pulled: ", "check that it is still in the repository"),
    TARGET_UNHEALTHY(
        "{'slipway.simulator/health': 'unhealthy'}",
        "the load balancer finds the tasks unhealthy (Health checks failed with these codes:"
            + " [503])",
        "in target group blue"),
    NO_LOG_GROUP("{}", "the tasks cannot write their log: ", "create the log group"),
    ROLE("{}", "ECS cannot assume the tasks' role ", "names ecs-tasks.amazonaws.com"),
    NO_CAPACITY("{}", "no capacity for the tasks: ", "deploy again later");

    private final String annotations;
    private final String cause;
    private final String more;

    Fault(String annotations, String cause, String more) {
      this.annotations = annotations;
      this.cause = cause;
      this.more = more;
    }

    /** What happens besides the image, once it is being deployed. */
    void happens(Account account, String digest) {
      switch (this) {
        case NOT_PULLABLE ->
            account.ecr(
                "BatchDeleteImage",
                "{'repositoryName': 'web', 'imageIds': [{'imageDigest': '%s'}]}",
                digest);
        case NO_LOG_GROUP -> account.simulator.logs().delete("/ecs/web");
        case ROLE -> account.simulator.ecs().rolesAssumable(false);
        case NO_CAPACITY -> account.simulator.ecs().capacity(false);
        case OUT_OF_MEMORY, EXIT_CODE, TARGET_UNHEALTHY -> {}
      }
    }
  }

  /** A service web of two tasks that log, behind a load balancer, with a role of their own. */
  private void webIsThere() {
    account.repository("web");
    register(account.push("web", "first", "1"));
    account.service(
        "web",
        "staging",
        """
        {'loadBalancers': [{'containerName': 'web', 'containerPort': 8080, 'targetGroupArn':
          'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/blue/0f0f0f0f0f0f0f0f'}],
         'deploymentConfiguration': {'deploymentCircuitBreaker': {'enable': true, 'rollback': true}}}
        """);
    account.settle();
  }

  private void register(String digest) {
    if (!account.simulator.logs().has("/ecs/web")) {
      account.simulator.world().run(() -> account.simulator.logs().create("/ecs/web", null));
    }
    account.ecs(
        "RegisterTaskDefinition",
        """
        {'family': 'web', 'networkMode': 'awsvpc', 'cpu': '256', 'memory': '512',
         'requiresCompatibilities': ['FARGATE'],
         'taskRoleArn': 'arn:aws:iam::123456789012:role/ecs-web',
         'executionRoleArn': 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
         'containerDefinitions': [{'name': 'web', 'image': '%sweb@%s', 'essential': true,
           'portMappings': [{'containerPort': 8080}],
           'logConfiguration': {'logDriver': 'awslogs', 'options': {'awslogs-group': '/ecs/web',
             'awslogs-region': 'us-east-1', 'awslogs-stream-prefix': 'web'}}}]}
        """,
        REGISTRY,
        digest);
  }

  private void pushed(Fault fault) {
    int before = account.announcements("Deployment Started").size();
    String digest = account.push("web", "staging", "2", fault.annotations);
    account
        .simulator
        .world()
        .runUntil(
            () -> account.announcements("Deployment Started").size() > before,
            Duration.ofMinutes(5));
    fault.happens(account, digest);
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource
  void is_named_by_watch_status_explain_history_and_the_mail(Fault fault) {
    webIsThere();
    pushed(fault);

    assertThat(operator.slipway("watch", "web")).isEqualTo(NOT_DEPLOYED);
    assertThat(operator.out().lines())
        .as("while the rollout is still going on")
        .filteredOn(line -> line.matches("\\d\\d:\\d\\d:\\d\\d  web:2 fails: .*"))
        .first()
        .asString()
        .contains(fault.cause, fault.more);
    // where nothing is fixed, ECS's rollback fails as well
    String ending = operator.flatOut().replaceFirst(".*web:2 (rolled back|failed) after", "");
    assertThat(ending).contains(fault.cause, fault.more);

    for (String command : List.of("status", "status web", "explain web", "history web")) {
      assertThat(operator.slipway(command.split(" ", -1))).isZero();
      assertThat(operator.flatOut())
          .as(command)
          .containsPattern("web:\\d (rolled back|failed): " + Pattern.quote(fault.cause))
          .contains(fault.more);
    }

    assertThat(account.simulator.sns().deliveredTo(MAILBOX))
        .extracting(Delivered::body)
        .anySatisfy(
            body -> assertThat(body.replaceAll("\\s+", " ")).contains(fault.cause, fault.more));
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource
  void is_named_too_where_another_clients_deployment_fails(Fault fault) {
    webIsThere();
    account.push("web", "staging", "1.1");
    account.settle();
    String digest = account.push("web", "theirs", "2", fault.annotations);
    register(digest);
    account.ecs(
        "UpdateService", "{'cluster': '%s', 'service': 'web', 'taskDefinition': 'web:3'}", CLUSTER);
    account.retag("web", "staging", "kept");
    account.retag("web", "theirs", "staging");
    account.invoke("pause", "{'service': 'web', 'by': 'ann'}");
    fault.happens(account, digest);

    account.simulator.world().runUntil(this::isNamedInStatus, Duration.ofMinutes(10));
    operator.slipway("status", "web");
    assertThat(operator.flatOut())
        .as("under way")
        .contains("website/web: web:3 fails: " + fault.cause, fault.more);

    account.settle();
    operator.slipway("status", "web");
    assertThat(operator.flatOut())
        .as("afterwards")
        .containsPattern("website/web: web:\\d failed: " + Pattern.quote(fault.cause))
        .contains(fault.more);
    operator.slipway("history", "web");
    assertThat(operator.flatOut())
        .containsPattern("web:3 (rolled back|failed): " + Pattern.quote(fault.cause))
        .contains(fault.more);
  }

  private boolean isNamedInStatus() {
    return account.describe("web").at("/deployments/0/failedTasks").asInt() > 0;
  }

  @Test
  void has_the_evidence_behind_it_if_it_is_wanted() {
    webIsThere();
    pushed(Fault.EXIT_CODE);
    account.settle();

    for (String[] command :
        new String[][] {{"status", "web"}, {"explain", "web"}, {"history", "web"}}) {
      operator.slipway(command[0], command[1]);
      assertThat(operator.out()).doesNotContain("log of web: starting");
      operator.slipway(command[0], command[1], "--details");
      assertThat(operator.flatOut())
          .contains(
              "Essential container in task exited; web exited with 1", "log of web: starting");
    }
  }

  @Test
  void is_not_looked_for_where_nothing_fails_a_healthy_page_asks_for_no_task() {
    webIsThere();
    account.push("web", "staging", "2");
    account.settle();

    JsonNode answer = account.invoke("status", "{}");

    assertThat(answer.at("/services/0/failure").isNull()).isTrue();
    assertThat(account.simulator.iam().unusedPermissions())
        .filteredOn(permission -> permission.role().equals(account.roleName("QueryRole")))
        .extracting(permission -> permission.action())
        .contains("ecs:ListTasks", "ecs:DescribeTasks", "logs:GetLogEvents");
  }
}
