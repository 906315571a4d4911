package dev.slipway.scenario;

import static dev.slipway.scenario.Account.REGISTRY;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.slipway.simulator.iam.Iam;
import dev.slipway.simulator.template.Stack;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every image policy, and every gate that reads something, in every function that evaluates
 * services, with the function's own role: a row of {@link PolicyRow#ALL} for each policy, one of
 * {@link GateRow#ALL} for each gate, a constant of {@link EvaluatingFunction} for each function.
 */
@Scenarios
class EvaluationScenarioTest {
  private static final ConcurrentMap<PolicyRow, EvaluationCalls> NEEDED = new ConcurrentHashMap<>();

  private static final ConcurrentMap<GateRow, Set<Iam.Call>> NEEDED_AT_GATES =
      new ConcurrentHashMap<>();

  static Stream<Arguments> policiesAndFunctions() {
    return PolicyRow.ALL.stream()
        .flatMap(row ->
            Stream.of(EvaluatingFunction.values()).map(function -> Arguments.of(row, function)));
  }

  @ParameterizedTest(name = "{0}, by {1}")
  @MethodSource("policiesAndFunctions")
  void with_what_it_selects_not_with_what_it_passes_over_and_needs_all_of_the_list(
      PolicyRow row, EvaluatingFunction function) {
    boolean promotes = function == EvaluatingFunction.PROMOTE;
    try (Account account = Account.with(row.slipwayYaml())) {
      String role = roleOf(account, function);
      account.simulator.iam().recordCalls(role);
      String first = row.begin(account);
      assertThat(evaluated(account, function)).isEqualTo(promotes ? first : "Current");

      push(account, function, row.passedOver(), "2");
      assertThat(evaluated(account, function)).isEqualTo(promotes ? first : "Current");

      String next = push(account, function, row.next(), "3");
      // what is promoted is what runs, whatever the policy selects meanwhile
      assertThat(evaluated(account, function)).isEqualTo(promotes ? first : "Deploy");
      if (function == EvaluatingFunction.DEPLOY) {
        assertThat(account.images("web")).containsExactly(REGISTRY + "web@" + next);
      }

      // so that the list has nothing that a function could do without
      assertThat(actions(account.simulator.iam().recordedCalls(role)))
          .containsAll(
              actions(
                  NEEDED.computeIfAbsent(row, policy -> EvaluationCalls.of(policy)).of(function)));
    }
  }

  static Stream<Arguments> gatesAndFunctions() {
    return GateRow.ALL.stream()
        .flatMap(row ->
            Stream.of(EvaluatingFunction.values()).map(function -> Arguments.of(row, function)));
  }

  @ParameterizedTest(name = "{0}, by {1}")
  @MethodSource("gatesAndFunctions")
  void with_what_a_gate_goes_by(GateRow row, EvaluatingFunction function) {
    boolean promotes = function == EvaluatingFunction.PROMOTE;
    try (Account account = row.account()) {
      String role = roleOf(account, function);
      account.simulator.iam().recordCalls(role);
      String waiting = row.begin(account, promotes);

      String evaluated = evaluated(account, function);

      assertThat(evaluated)
          .isEqualTo(
              switch (function) {
                case PROMOTE -> waiting;
                case DEPLOY -> "Current";
                case SWEEP -> "Current, Held";
                case QUERY, OPERATE, REPLAY -> "Held";
              });
      assertThat(actions(account.simulator.iam().recordedCalls(role)))
          .containsAll(
              actions(NEEDED_AT_GATES.computeIfAbsent(row, gate -> EvaluationCalls.of(gate))));
    }
  }

  private static String evaluated(Account account, EvaluatingFunction function) {
    String evaluated = function.evaluate(account);
    account.assertNothingDeniedOrBroken();
    return evaluated;
  }

  /** Only DeployFunction gets the event. */
  private static String push(
      Account account, EvaluatingFunction function, String tag, String version) {
    if (function != EvaluatingFunction.DEPLOY) {
      PolicyRow.loseNext(account, "aws.ecr");
    }
    return account.push("web", tag, version);
  }

  private static String roleOf(Account account, EvaluatingFunction function) {
    return account.simulator.stack().orElseThrow().functions().stream()
        .filter(candidate -> candidate.logicalId().equals(function.logicalId()))
        .map(Stack.Function::roleName)
        .findFirst()
        .orElseThrow();
  }

  private static Set<String> actions(Set<Iam.Call> calls) {
    return calls.stream().map(Iam.Call::action).collect(Collectors.toSet());
  }

  @Test
  void whatever_key_of_slipway_yaml_names_the_policy_each_has_a_row_here() throws IOException {
    JsonNode schema =
        JsonMapper.builder().build().readTree(Path.of("../slipway.schema.json").toFile());
    List<String> keys = new ArrayList<>();
    schema
        .at("/$defs/environment/properties/images/oneOf")
        .forEach(policy -> keys.add(policy.at("/required/0").asText()));

    // what is taken from another environment is no matter of pushes: FromScenarioTest
    assertThat(keys).contains("from");
    assertThat(PolicyRow.ALL.stream().map(PolicyRow::key).distinct())
        .containsExactlyInAnyOrderElementsOf(
            keys.stream().filter(key -> !key.equals("from")).toList());
  }
}
