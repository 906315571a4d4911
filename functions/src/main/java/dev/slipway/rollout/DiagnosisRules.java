package dev.slipway.rollout;

import static dev.slipway.rollout.Fault.hasAny;
import static dev.slipway.rollout.Fault.quoted;
import static java.util.stream.Collectors.joining;

import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.rollout.Evidence.LogTail;
import dev.slipway.rollout.Evidence.StoppedTask;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a diagnosis is reached. Where ECS names what ended the deployment (an alarm, a lifecycle
 * hook, the load balancer's rules), that is it. Otherwise each stopped task has one fault, or none
 * where it was stopped to make room; what most tasks have in common is what is wrong. Only where no
 * task tells anything are the service's messages believed, and then ECS's own reason.
 *
 * <p>Texts are ECS's, as its developer guide and accounts show them, and quoted where they say more
 * than these rules know.
 */
final class DiagnosisRules {
  private static final int MAX_TASKS = 6;
  private static final int MAX_MESSAGES = 6;
  private static final String HOOK_FAILED = " lifecycle hook(s) failed";
  private static final String LOAD_BALANCER = "invalid networking configuration";

  private final Evidence evidence;
  private final TaskFaults faults;

  DiagnosisRules(Evidence evidence) {
    this.evidence = evidence;
    this.faults = new TaskFaults(evidence);
  }

  Diagnosis diagnosis() {
    return new Diagnosis(sentence(), details());
  }

  /** Only what a task or a message tells: a deployment under way has no reason of ECS's yet. */
  Optional<Diagnosis> soFar() {
    return cause().map(sentence -> new Diagnosis(sentence, details()));
  }

  private String sentence() {
    return cause().orElseGet(() -> inEcsWords() + missingEvidence());
  }

  private Optional<String> cause() {
    return namedCause()
        .or(() ->
            commonest(
                evidence.stopped().stream().flatMap(task -> faults.of(task).stream()).toList()))
        .or(() ->
            commonest(
                evidence.messages().stream()
                    .flatMap(text -> faults.ofMessage(text).stream())
                    .toList()));
  }

  // --- what ECS names as the cause -------------------------------------------------------------

  private Optional<String> namedCause() {
    List<String> alarms = evidence.deployment().triggeredAlarms();
    if (!alarms.isEmpty()) {
      return Optional.of(
          "CloudWatch alarm%s %s fired: look at %s metric%s"
              .formatted(
                  alarms.size() == 1 ? "" : "s",
                  alarms.stream().map(Fault::quoted).collect(joining(", ")),
                  alarms.size() == 1 ? "its" : "their",
                  alarms.size() == 1 ? "" : "s"));
    }
    return Stream.concat(reasons(), evidence.messages().stream())
        .flatMap(words -> namedCause(words).stream())
        .findFirst();
  }

  static boolean isOfHookOrLoadBalancer(String reason) {
    return reason.contains(HOOK_FAILED) || reason.contains(LOAD_BALANCER);
  }

  private static Optional<String> namedCause(String words) {
    int hook = words.indexOf(HOOK_FAILED);
    if (hook > 0) {
      String stage = words.substring(words.lastIndexOf(' ', hook - 1) + 1, hook);
      return Optional.of(
          "the lifecycle hook of %s failed: %s: look at the log of its function, or for who answered, if it is a pause hook"
              .formatted(quoted(stage), quoted(words)));
    }
    if (words.contains(LOAD_BALANCER)) {
      return Optional.of(
          "the load balancer does not fit the service: %s: correct the listener rules and target"
                  .formatted(quoted(words))
              + " groups of the service");
    }
    if (words.contains("deployment failed: alarm detected")) {
      return Optional.of(
          "a CloudWatch alarm fired: look at the alarms in the service's deployment configuration");
    }
    return Optional.empty();
  }

  /** ECS's reasons of the deployment and of its rollback, if it gives any. */
  private Stream<String> reasons() {
    ServiceDeployment deployment = evidence.deployment();
    return Stream.concat(
            deployment.rollback().flatMap(ServiceDeployment.Rollback::reason).stream(),
            deployment.statusReason().stream())
        .filter(words -> !words.isBlank());
  }

  private String inEcsWords() {
    Optional<String> reason = reasons().findFirst();
    String words = reason.orElse("");
    if (words.contains("circuit breaker threshold was exceeded")) {
      return "too many tasks failed to start (deployment circuit breaker), and none of them can be"
          + " seen any more";
    }
    if (words.contains("No rollback candidate was found")) {
      return "tasks failed to start, and the service has no earlier deployment to go back to";
    }
    boolean rolledBack =
        evidence.deployment().rollback().isPresent()
            && !evidence.deployment().circuitBreakerTriggered();
    if (rolledBack) {
      return reason
          .map(text -> "ECS rolled the deployment back: " + quoted(text))
          .orElse(
              "ECS rolled the deployment back without a reason, as it does when"
                  + " StopServiceDeployment asks for it");
    }
    return reason
        .map(text -> "ECS says no more than: " + quoted(text))
        .orElse("ECS does not say why, and none of the tasks that failed can be seen any more");
  }

  private String missingEvidence() {
    return evidence.warnings().isEmpty() ? "" : "; " + evidence.warnings().getFirst();
  }

  private static Optional<String> commonest(List<Fault> faults) {
    Map<String, List<Fault>> alike = new LinkedHashMap<>();
    for (Fault fault : faults) {
      alike
          .computeIfAbsent(fault.kind() + " " + fault.container(), _ -> new ArrayList<>())
          .add(fault);
    }
    // the first of equally many is the newest
    return alike.values().stream()
        .max(Comparator.comparingInt(List::size))
        .map(most -> most.getFirst().sentence().of(most.size()));
  }

  // --- details ---------------------------------------------------------------------------------

  private List<String> details() {
    List<String> details = new ArrayList<>();
    evidence.stopped().stream()
        .filter(task -> faults.of(task).isPresent())
        .limit(MAX_TASKS)
        .forEach(task -> details.add(detail(task)));
    Stream.concat(reasons(), evidence.messages().stream().filter(DiagnosisRules::tellsOfTrouble))
        .map(Fault::quoted)
        .distinct()
        .limit(MAX_MESSAGES)
        .forEach(words -> details.add("ECS: " + words));
    for (LogTail tail : evidence.logTails()) {
      tail.warning().ifPresent(details::add);
      tail.lines().forEach(line -> details.add("log of %s: %s".formatted(tail.container(), line)));
    }
    details.addAll(evidence.warnings());
    return details;
  }

  private static String detail(StoppedTask task) {
    return "task %s: %s%s"
        .formatted(
            task.id(),
            quoted(task.reason().isBlank() ? task.stopCode() : task.reason()),
            task.containers().stream()
                .filter(c -> c.exitCode().isPresent() || !c.reason().isBlank())
                .map(c ->
                    "; %s%s%s"
                        .formatted(
                            c.name(),
                            c.exitCode().isPresent()
                                ? " exited with " + c.exitCode().getAsInt()
                                : "",
                            c.reason().isBlank() ? "" : ": " + quoted(c.reason())))
                .collect(joining()));
  }

  private static boolean tellsOfTrouble(String message) {
    return hasAny(message, "unhealthy in (", "failed", "unable");
  }
}
