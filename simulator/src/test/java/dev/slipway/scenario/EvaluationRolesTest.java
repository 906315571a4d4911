package dev.slipway.scenario;

import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import dev.slipway.deploy.ServiceEvaluator;
import dev.slipway.simulator.iam.Iam;
import dev.slipway.simulator.template.Stack;
import dev.slipway.simulator.world.AwsError;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What evaluating services needs ({@link EvaluationCalls}), against the role of each function that
 * evaluates services. Nothing has to run for a permission to be found missing.
 */
class EvaluationRolesTest {
  private static final String ANOTHER_ACTION = "sts:GetCallerIdentity";

  private static final JavaClasses SLIPWAY =
      new ClassFileImporter()
          .withImportOption(new DoNotIncludeTests())
          .importPackages(
              "dev.slipway.handler",
              "dev.slipway.operate",
              "dev.slipway.deploy",
              "dev.slipway.rollout");

  /** What asks the image policy what it selects. */
  private static final Set<String> ASK_POLICY = Set.of("evaluate", "candidates");

  private static EvaluationCalls needed = new EvaluationCalls(Set.of(), Set.of(), Set.of());

  @BeforeAll
  static void recordCalls() {
    needed = EvaluationCalls.ofAll();
  }

  /** What roles lack, a sentence for each role and call. */
  private static List<String> missing(String template) {
    try (TemplateRoles roles = TemplateRoles.of(template)) {
      return Stream.of(EvaluatingFunction.values())
          .flatMap(function -> missing(function, roles).stream())
          .toList();
    }
  }

  private static List<String> missing(EvaluatingFunction function, TemplateRoles roles) {
    String role = roles.roleOf(function.logicalId());
    return needed.of(function).stream()
        .filter(call -> !allows(roles, role, call))
        .map(call ->
            "%s of %s lacks %s on %s, which evaluating a service needs"
                .formatted(role, function.logicalId(), call.action(), call.resource()))
        .toList();
  }

  private static boolean allows(TemplateRoles roles, String role, Iam.Call call) {
    try {
      roles.iam().authorize(roles.session(role), call.action(), call.resource(), call.context());
      return true;
    } catch (AwsError _) {
      return false;
    }
  }

  private static Set<String> evaluating() {
    return Stream.of(EvaluatingFunction.values())
        .map(EvaluatingFunction::logicalId)
        .collect(toCollection(TreeSet::new));
  }

  @Test
  void has_a_role_that_allows_what_evaluating_needs() {
    assertThat(missing(TemplateRoles.templateText())).isEmpty();
  }

  @Test
  void is_in_the_table_of_scenarios_it_makes_a_service_evaluator_when_it_starts() {
    assertThat(functions(handler -> reached(handler, false).anyMatch(this::isEvaluator)))
        .containsExactlyInAnyOrderElementsOf(evaluating());
  }

  private boolean isEvaluator(JavaCodeUnit unit) {
    return unit.isConstructor() && unit.getOwner().isEquivalentTo(ServiceEvaluator.class);
  }

