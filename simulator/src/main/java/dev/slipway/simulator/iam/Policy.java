package dev.slipway.simulator.iam;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.simulator.world.ResourcePolicies.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A policy document: of a role, of a resource (a queue), or the trust policy of a role.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements.html">Policy
 *     elements</a>
 */
public final class Policy {
  private static final Set<String> ELEMENTS =
      Set.of(
          "Sid",
          "Effect",
          "Principal",
          "Action",
          "NotAction",
          "Resource",
          "NotResource",
          "Condition");

  private final List<Statement> statements;

  private Policy(List<Statement> statements) {
    this.statements = List.copyOf(statements);
  }

  /**
   * Reads a document.
   *
   * @throws IllegalArgumentException naming what is wrong with it, or what is not simulated
   */
  public static Policy parse(JsonNode document) {
    JsonNode statement = document.path("Statement");
    if (statement.isMissingNode() || statement.isEmpty()) {
      throw new IllegalArgumentException("a policy document needs a Statement");
    }
    List<Statement> statements = new ArrayList<>();
    for (JsonNode one : statement.isArray() ? statement : List.of(statement)) {
      statements.add(statement(one));
    }
    return new Policy(statements);
  }

  /**
   * What this policy of a resource, or of a role's trust, says about a call.
   *
   * @param principals the names under which the caller may be meant: a service such as {@code
   *     events.amazonaws.com}, or ARNs and an account id
   * @param action such as {@code sqs:SendMessage}
   * @param resource the ARN that is acted on
   * @param context condition keys and their values, such as {@code aws:SourceArn}
   */
  Verdict verdict(Set<String> principals, String action, String resource, RequestContext context) {
    Verdict verdict = Verdict.SILENT;
    for (Statement statement : statements) {
      if (statement.names(principals) && statement.appliesTo(action, resource, context)) {
        if (!statement.allows()) {
          return Verdict.DENIED;
        }
        verdict = Verdict.ALLOWED;
      }
    }
    return verdict;
  }

  List<Statement> statements() {
    return statements;
  }

  private static Statement statement(JsonNode node) {
    node.fieldNames()
        .forEachRemaining(element -> {
          if (!ELEMENTS.contains(element)) {
            throw new IllegalArgumentException(
                "the policy element " + element + " is unknown, or not simulated");
          }
        });
    String effect = node.path("Effect").asText();
    if (!effect.equals("Allow") && !effect.equals("Deny")) {
      throw new IllegalArgumentException("a statement's Effect is Allow or Deny, not " + effect);
    }
    boolean notAction = node.has("NotAction");
    boolean notResource = node.has("NotResource");
    List<Wildcard> actions = wildcards(node.path(notAction ? "NotAction" : "Action"));
    if (actions.isEmpty()) {
      throw new IllegalArgumentException("a statement needs an Action");
    }
    return new Statement(
        node.path("Sid").asText(),
        effect.equals("Allow"),
        principals(node.path("Principal")),
        notAction,
        actions,
        notResource,
        wildcards(node.path(notResource ? "NotResource" : "Resource")),
        conditions(node.path("Condition")));
  }

  private static List<String> principals(JsonNode principal) {
    if (principal.isTextual()) {
      return List.of(principal.asText());
    }
    List<String> all = new ArrayList<>();
    principal.forEach(kind -> all.addAll(texts(kind)));
    return all;
  }

  private static List<Condition> conditions(JsonNode node) {
    List<Condition> conditions = new ArrayList<>();
    node.properties()
        .forEach(operator ->
            operator
                .getValue()
                .properties()
                .forEach(key ->
                    conditions.add(
                        Condition.parse(operator.getKey(), key.getKey(), texts(key.getValue())))));
    return conditions;
  }

  private static List<Wildcard> wildcards(JsonNode node) {
    return texts(node).stream().map(Wildcard::new).toList();
  }

  private static List<String> texts(JsonNode node) {
    List<String> texts = new ArrayList<>();
    for (JsonNode one :
        node.isArray() ? node : node.isMissingNode() ? List.<JsonNode>of() : List.of(node)) {
      if (!one.isValueNode() || one.isNull()) {
        throw new IllegalArgumentException("a policy has text here, not " + one);
      }
      if (one.asText().contains("${")) {
        throw new IllegalArgumentException(
            "the policy variable in " + one.asText() + " is not simulated");
      }
      texts.add(one.asText());
    }
    return texts;
  }
}
