package dev.slipway.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.slipway.simulator.iam.Permission;
import dev.slipway.simulator.world.Caller;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the template's role keeps DeployFunction from, whatever its code does. */
class RoleTest {
  private static final String WEB = "arn:aws:ecs:us-east-1:123456789012:service/website/web";

  @AutoClose
  private final TemplateRoles template =
      TemplateRoles.ofTemplate(Map.of("PassableRoles", "role/ecs/*"));

  private Caller function = template.session(template.roleName("DeployRole"));

  private void call(String action, String resource, Map<String, String> context) {
    template.iam().authorize(function, action, resource, context);
  }

  @Test
  void lets_it_update_only_services_that_carry_the_tag_slipway_environment() {
    assertThatCode(() ->
            call(
                "ecs:UpdateService", WEB, Map.of("aws:ResourceTag/slipway:environment", "staging")))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> call("ecs:UpdateService", WEB, Map.of()))
        .hasMessageContaining("is not authorized to perform: ecs:UpdateService");
    assertThatThrownBy(() -> call("ecs:UpdateService", WEB, Map.of("aws:ResourceTag/team", "blue")))
        .hasMessageContaining("is not authorized to perform: ecs:UpdateService");
  }

  @ParameterizedTest
  @CsvSource({"false, true", ", true", "true, false"})
  void does_not_let_it_turn_on_ecs_exec_and_lets_it_update_a_service_whatever_it_says_otherwise(
      @Nullable String asked, boolean allowed) {
    Map<String, String> context = new HashMap<>();
    context.put("aws:ResourceTag/slipway:environment", "staging");
    if (asked != null) {
      context.put("ecs:enable-execute-command", asked);
    }

    if (allowed) {
      assertThatCode(() -> call("ecs:UpdateService", WEB, context)).doesNotThrowAnyException();
    } else {
      assertThatThrownBy(() -> call("ecs:UpdateService", WEB, context))
          .hasMessageContaining("is not authorized to perform: ecs:UpdateService");
    }
  }

  @Test
  void does_not_let_it_tag_a_service_and_so_opt_it_in() {
    assertThatThrownBy(() -> call("ecs:TagResource", WEB, Map.of()))
        .hasMessageContaining("is not authorized to perform: ecs:TagResource");
  }

  @Test
  void lets_it_pass_only_the_roles_of_the_parameter_passable_roles_and_only_to_ecs_tasks() {
    String tasks = "ecs-tasks.amazonaws.com";

    assertThatCode(() -> pass("ecs/web", tasks)).doesNotThrowAnyException();
    assertThatThrownBy(() -> pass("ecs/web", "lambda.amazonaws.com"))
        .hasMessageContaining("iam:PassRole");
    assertThatThrownBy(() -> pass("admin", tasks)).hasMessageContaining("iam:PassRole");
  }

  /** docs/deploying.md: the execution role that AWS's console makes, and what is named alike. */
  @Test
  void lets_it_pass_by_default_only_roles_that_begin_with_ecs() {
    try (TemplateRoles asItIs = TemplateRoles.ofTemplate()) {
      Caller deploy = asItIs.session(asItIs.roleName("DeployRole"));
      Map<String, String> toTasks = Map.of("iam:PassedToService", "ecs-tasks.amazonaws.com");
      String role = "arn:aws:iam::123456789012:role/";

      for (String name : List.of("ecsTaskExecutionRole", "ecsTaskRole", "ecs-web", "ecs/web")) {
        assertThatCode(() -> asItIs.iam().authorize(deploy, "iam:PassRole", role + name, toTasks))
            .doesNotThrowAnyException();
      }
      for (String name : List.of("admin", "team/ecs-web", "Ecs")) {
        assertThatThrownBy(
                () -> asItIs.iam().authorize(deploy, "iam:PassRole", role + name, toTasks))
            .hasMessageContaining("iam:PassRole");
      }
    }
  }

  private void pass(String role, String service) {
    call(
        "iam:PassRole",
        "arn:aws:iam::123456789012:role/" + role,
        Map.of("iam:PassedToService", service));
  }

  @Test
  void does_not_let_it_announce_in_anothers_name() {
    String bus = "arn:aws:events:us-east-1:123456789012:event-bus/default";

    assertThatCode(() -> call("events:PutEvents", bus, Map.of("events:source", "slipway")))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> call("events:PutEvents", bus, Map.of("events:source", "billing")))
        .hasMessageContaining("events:PutEvents");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RolloutRole",
        "SweepRole",
        "QueryRole",
        "OperateRole",
        "PromoteRole",
        "ReplayRole"
      })
  void is_not_alone_no_other_function_can_tag_a_service_either_or_register_a_revision(String role) {
    function = template.session(template.roleName(role));
    String optedIn = "aws:ResourceTag/slipway:environment";

    for (String key : List.of("slipway:environment", "slipway:paused")) {
      assertThatThrownBy(() ->
              call(
                  "ecs:TagResource", WEB, Map.of(optedIn, "staging", "aws:RequestTag/" + key, "x")))
          .hasMessageContaining("ecs:TagResource");
    }
    assertThatThrownBy(() -> call("ecs:RegisterTaskDefinition", "*", Map.of()))
        .hasMessageContaining("ecs:RegisterTaskDefinition");
  }

  @ParameterizedTest
  @ValueSource(strings = {"QueryRole", "ReplayRole"})
  void is_not_alone_who_may_only_look_cannot_write_the_record(String role) {
    function = template.session(template.roleName(role));
    String table = "arn:aws:dynamodb:us-east-1:123456789012:table/slipway-RecordTable";

    Map<String, String> key = Map.of("dynamodb:LeadingKeys", "service/website/web");
    assertThatCode(() -> call("dynamodb:Query", table, key)).doesNotThrowAnyException();
    for (String action : List.of("PutItem", "UpdateItem", "DeleteItem")) {
      assertThatThrownBy(() -> call("dynamodb:" + action, table, key))
          .hasMessageContaining("dynamodb:" + action);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"DeployRole", "RolloutRole"})
  void lets_groups_of_notifications_be_read_and_written_one_by_one_and_no_more(String role) {
    function = template.session(template.roleName(role));
    String table = "arn:aws:dynamodb:us-east-1:123456789012:table/slipway-RecordTable";
    Map<String, String> key = Map.of("dynamodb:LeadingKeys", "notification/e-1");

    for (String action : List.of("BatchGetItem", "PutItem")) {
      assertThatCode(() -> call("dynamodb:" + action, table, key)).doesNotThrowAnyException();
    }
    for (String action : List.of("Query", "DeleteItem", "UpdateItem")) {
      assertThatThrownBy(() -> call("dynamodb:" + action, table, key))
          .hasMessageContaining("dynamodb:" + action);
    }
  }

  @Test
  void is_not_alone_who_may_invoke_query_function_may_look_and_nothing_else() {
    assertThat(actionsOf("QueryRole"))
        .contains("ecs:DescribeServices", "ecr:BatchGetImage", "dynamodb:Query")
        .allMatch(
            action ->
                action.matches("\\w+:(Describe|List|Get|BatchGet|Query).*")
                    || action.equals("logs:CreateLogStream")
                    || action.equals("logs:PutLogEvents"),
            "reads, or writes its own log");
  }

  @Test
  void does_not_let_it_write_to_ecr_nor_does_any_other_but_promote_functions() {
    assertThat(template.iam().permissions())
        .filteredOn(permission -> permission.action().startsWith("ecr:"))
        .filteredOn(permission -> !permission.action().matches("ecr:(BatchGet|Describe|Get).*"))
        .extracting(Permission::role, Permission::action)
        .containsExactly(tuple(template.roleName("PromoteRole"), "ecr:PutImage"));
  }

  /** Beside its own log and the messages that Lambda takes from its queue for it. */
  @ParameterizedTest
  @CsvSource({
    "DeployRole, dynamodb:DeleteItem dynamodb:PutItem ecs:RegisterTaskDefinition ecs:TagResource"
        + " ecs:UpdateService events:PutEvents iam:PassRole sns:Publish sqs:SendMessage",
    "RolloutRole, dynamodb:PutItem events:PutEvents sns:Publish sqs:SendMessage",
    "OperateRole, dynamodb:PutItem ecs:ContinueServiceDeployment ecs:StopServiceDeployment"
        + " sqs:SendMessage",
    "PromoteRole, ecr:PutImage events:PutEvents sqs:SendMessage",
    "ReplayRole, events:StartReplay sqs:ChangeMessageVisibility sqs:DeleteMessage"
        + " sqs:ReceiveMessage sqs:SendMessage",
    "SweepRole, dynamodb:PutItem sqs:SendMessage",
    "QueryRole, ''"
  })
  void says_what_each_function_can_change(String role, String actions) {
    List<String> itsQueue =
        role.equals("ReplayRole")
            ? List.of()
            : List.of("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility");

    assertThat(
            actionsOf(role).stream()
                .filter(action -> !action.matches("\\w+:(Describe|List|Get|BatchGet|Query).*"))
                .filter(action -> !action.startsWith("logs:") && !itsQueue.contains(action))
                .distinct()
                .sorted())
        .containsExactlyElementsOf(actions.isEmpty() ? List.of() : List.of(actions.split(" ", -1)));
  }

  /** docs/keeping.md: nothing can be deleted, whatever the stack's parameters switch on. */
  @Test
  void
      lets_rollout_function_tag_images_deregister_revisions_and_publish_only_if_the_stack_says_so() {
    String more = "ecr:PutImage|ecr:BatchGetImage|ecs:DeregisterTaskDefinition|ssm:PutParameter";
    assertThat(actionsOf("RolloutRole")).noneMatch(action -> action.matches(more));

    try (TemplateRoles all =
        TemplateRoles.ofTemplate(
            Map.of(
                "KeepImagesState", "ENABLED",
                "DeregisterRevisionsState", "ENABLED",
                "PublishPath", "/slipway/*"))) {
      assertThat(all.iam().permissions())
          .filteredOn(permission -> permission.action().matches(more))
          .filteredOn(permission -> permission.role().equals(all.roleName("RolloutRole")))
          .extracting(permission -> permission.action() + " " + permission.resource())
          .containsExactlyInAnyOrder(
              "ecr:BatchGetImage arn:aws:ecr:us-east-1:123456789012:repository/*",
              "ecr:PutImage arn:aws:ecr:us-east-1:123456789012:repository/*",
              "ecs:DeregisterTaskDefinition *",
              "ssm:PutParameter arn:aws:ssm:us-east-1:123456789012:parameter/slipway/*");
      assertThat(all.iam().permissions())
          .extracting(Permission::action)
          .noneMatch(action -> action.startsWith("ecr:") && action.contains("Delete"));
    }
  }

  /** What the role's policies allow. */
  private List<String> actionsOf(String role) {
    return template.iam().permissions().stream()
        .filter(permission -> permission.role().equals(template.roleName(role)))
        .map(Permission::action)
        .toList();
  }
}