  /** PromoteFunction asks too, but only the policy of what is promoted to: it follows one tag. */
  @Test
  void is_known_to_ask_the_image_policy_or_not_to() {
    assertThat(functions(handler -> reached(handler, true).anyMatch(this::asksPolicy)))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(EvaluatingFunction.values())
                .filter(function -> function.asksPolicy() || function == EvaluatingFunction.PROMOTE)
                .map(EvaluatingFunction::logicalId)
                .toList());
  }

  private boolean asksPolicy(JavaCodeUnit unit) {
    return !unit.getOwner().isEquivalentTo(ServiceEvaluator.class)
        && unit.getMethodCallsFromSelf().stream()
            .anyMatch(call ->
                call.getTargetOwner().isEquivalentTo(ServiceEvaluator.class)
                    && ASK_POLICY.contains(call.getName()));
  }

  /** The template's functions whose handlers are like this. */
  private static List<String> functions(Predicate<JavaClass> handlers) {
    try (TemplateRoles template = TemplateRoles.ofTemplate()) {
      return template.functions().stream()
          .filter(function ->
              handlers.test(
                  SLIPWAY.get(function.handler().substring(0, function.handler().indexOf("::")))))
          .map(Stack.Function::logicalId)
          .toList();
    }
  }

  /**
   * The code that a handler's constructors call, with what that calls.
   *
   * @param methods whether all methods of a class count that is made there, since nobody knows from
   *     here who calls them
   */
  private static Stream<JavaCodeUnit> reached(JavaClass handler, boolean methods) {
    Set<JavaCodeUnit> reached = new HashSet<>();
    Deque<JavaCodeUnit> open = new ArrayDeque<>(handler.getConstructors());
    while (!open.isEmpty()) {
      JavaCodeUnit unit = open.pop();
      if (!reached.add(unit)) {
        continue;
      }
      if (methods && unit.isConstructor()) {
        open.addAll(unit.getOwner().getMethods());
      }
      unit.getCallsFromSelf()
          .forEach(call -> call.getTarget().resolveMember().ifPresent(open::push));
    }
    return reached.stream();
  }

  @Test
  void gets_all_of_the_list_from_managed_policies() {
    assertThat(policies().values().stream().flatMap(Set::stream))
        .containsExactlyInAnyOrderElementsOf(
            needed.all().stream().map(Iam.Call::action).collect(toSet()));
  }

  // --- that this test bites: the template without one thing

  /** A resource's text, from its logical id to the next resource or comment. */
  private static Matcher resource(String template, String logicalId) {
    Matcher matcher =
        Pattern.compile("(?m)^  " + logicalId + ":\\n(?:    .*\\n|\\n)+").matcher(template);
    assertThat(matcher.find()).as(logicalId).isTrue();
    return matcher;
  }

  private static String without(String template, String logicalId, String text, String other) {
    Matcher resource = resource(template, logicalId);
    String changed = resource.group().replace(text, other);
    assertThat(changed).as("%s without %s", logicalId, text).isNotEqualTo(resource.group());
    return template.substring(0, resource.start()) + changed + template.substring(resource.end());
  }

  /** The managed policies that have something of the list, each with these actions. */
  private static Map<String, Set<String>> policies() {
    String template = TemplateRoles.templateText();
    Set<String> list = needed.all().stream().map(Iam.Call::action).collect(toSet());
    Map<String, Set<String>> policies = new TreeMap<>();
    Pattern.compile("(?m)^  (\\w+):\\n    Type: AWS::IAM::ManagedPolicy$")
        .matcher(template)
        .results()
        .map(found -> found.group(1))
        .forEach(policy -> {
          Set<String> actions =
              Pattern.compile("\\b[a-z]+:[A-Z]\\w+")
                  .matcher(resource(template, policy).group())
                  .results()
                  .map(MatchResult::group)
                  .filter(list::contains)
                  .collect(toCollection(TreeSet::new));
          if (!actions.isEmpty()) {
            policies.put(policy, actions);
          }
        });
    return policies;
  }

  /** The evaluating functions whose roles have a policy. */
  private static List<String> having(String policy) {
    Pattern reference = Pattern.compile("!Ref " + policy + "\\b");
    return evaluating().stream()
        .filter(function ->
            reference
                .matcher(resource(TemplateRoles.templateText(), roleOf(function)).group())
                .find())
        .toList();
  }

  private static String roleOf(String function) {
    return function.replace("Function", "Role");
  }

  static Stream<String> actions() {
    return policies().entrySet().stream()
        .flatMap(
            policy -> policy.getValue().stream().map(action -> policy.getKey() + " " + action));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("actions")
  void is_named_with_the_action_when_a_policy_loses_one_action(String policyAndAction) {
    String[] parts = policyAndAction.split(" ", 2);

    List<String> missing =
        missing(without(TemplateRoles.templateText(), parts[0], parts[1], ANOTHER_ACTION));

    for (String function : having(parts[0])) {
      assertThat(missing).anyMatch(line -> line.contains(" of " + function + " lacks " + parts[1]));
    }
    assertThat(missing).allMatch(line -> line.contains(" lacks " + parts[1] + " on "));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("actions")
  void is_named_with_the_action_when_its_role_alone_loses_one_action(String policyAndAction) {
    String[] parts = policyAndAction.split(" ", 2);
    String template = TemplateRoles.templateText();
    String narrower =
        resource(template, parts[0])
            .group()
            .replace("  " + parts[0] + ":", "  NarrowerPolicy:")
            .replace(parts[1], ANOTHER_ACTION);
    String both = template.replace("\nResources:\n", "\nResources:\n" + narrower);
    for (String function : having(parts[0])) {
      String role = roleOf(function);

      List<String> missing =
          missing(without(both, role, "!Ref " + parts[0], "!Ref NarrowerPolicy"));

      String sentence = "slipway-%s of %s lacks %s on ".formatted(role, function, parts[1]);
      assertThat(missing).isNotEmpty().allMatch(line -> line.startsWith(sentence));
    }
  }

  static Stream<String> attachments() {
    return policies().keySet().stream()
        .flatMap(policy -> having(policy).stream().map(function -> policy + " " + function));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("attachments")
  void is_named_with_each_action_when_its_role_loses_a_policy(String policyAndFunction) {
    String[] parts = policyAndFunction.split(" ", 2);
    String function = parts[1];
    String role = roleOf(function);

    List<String> missing =
        missing(
            without(TemplateRoles.templateText(), role, "!Ref " + parts[0], "!Ref AWS::NoValue"));

    assertThat(missing)
        .isNotEmpty()
        .allMatch(line -> line.startsWith("slipway-" + role + " of " + function + " lacks "));
  }
}
