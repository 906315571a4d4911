package dev.slipway.scenario;

import static dev.slipway.scenario.Account.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.simulator.faults.Calls;
import dev.slipway.simulator.faults.Faults;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * {@code slipway doctor} on the real template, with its roles enforced: a scenario for each kind of
 * finding, and a healthy account without any.
 */
@Scenarios
class DoctorScenarioTest {
  private Account account = new Account(Map.of("NotificationEmail", "ops@example.com"));
  private Operator operator = new Operator(account);

  @BeforeAll
  static void logIn() {
    Operator.logIn();
  }

  @AfterAll
  static void logOut() {
    Operator.logOut();
  }

  @AfterEach
  void end() {
    account.close();
  }

  /** Ends the account that there is. */
  private void use(Account other) {
    account.close();
    account = other;
    operator = new Operator(other);
  }

  /** A service web that Slipway has brought from its first image to the second. */
  private void healthy() {
    account.webFollowsStaging();
    account.push("web", "staging", "2");
    account.settle();
  }

  private void finds(String... texts) {
    finds(1, texts);
  }

  /** Nothing else is found. */
  private void finds(int code, String... texts) {
    assertThat(operator.slipway("doctor", "--output", "json")).as(operator.out()).isEqualTo(code);
    assertThat(operator.out().lines().filter(line -> line.contains("\"severity\"")))
        .as(operator.out())
        .hasSize(1);
    assertThat(operator.slipway("doctor")).isEqualTo(code);
    assertThat(operator.flatOut()).contains(texts).contains("→ ");
    assertThat(operator.err()).isEmpty();
  }

  @Test
  void finds_nothing_in_a_healthy_account_and_says_what_it_looked_at() {
    healthy();

    assertThat(operator.slipway("doctor")).as(operator.out()).isZero();
    assertThat(operator.out())
        .startsWith("Nothing found that would keep a deployment or a rollback from working.\n")
        .contains("stack slipway", "dead letters", "website/web: ", "rollback targets")
        .doesNotContain("problem", "warning", "unchecked");
    assertThat(operator.slipway("doctor", "web")).as(operator.out()).isZero();
    assertThat(operator.out())
        .startsWith("Nothing found that would keep a deployment or a rollback from working.\n");
  }

  @Test
  void a_rule_that_is_disabled_or_gone() {
    healthy();
    account.events("DisableRule", "{'Name': 'slipway-push'}");

    finds("rule slipway-push", "it is disabled (A tagged image was pushed to Amazon ECR)");
    assertThat(operator.flatOut()).contains("`aws events enable-rule --name slipway-push`");
  }

  @Test
  void nobody_subscribed() {
    use(new Account(Map.of()));
    healthy();

    finds(
        0, "topic slipway-notifications warning no confirmed subscription", "`aws sns subscribe ");
    assertThat(operator.flatOut())
        .contains(
            "Nothing found that would keep a deployment or a rollback from working; 1 warning.");
  }

  @Test
  void dead_letters() {
    healthy();
    account.sqs(
        "SendMessage",
        json("{'MessageBody': 'x'}")
            .put("QueueUrl", account.simulator.sqs().urlOf(account.queue("slipway-deploy"))));
    account.settle();

    finds("queue slipway-deploy-dead-letters problem a message waits there");
  }

  @Test
  void a_tag_on_a_service_that_names_no_environment() {
    healthy();
    account.tag("web", "slipway:environment", "stagng");
    account.settle();

    finds(
        "website/web problem it is not followed: its tag slipway:environment says"
            + " \"stagng\", and slipway.yaml has only staging, production. Did you mean staging?");
  }

  @Test
  void a_service_that_has_no_tag_if_it_is_asked_for() {
    healthy();
    account.runningService("alone", "", "web", account.push("web", "other", "1"));

    assertThat(operator.slipway("doctor")).isZero();
    assertThat(operator.slipway("doctor", "alone")).isEqualTo(1);
    assertThat(operator.flatOut()).contains("it has no tag slipway:environment");
  }

  @Test
  void a_tag_of_an_image_that_looks_like_a_slip() {
    healthy();
    account.pass(Duration.ofMinutes(1));
    account.push("web", "stagin", "3");
    account.settle();

    finds(0, "repository web warning its tag \"stagin\" is followed by nothing");
  }

