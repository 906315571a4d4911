package dev.slipway.scenario;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * The functions that evaluate services: their code makes a ServiceEvaluator. {@link
 * EvaluationRolesTest} compares them with the code.
 */
enum EvaluatingFunction {
  DEPLOY("DeployFunction", true),
  QUERY("QueryFunction", true),
  OPERATE("OperateFunction", true),
  /**
   * It asks the evaluator what runs, and promotes that, whatever the policy selects. What is
   * promoted to follows one tag: of all policies it asks only that one, which lists no images.
   */
  PROMOTE("PromoteFunction", false),
  REPLAY("ReplayFunction", true),
  SWEEP("SweepFunction", true);

  private final String logicalId;
  private final boolean asksPolicy;

  EvaluatingFunction(String logicalId, boolean asksPolicy) {
    this.logicalId = logicalId;
    this.asksPolicy = asksPolicy;
  }

  /** Its logical id in {@code template.yaml}. */
  String logicalId() {
    return logicalId;
  }

  /** Whether it asks the image policy what it selects. */
  boolean asksPolicy() {
    return asksPolicy;
  }

  /**
   * Has it evaluate the service web, which it has to find, and changes nothing; but DeployFunction
   * deploys what pushes led it to.
   *
   * @return the name of the decision; of PromoteFunction, which decides nothing about a service,
   *     the digest that it would promote
   */
  String evaluate(Account account) {
    return switch (this) {
      case DEPLOY -> {
        account.settle();
        yield account.view("web").taskDefinition().equals("web:1") ? "Current" : "Deploy";
      }
      case QUERY -> text(account.invoke("explain", "{'service': 'web'}"), "/services/0/decision");
      case OPERATE ->
          text(
              account.invoke("deploy", "{'service': 'web', 'dryRun': true}"),
              "/services/0/decision");
      case PROMOTE ->
          text(
              account.invoke(
                  "promote",
                  "{'from': 'staging', 'to': 'production', 'repository': 'web', 'dryRun': true}"),
              "/promotions/0/digest");
      case REPLAY ->
          text(
              account.invoke("archive", "{'from': '2026-11-21T10:00:00Z', 'dryRun': true}"),
              "/preview/0/decision");
      case SWEEP -> {
        JsonNode counts = account.invoke("sweep", "{'dryRun': true}").path("counts");
        yield counts.properties().stream().map(Map.Entry::getKey).collect(joining(", "));
      }
    };
  }

  private static String text(JsonNode answer, String pointer) {
    JsonNode found = answer.at(pointer);
    if (!found.isTextual()) {
      throw new AssertionError("no " + pointer + " in " + answer);
    }
    return found.asText();
  }
}
