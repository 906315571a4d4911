package dev.slipway.doctor;

import java.util.ArrayList;
import java.util.List;

/** Whether the rules that bring events are there and enabled. */
final class RulesCheck implements Check<StackSeen> {
  @Override
  public String subject() {
    return "rules";
  }

  @Override
  public List<Finding> findings(StackSeen seen) {
    List<Finding> findings = new ArrayList<>();
    seen.rules()
        .forEach((name, rule) -> {
          if (rule.isEmpty()) {
            findings.add(
                Finding.problem(
                    "rule " + name,
                    "it is gone: the events that it took do not reach Slipway, and only the sweep"
                        + " notices what happened",
                    "create it again as template.yaml has it; a deployment of the same template"
                        + " does not, since CloudFormation does not see that it is gone"));
          } else if (!rule.get().enabled()) {
            findings.add(
                Finding.problem(
                    "rule " + name,
                    "it is disabled (%s): these events do not reach Slipway, and only the sweep notices what happened"
                        .formatted(rule.get().description()),
                    "`aws events enable-rule --name %s`".formatted(name)));
          }
        });
    return findings;
  }
}
