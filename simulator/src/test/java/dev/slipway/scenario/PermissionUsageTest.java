package dev.slipway.scenario;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.simulator.iam.Permission;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PermissionUsageTest {
  @Test
  void is_named_with_role_statement_action_and_resource_in_each_role_that_has_it() {
    try (TemplateRoles template = TemplateRoles.ofTemplate();
        TemplateRoles wider =
            TemplateRoles.of(
                TemplateRoles.templateText()
                    .replace(
                        "Action: [ecr:BatchGetImage, ecr:DescribeImages,",
                        "Action: [ecr:BatchGetImage, ecr:GetX, ecr:DescribeImages,"))) {
      assertThat(
              PermissionUsage.needless(wider.iam().permissions(), template.iam().permissions())
                  .lines())
          .allMatch(line -> line.contains(", statement ReadImages: no scenario needs ecr:GetX on "))
          .hasSize(EvaluatingFunction.values().length)
          .contains(
              "slipway-QueryRole, statement ReadImages: no scenario needs ecr:GetX on"
                  + " arn:aws:ecr:us-east-1:123456789012:repository/*");
    }
  }

  @Test
  void is_one_of_a_statement_that_another_statement_needs_the_same_does_not_count() {
    Permission read = new Permission("Role", "Read", "ecr:BatchGetImage", "*", "");
    Permission again = new Permission("Role", "ReadAgain", "ecr:BatchGetImage", "*", "");

    assertThat(PermissionUsage.needless(Set.of(read, again), Set.of(read)))
        .isEqualTo("Role, statement ReadAgain: no scenario needs ecr:BatchGetImage on *");
    assertThat(PermissionUsage.needless(Set.of(read), Set.of(read, again))).isEmpty();
  }

  @Test
  void is_one_of_each_value_of_a_condition() {
    try (TemplateRoles template = TemplateRoles.ofTemplate()) {
      assertThat(
              PermissionUsage.needless(
                      template.iam().permissions(),
                      template.iam().permissions().stream()
                          .filter(permission -> !permission.condition().endsWith(" repository/*"))
                          .collect(toSet()))
                  .lines())
          .isNotEmpty()
          .allMatch(line -> line.endsWith(" where dynamodb:LeadingKeys repository/*"));
    }
  }

  @Test
  void is_none_to_delete_what_the_same_statement_writes_if_it_is_needed_to_delete_at_all() {
    Permission write = new Permission("Role", "Keep", "dynamodb:PutItem", "table", "key a/*");
    Permission delete = new Permission("Role", "Keep", "dynamodb:DeleteItem", "table", "key a/*");
    Permission other = new Permission("Role", "Keep", "dynamodb:DeleteItem", "table", "key b/*");

    assertThat(PermissionUsage.needless(Set.of(write, delete, other), Set.of(write, other)))
        .isEmpty();
    assertThat(PermissionUsage.needless(Set.of(write, delete), Set.of(write)))
        .isEqualTo(
            "Role, statement Keep: no scenario needs dynamodb:DeleteItem on table where key a/*");
  }

  /** Scenarios of nobody. */
  static final class Some {
    @Test
    void one() {}

    @Nested
    class Inner {
      @ParameterizedTest
      @ValueSource(ints = {1, 2})
      void two(int number) {
        assertThat(number).isPositive();
      }
    }
  }

  private static final Collection<Class<?>> ALL = List.of(Some.class);

  private static Set<Method> methodsOf(Class<?>... types) {
    Set<Method> methods = new HashSet<>();
    Arrays.stream(types).forEach(type -> methods.addAll(List.of(type.getDeclaredMethods())));
    return methods;
  }

  @Test
  void is_judged_when_all_scenarios_of_all_classes_were_done() {
    assertThat(PermissionUsage.notJudged(ALL, methodsOf(Some.class, Some.Inner.class))).isEmpty();
  }

  @Test
  void is_not_judged_when_some_did_not_run_and_the_run_says_so() {
    assertThat(PermissionUsage.notJudged(ALL, methodsOf(Some.class)))
        .hasValue(
            "Needless permissions are not judged: of 1 classes of scenarios these did not run, or"
                + " failed: Some (1 of 2)");
    assertThat(PermissionUsage.notJudged(ALL, Set.of())).get().asString().endsWith(": Some");
  }

  @Test
  void is_looked_for_in_every_class_of_scenarios() {
    assertThat(PermissionUsage.scenarioClasses())
        .contains(PushScenarioTest.class, EnvironmentScenarioTest.class);
    assertThat(PermissionUsage.testClasses())
        .filteredOn(test -> test.getSimpleName().endsWith("ScenarioTest"))
        .allMatch(test -> test.isAnnotationPresent(Scenarios.class), "has @Scenarios");
  }
}