  @Test
  void a_tag_that_cannot_move() {
    healthy();
    account.ecr(
        "PutImageTagMutability", "{'repositoryName': 'web', 'imageTagMutability': 'IMMUTABLE'}");

    finds(
        "repository web problem its tags are IMMUTABLE: Amazon ECR refuses the next push of the tag"
            + " staging");

    account.ecr(
        "PutImageTagMutability",
        "{'repositoryName': 'web', 'imageTagMutability': 'IMMUTABLE_WITH_EXCLUSION',"
            + " 'imageTagMutabilityExclusionFilters': [{'filterType': 'WILDCARD', 'filter':"
            + " 'stag*'}]}");
    assertThat(operator.slipway("doctor")).isZero();
  }

  @Test
  void a_service_that_only_codedeploy_can_deploy_to() {
    healthy();
    account.taskDefinition("blue", Account.REGISTRY + "web:staging");
    account.service("blue", "staging", "{'deploymentController': {'type': 'CODE_DEPLOY'}}");
    account.settle();

    finds("website/blue problem nothing can be deployed to it: the service has the CODE_DEPLOY");
  }

  @Test
  void images_that_nobody_follows_or_that_are_not_there() {
    healthy();
    account.taskDefinition("proxy", "public.ecr.aws/nginx/nginx:1");
    account.service("proxy", "staging");
    account.settle();
    finds("website/proxy problem Slipway follows none of its images (public.ecr.aws/nginx/nginx)");

    account.ecs("DeleteService", "{'cluster': 'website', 'service': 'proxy', 'force': true}");
    account.ecs("DeregisterTaskDefinition", "{'taskDefinition': 'proxy:1'}");
    account.repository("api");
    account.runningService("api", "production", "api", account.push("api", "v1", "1"));
    finds(0, "website/api warning tag production selects no image in api");
  }

  @Test
  void an_image_for_another_platform() {
    healthy();
    String arm = account.push("web", "", "arm");
    account.pushManifest(
        "web",
        "staging",
        json(
            """
            {'schemaVersion': 2, 'mediaType': 'application/vnd.oci.image.index.v1+json',
             'manifests': [{'mediaType': 'application/vnd.oci.image.manifest.v1+json', 'size': 2,
               'digest': '%s', 'platform': {'os': 'linux', 'architecture': 'arm64'}}]}
            """,
            arm));
    account.settle();

    finds("website/web problem nothing can be deployed to it: image", "is for linux/arm64");
  }

  @Test
  void a_role_that_may_not_be_passed() {
    use(
        new Account(
            Map.of(
                "NotificationEmail", "o@example.com", "PassableRoles", "role/ecsTaskExecution*")));
    account.repository("web");
    account.runningService("web", "staging", "web", account.push("web", "staging", "1"));

    finds(
        "problem DeployFunction may not pass its role arn:aws:iam::123456789012:role/ecsTaskRole");
  }

  @Test
  void a_log_group_that_is_missing() {
    account.repository("web");
    account.ecs(
        "RegisterTaskDefinition",
        """
        {'family': 'web', 'networkMode': 'awsvpc', 'cpu': '256', 'memory': '512',
         'requiresCompatibilities': ['FARGATE'],
         'executionRoleArn': 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
         'containerDefinitions': [{'name': 'web', 'image': '%sweb@%s', 'essential': true,
           'logConfiguration': {'logDriver': 'awslogs', 'options': {'awslogs-group': '/ecs/web',
             'awslogs-region': 'us-east-1', 'awslogs-stream-prefix': 'web'}}}]}
        """,
        Account.REGISTRY,
        account.push("web", "staging", "1"));
    account.simulator.world().run(() -> account.simulator.logs().create("/ecs/web", null));
    account.service("web", "staging");
    account.settle();
    assertThat(operator.slipway("doctor")).as(operator.out()).isZero();

    account.simulator.logs().delete("/ecs/web");
    finds("website/web problem its log group /ecs/web is not there: its next task cannot start");
  }

