package dev.slipway.simulator.iam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.simulator.world.Account;
import dev.slipway.simulator.world.Caller;
import dev.slipway.simulator.world.ResourcePolicies.Verdict;
import dev.slipway.simulator.world.World;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IamTest {
  private static final String WEB = "arn:aws:ecs:us-east-1:123456789012:service/main/web";
  private static final String TRUST =
      "{Statement: {Effect: 'Allow', Action: 'sts:AssumeRole', Principal: {Service:"
          + " 'lambda.amazonaws.com'}}}";

  private final World world = new World(Instant.EPOCH, 1);
  private final Account account = new Account(Account.DEFAULT_ID, "us-east-1");
  private final List<String> journal = new ArrayList<>();
  private final Iam iam = new Iam(world, account, (topic, line) -> journal.add(topic + " " + line));
  private final Caller function = iam.session("DeployRole", "deploy");

  @BeforeEach
  void aRole() {
    iam.add(
        new Role(
            "DeployRole",
            Policy.parse(PolicyTest.json(TRUST)),
            List.of(
                Policy.parse(
                    PolicyTest.json(
                        """
                        {Statement: [
                          {Effect: 'Allow', Action: ['ecs:UpdateService', 'ecs:StopTask'],
                           Resource: ['arn:aws:ecs:*:*:service/*', 'arn:aws:ecs:*:*:task/*'],
                           Condition: {Null: {'aws:ResourceTag/slipway:environment': 'false'}}},
                          {Sid: 'Find', Effect: 'Allow', Action: 'ecs:List*', Resource: '*'},
                          {Effect: 'Deny', Action: 'ecs:ListTasks', Resource: '*'}]}
                        """))),
            List.of(
                ManagedPolicies.find(
                        "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole")
                    .orElseThrow())));
  }

  @AfterEach
  void end() {
    world.close();
  }

  @Test
  void lets_the_root_do_all() {
    assertThatCode(() -> iam.authorize(account.root(), "iam:Anything", "*", Map.of()))
        .doesNotThrowAnyException();
  }

  @Test
  void lets_a_role_do_what_its_policies_allow() {
    assertThatCode(
            () -> {
              iam.authorize(
                  function,
                  "ecs:UpdateService",
                  WEB,
                  Map.of("aws:ResourceTag/slipway:environment", "staging"));
              iam.authorize(function, "logs:PutLogEvents", "arn:any", Map.of());
            })
        .doesNotThrowAnyException();
  }

  @Test
  void refuses_in_iams_words() {
    assertThatThrownBy(() -> iam.authorize(function, "ecs:UpdateService", WEB, Map.of()))
        .hasMessage(
            "User: arn:aws:sts::123456789012:assumed-role/DeployRole/deploy is not authorized to"
                + " perform: ecs:UpdateService on resource: "
                + WEB
                + " because no identity-based policy allows the ecs:UpdateService action");
    assertThatThrownBy(() -> iam.authorize(function, "ecs:ListTasks", "*", Map.of()))
        .hasMessageEndingWith("on resource: * with an explicit deny in an identity-based policy");
    assertThat(iam.denials()).hasSize(2);
    assertThat(journal).hasSize(2).allMatch(line -> line.startsWith("iam denied: User: "));
  }

  @Test
  void refuses_a_role_that_is_not_there() {
    assertThatThrownBy(
            () -> iam.authorize(iam.session("Nobody", "x"), "ecs:ListTasks", "*", Map.of()))
        .hasMessageContaining("assumed-role/Nobody/x is not authorized");
  }

  @Test
  void knows_callers_by_their_keys() {
    iam.issue("ASIADEPLOY", function);
    assertThat(iam.callerOf("ASIADEPLOY")).isEqualTo(function);
    assertThat(iam.callerOf("AKIAPERSON")).isEqualTo(account.root());
  }

  @Test
  void tells_permissions_that_no_call_needed() {
    iam.authorize(
        function, "ecs:UpdateService", WEB, Map.of("aws:ResourceTag/slipway:environment", "x"));
    assertThat(iam.unusedPermissions())
        .extracting(Permission::toString)
        .containsExactlyInAnyOrder(
            "DeployRole: ecs:UpdateService on arn:aws:ecs:*:*:task/*",
            "DeployRole: ecs:StopTask on arn:aws:ecs:*:*:service/*",
            "DeployRole: ecs:StopTask on arn:aws:ecs:*:*:task/*",
            "DeployRole Find: ecs:List* on *");
    iam.authorize(function, "ecs:ListServices", "*", Map.of());
    assertThat(iam.unusedPermissions()).extracting(Permission::action).doesNotContain("ecs:List*");
    assertThat(iam.usedPermissions())
        .contains(new Permission("DeployRole", "Find", "ecs:List*", "*", ""))
        .hasSize(2);
    assertThat(iam.permissions()).hasSize(5).containsAll(iam.unusedPermissions());
  }

  @Test
  void records_the_calls_of_a_role() {
    iam.authorize(function, "ecs:ListServices", "*", Map.of());
    iam.recordCalls("DeployRole");
    assertThatThrownBy(() -> iam.authorize(function, "ecs:ListTasks", "*", Map.of("a", "b")))
        .hasMessageContaining("ecs:ListTasks");
    iam.authorize(function, "ecs:ListClusters", "*", Map.of());
    iam.authorize(function, "ecs:ListClusters", "*", Map.of());
    iam.authorize(account.root(), "ecs:ListServices", "*", Map.of());

    assertThat(iam.recordedCalls("DeployRole"))
        .containsExactly(
            new Iam.Call("ecs:ListTasks", "*", Map.of("a", "b")),
            new Iam.Call("ecs:ListClusters", "*", Map.of()));
    assertThat(iam.recordedCalls("Another")).isEmpty();
  }

  @Test
  void evaluates_a_queues_policy_for_a_service() {
    String policy =
        """
        {Statement: [
          {Effect: 'Allow', Principal: {Service: 'events.amazonaws.com'}, Action: 'sqs:SendMessage',
           Resource: 'arn:queue', Condition: {ArnEquals: {'aws:SourceArn': 'arn:aws:events:r:1:rule/push'}}},
          {Effect: 'Deny', Principal: '*', Action: 'sqs:*', Resource: 'arn:queue',
           Condition: {Bool: {'aws:SecureTransport': 'false'}}}]}
        """;
    assertThat(sending(policy, "arn:aws:events:r:1:rule/push")).isEqualTo(Verdict.ALLOWED);
    assertThat(sending(policy, "arn:aws:events:r:1:rule/other")).isEqualTo(Verdict.SILENT);
  }

  private Verdict sending(String policy, String rule) {
    return iam.evaluate(
        PolicyTest.json(policy),
        "events.amazonaws.com",
        "sqs:SendMessage",
        "arn:queue",
        Map.of("aws:SourceArn", rule));
  }

  @Test
  void knows_a_session_by_its_role_and_its_account() {
    for (String principal :
        List.of(
            "arn:aws:iam::123456789012:role/DeployRole",
            "123456789012",
            "arn:aws:iam::123456789012:root",
            function.arn())) {
      String policy =
          "{Statement: {Effect: 'Allow', Principal: {AWS: '"
              + principal
              + "'}, Action: 'sqs:*', Resource: '*'}}";
      assertThat(
              iam.evaluate(
                  PolicyTest.json(policy), function.arn(), "sqs:SendMessage", "arn:q", Map.of()))
          .isEqualTo(Verdict.ALLOWED);
    }
  }
}
