package dev.slipway.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.slipway.simulator.iam.Permission;
import dev.slipway.simulator.world.Caller;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the template's role keeps DeployFunction from, whatever its code does. */
@DisplayName("DeployFunction's role")
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
  @DisplayName("lets it update only services that carry the tag slipway:environment")
  void updatesOnlyServicesThatOptedIn() {
    assertThatCode(() ->
            call(
                "ecs:UpdateService", WEB, Map.of("aws:ResourceTag/slipway:environment", "staging")))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> call("ecs:UpdateService", WEB, Map.of()))
        .hasMessageContaining("is not authorized to perform: ecs:UpdateService");
    assertThatThrownBy(() -> call("ecs:UpdateService", WEB, Map.of("aws:ResourceTag/team", "blue")))
        .hasMessageContaining("is not authorized to perform: ecs:UpdateService");
  }

  @Test
  @DisplayName("does not let it tag a service, and so opt it in")
  void cannotOptIn() {
    assertThatThrownBy(() -> call("ecs:TagResource", WEB, Map.of()))
        .hasMessageContaining("is not authorized to perform: ecs:TagResource");
  }

  @Test
  @DisplayName("lets it pass only the roles of the parameter PassableRoles, and only to ECS tasks")
  void passesRolesToTasksOnly() {
    String tasks = "ecs-tasks.amazonaws.com";

    assertThatCode(() -> pass("ecs/web", tasks)).doesNotThrowAnyException();
    assertThatThrownBy(() -> pass("ecs/web", "lambda.amazonaws.com"))
        .hasMessageContaining("iam:PassRole");
    assertThatThrownBy(() -> pass("admin", tasks)).hasMessageContaining("iam:PassRole");
  }

  private void pass(String role, String service) {
    call(
        "iam:PassRole",
        "arn:aws:iam::123456789012:role/" + role,
        Map.of("iam:PassedToService", service));
  }

  @Test
  @DisplayName("does not let it announce in another's name")
  void announcesAsSlipway() {
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
  @DisplayName("is not alone: no other function can tag a service either, or register a revision")
  void nobodyTagsServices(String role) {
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
  @DisplayName("is not alone: who may only look cannot write the record")
  void whoLooksWritesNothing(String role) {
    function = template.session(template.roleName(role));
    String table = "arn:aws:dynamodb:us-east-1:123456789012:table/slipway-RecordTable";

    Map<String, String> key = Map.of("dynamodb:LeadingKeys", "service/website/web");
    assertThatCode(() -> call("dynamodb:Query", table, key)).doesNotThrowAnyException();
    for (String action : List.of("PutItem", "UpdateItem", "DeleteItem")) {
      assertThatThrownBy(() -> call("dynamodb:" + action, table, key))
          .hasMessageContaining("dynamodb:" + action);
    }
  }

  @Test
  @DisplayName("is not alone: who may invoke QueryFunction may look, and nothing else")
  void queryFunctionReads() {
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
  @DisplayName("does not let it write to ECR, nor does any other but PromoteFunction's")
  void onlyPromoteFunctionTagsImages() {
    assertThat(template.iam().permissions())
        .filteredOn(permission -> permission.action().startsWith("ecr:"))
        .filteredOn(permission ->
            !List.of("ecr:BatchGetImage", "ecr:DescribeImages").contains(permission.action()))
        .extracting(Permission::role, Permission::action)
        .containsExactly(tuple(template.roleName("PromoteRole"), "ecr:PutImage"));
  }

  /** What the role's policies allow. */
  private List<String> actionsOf(String role) {
    return template.iam().permissions().stream()
        .filter(permission -> permission.role().equals(template.roleName(role)))
        .map(Permission::action)
        .toList();
  }
}
