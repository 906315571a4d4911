package dev.slipway.rollout;

import static dev.slipway.rollout.Fault.between;
import static dev.slipway.rollout.Fault.hasAny;
import static dev.slipway.rollout.Fault.quoted;
import static dev.slipway.rollout.Fault.times;
import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.rollout.Evidence.Container;
import dev.slipway.rollout.Evidence.LogTail;
import dev.slipway.rollout.Evidence.StoppedTask;
import dev.slipway.text.OutsideText;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What was wrong with tasks that ran: their exit codes, health checks and logs. */
final class TaskFaults {
  private static final int MAX_COMMAND = 200;
  private static final Pattern TELLS_OF_TROUBLE =
      Pattern.compile(
          "error|exception|fatal|panic|cannot|can't|could not|failed|refused|denied|not found"
              + "|missing|unable|killed|no such",
          Pattern.CASE_INSENSITIVE);

  private final Evidence evidence;

  TaskFaults(Evidence evidence) {
    this.evidence = evidence;
  }

  /** The task's fault; empty where it was stopped to make room for others. */
  Optional<Fault> of(StoppedTask task) {
    String reason = task.reason();
    List<String> names = containerNames();
    Optional<Fault> start =
        Stream.concat(Stream.of(reason), task.containers().stream().map(Container::reason))
            .flatMap(words -> StartFaults.of(words, names).stream())
            .findFirst();
    if (start.isPresent()) {
      return start;
    }
    if (reason.contains("failed ELB health checks")) {
      return Optional.of(target(reason));
    }
    if (reason.contains("failed container health checks")) {
      return Optional.of(health(task));
    }
    if (reason.contains("performing maintenance on the underlying infrastructure")) {
      return Optional.of(
          new Fault(
              "maintenance",
              "",
              n ->
                  "AWS stopped tasks%s for maintenance of the host they ran on: deploy again"
                      .formatted(times(n))));
    }
    switch (task.stopCode()) {
      case "SpotInterruption", "TerminationNotice" -> {
        return Optional.of(
            new Fault(
                "spot",
                "",
                n ->
                    "Spot capacity was taken back while tasks started%s: deploy again, or give the"
                            .formatted(times(n))
                        + " service some FARGATE beside FARGATE_SPOT"));
      }
      case "UserInitiated" -> {
        return Optional.of(
            new Fault(
                "user",
                "",
                n ->
                    "its tasks were stopped by StopTask%s: %s"
                        .formatted(times(n), quoted(reason))));
      }
      case "ServiceSchedulerInitiated" -> {
        // it had to make room, or the deployment had failed already
        return Optional.empty();
      }
      default -> {}
    }
    return task.containers().stream()
        .filter(container -> container.exitCode().isPresent())
        // what ended by itself; the others were then ended by ECS, with 143 or 137
        .min(Comparator.comparing(TaskFaults::isEndedByEcs))
        .map(this::exit)
        .or(() -> other(reason));
  }

  /** The fault that a service's message reports. */
  Optional<Fault> ofMessage(String message) {
    if (message.contains(" is unhealthy in (target-group ")) {
      return Optional.of(target(message));
    }
    if (message.contains(" failed container health checks")) {
      List<String> checked = checkedContainers();
      return Optional.of(health(checked.size() == 1 ? checked.getFirst() : ""));
    }
    return StartFaults.of(message, containerNames());
  }

  private static Optional<Fault> other(String reason) {
    return reason.isBlank()
        ? Optional.empty()
        : Optional.of(
            new Fault(
                "other " + reason,
                "",
                n -> "tasks stopped%s: %s".formatted(times(n), quoted(reason))));
  }

  // --- exit codes ------------------------------------------------------------------------------

  private static boolean isEndedByEcs(Container container) {
    int code = container.exitCode().orElse(0);
    return code == 143 || (code == 137 && !isOutOfMemory(container));
  }

  private static boolean isOutOfMemory(Container container) {
    return container.reason().toLowerCase(Locale.ROOT).contains("outofmemory");
  }

  private Fault exit(Container container) {
    String name = container.name();
    int code = container.exitCode().orElse(0);
    List<String> log = logOf(name);
    if (isOutOfMemory(container)) {
      return new Fault(
          "memory",
          name,
          n ->
              "container %s ran out of memory%s (exit code %d%s): give it more in the task definition,"
                      .formatted(name, times(n), code, memoryLimit(name))
                  + " or make it need less");
    }
    if (log.stream().anyMatch(line -> line.contains("exec format error"))) {
      return new Fault("architecture", name, _ -> StartFaults.wrongArchitecture(name));
    }
    String lastLines = lastLogLines(log);
    if (code == 0) {
      return new Fault(
          "ended",
          name,
          n ->
              "container %s ended by itself with exit code 0%s: a service's container has to keep"
                      .formatted(name, times(n))
                  + " running"
                  + lastLines);
    }
    String meaning =
        switch (code) {
          case 126 -> ", its command cannot be executed";
          case 127 -> ", its command was not found in the image";
          case 137 -> ", killed: out of memory, or stopped from outside";
          case 139 -> ", a segmentation fault";
          default -> "";
        };
    return new Fault(
        "exit " + code,
        name,
        n ->
            "container %s exited with %d%s%s%s"
                .formatted(name, code, times(n), meaning, lastLines));
  }