  @Test
  void limits_that_leave_no_room_and_no_circuit_breaker() {
    use(Account.with("environments: { staging: { images: { tag: staging } } }"));
    account.repository("web");
    account.taskDefinition("web", Account.REGISTRY + "web@" + account.push("web", "staging", "1"));
    account.service(
        "web",
        "staging",
        "{'deploymentConfiguration': {'minimumHealthyPercent': 100, 'maximumPercent': 100}}");
    account.settle();

    assertThat(operator.slipway("doctor", "web")).as(operator.err()).isEqualTo(1);
    assertThat(operator.flatOut())
        .contains(
            "problem the deployment could never make progress: with minimumHealthyPercent 100",
            "warning its deployment circuit breaker is off",
            "warning no confirmed subscription",
            "1 problem and 2 warnings");
  }

  @Test
  void a_lifecycle_policy_that_removes_what_runs_once_its_tag_moves() {
    account.repository("web");
    account.runningService("web", "staging", "web", account.push("web", "staging", "1"));
    account.ecr(
        "PutLifecyclePolicy",
        json("{'repositoryName': 'web'}")
            .put(
                "lifecyclePolicyText",
                "{\"rules\": [{\"rulePriority\": 1, \"selection\": {\"tagStatus\": \"untagged\","
                    + " \"countType\": \"sinceImagePushed\", \"countUnit\": \"days\","
                    + " \"countNumber\": 1}, \"action\": {\"type\": \"expire\"}}]}"));
    assertThat(operator.slipway("doctor")).as(operator.out()).isZero();

    account.pass(Duration.ofDays(2));

    finds(
        0,
        "website/web warning once the next image is pushed, Amazon ECR removes image",
        "by rule 1 (untagged, 1 day after the push) of its lifecycle policy");
  }

  @Test
  void images_that_are_gone_or_archived() {
    account.webFollowsStaging();
    String first = account.images("web").getFirst();
    account.push("web", "staging", "2");
    account.settle();
    String image = "{'repositoryName': 'web', '%s': %s{'imageDigest': '%s'}%s, %s}";
    account.ecr(
        "UpdateImageStorageClass",
        image,
        "imageId",
        "",
        first.substring(first.indexOf('@') + 1),
        "",
        "'targetStorageClass': 'ARCHIVE'");
    finds("website/web problem there is nothing left to roll back to: web:1", "is archived");

    String second = account.images("web").getFirst();
    account.ecr(
        "BatchDeleteImage",
        image,
        "imageIds",
        "[",
        second.substring(second.indexOf('@') + 1),
        "]",
        "'registryId': '123456789012'");
    assertThat(operator.slipway("doctor")).isEqualTo(1);
    assertThat(operator.flatOut()).contains("which it runs, is no longer in Amazon ECR");
  }

  @Test
  void a_rollback_target_that_somebody_deregistered() {
    healthy();
    account.ecs("DeregisterTaskDefinition", "{'taskDefinition': 'web:1'}");

    finds(0, "website/web warning web:1, what a rollback would go back to, is INACTIVE");
  }

  @Test
  void what_could_not_be_read_is_said_and_the_rest_is_looked_at() {
    healthy();
    account.simulator.faults().fail(Calls.to("events", "DescribeRule"), Faults.ALWAYS);
    account.ecr(
        "PutImageTagMutability", "{'repositoryName': 'web', 'imageTagMutability': 'IMMUTABLE'}");

    assertThat(operator.slipway("doctor")).isEqualTo(1);
    assertThat(operator.flatOut())
        .contains(
            "rule slipway-push unchecked could not check rules (nor 4 more like it): ",
            "repository web problem",
            "1 problem; 1 could not be checked.");
  }

  @Test
  void text_from_outside_moves_no_cursor() {
    healthy();
    account.taskDefinition("evil", "a\u001b[2Jb\u202ec");
    account.service("evil", "staging");
    account.settle();

    assertThat(operator.slipway("doctor")).as(operator.err()).isEqualTo(1);
    assertThat(operator.out()).doesNotContain("\u001b", "\u202e").contains("none of its images");
    operator.slipway("doctor", "--output", "json");
    assertThat(operator.out()).doesNotContain("\u001b", "\u202e");
  }

  @Test
  void many_services_are_looked_at_page_by_page() {
    account.repository("web");
    account.push("web", "staging", "1");
    account.runningServices(45, 3, 3, "staging", "web", "staging");

    assertThat(operator.slipway("doctor")).as(operator.out()).isZero();

    assertThat(operator.out())
        .startsWith("Nothing found that would keep a deployment or a rollback from working.\n")
        .contains("45 services: ");
  }
}