  /** A container's own limit, or else the one that all containers of the task share. */
  private String memoryLimit(String container) {
    int own =
        containerDefinitions()
            .filter(definition -> definition.path("name").asText().equals(container))
            .mapToInt(definition -> definition.path("memory").asInt())
            .findFirst()
            .orElse(0);
    int shared = evidence.taskDefinition().definition().path("memory").asInt();
    if (own > 0) {
      return ", its limit is %d MiB".formatted(own);
    }
    return shared > 0 ? ", the task's limit is %d MiB".formatted(shared) : "";
  }

  private List<String> logOf(String container) {
    return evidence.logTails().stream()
        .filter(tail -> tail.container().equals(container))
        .map(LogTail::lines)
        .filter(lines -> !lines.isEmpty())
        .findFirst()
        .orElse(List.of());
  }

  /** The last line that reports trouble, or the last one; a stack trace's lines say less. */
  private static String lastLogLines(List<String> lines) {
    List<String> full = lines.stream().filter(line -> !line.isBlank()).toList().reversed();
    return full.stream()
        .filter(line ->
            !Character.isWhitespace(line.charAt(0)) && TELLS_OF_TROUBLE.matcher(line).find())
        .findFirst()
        .or(() -> full.stream().findFirst())
        .map(line -> "; last log lines: " + quoted(line.strip()))
        .orElse("");
  }

  // --- health checks ---------------------------------------------------------------------------

  private Fault health(StoppedTask task) {
    List<String> failing =
        task.containers().stream().filter(Container::unhealthy).map(Container::name).toList();
    List<String> checked = checkedContainers();
    return health(
        failing.isEmpty() ? (checked.size() == 1 ? checked.getFirst() : "") : failing.getFirst());
  }

  private Fault health(String name) {
    String who = name.isEmpty() ? "a container" : "container " + name;
    Optional<String> command = healthCommand(name);
    String lastLines = name.isEmpty() ? "" : lastLogLines(logOf(name));
    return new Fault(
        "health",
        name,
        n ->
            "%s fails its health check%s%s: it is not healthy in time, or the check itself is wrong"
                    .formatted(who, command.map(text -> " `" + text + "`").orElse(""), inTasks(n))
                + lastLines);
  }

  private Fault target(String reason) {
    Optional<String> why =
        Stream.concat(Stream.of(reason), evidence.messages().stream())
            .filter(text -> text.contains("target-group"))
            .flatMap(text -> healthReason(text).stream())
            .findFirst();
    Optional<String> group =
        Stream.concat(Stream.of(reason), evidence.messages().stream())
            .flatMap(text -> between(text, "(target-group ", ")").stream())
            .findFirst();
    return new Fault(
        "target",
        "",
        n ->
            "the load balancer finds the tasks unhealthy%s%s%s: check the health check's path, port"
                    .formatted(
                        why.map(words -> " (" + quoted(words) + ")").orElse(""),
                        group.map(arn -> " in target group " + groupName(arn)).orElse(""),
                        inTasks(n))
                + " and grace period, and the security groups");
  }

  /** {@code (reason Health checks failed with these codes: [503])}. */
  private static Optional<String> healthReason(String text) {
    Optional<String> codes = between(text, "(reason ", "]").map(words -> words + "]");
    return codes
        .filter(words -> hasAny(words, "[") && !words.contains(")"))
        .or(() -> between(text, "(reason ", ")"));
  }

  /** {@code …:targetgroup/web/0123456789abcdef}: the middle is what people call it. */
  private static String groupName(String arn) {
    String[] parts = arn.split("/", -1);
    return quoted(parts.length >= 2 ? parts[1] : arn);
  }

  private static String inTasks(int n) {
    return n == 1 ? "" : " (%d tasks)".formatted(n);
  }

  // --- the task definition ---------------------------------------------------------------------

  private List<String> containerNames() {
    return containerDefinitions().map(container -> container.path("name").asText()).toList();
  }

  private List<String> checkedContainers() {
    return containerDefinitions()
        .filter(container -> container.has("healthCheck"))
        .map(container -> container.path("name").asText())
        .toList();
  }

  private Optional<String> healthCommand(String name) {
    return containerDefinitions()
        .filter(container -> container.path("name").asText().equals(name))
        .map(container ->
            StreamSupport.stream(container.path("healthCheck").path("command").spliterator(), false)
                .map(JsonNode::asText)
                .filter(word -> !word.equals("CMD") && !word.equals("CMD-SHELL"))
                .collect(joining(" ")))
        .filter(command -> !command.isBlank())
        .map(command -> OutsideText.line(command, MAX_COMMAND))
        .findFirst();
  }

  private Stream<JsonNode> containerDefinitions() {
    return StreamSupport.stream(
        evidence.taskDefinition().definition().path("containerDefinitions").spliterator(), false);
  }
}
