package dev.slipway.rollout;

import dev.slipway.ecs.ServiceDeployment;

import static java.util.stream.Collectors.joining;

import com.fasterxml.jackson.databind.JsonNode;
import dev.slipway.rollout.Evidence.Container;
import dev.slipway.rollout.Evidence.LastWords;
import dev.slipway.rollout.Evidence.StoppedTask;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * How a diagnosis is reached. Each stopped task has one fault, or none where it was stopped to make
 * room; what most tasks have in common is what is wrong. Only where no task tells anything are the
 * service's messages believed, and then ECS's own reason.
 *
 * <p>Texts are ECS's, as its developer guide and accounts show them; they are matched by the words
 * that have not changed over the years, and quoted where they say more than this class knows.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html">Stopped
 *     task error messages</a>
 */
final class DiagnosisRules {
  private static final int MOST_DETAILS_OF_TASKS = 6;
  private static final int MOST_MESSAGES = 6;
  private static final int LONGEST_QUOTE = 300;

  private static final Pattern TARGET_GROUP = Pattern.compile("\\(target-group ([^)]+)\\)");
  private static final Pattern CODES =
      Pattern.compile("\\(reason ([^)]*(?:\\[[^\\]]*\\])?[^)]*)\\)");
  private static final Pattern TELLING =
      Pattern.compile(
          "error|exception|fatal|panic|cannot|can't|could not|failed|refused|denied|not found"
              + "|missing|unable|killed|no such",
          Pattern.CASE_INSENSITIVE);

  private final Evidence evidence;

  DiagnosisRules(Evidence evidence) {
    this.evidence = evidence;
  }

  /**
   * What was wrong with one task.
   *
   * @param kind tasks of one kind and container have the same fault
   * @param container that failed; empty where it is not one container
   * @param sentence what to say of it, given how often it happened
   */
  private record Fault(String kind, String container, Sentence sentence) {}

  private interface Sentence {
    String of(int times);
  }

  Diagnosis diagnosis() {
    return new Diagnosis(sentence(), details());
  }

  private String sentence() {
    if (!evidence.deployment().triggeredAlarms().isEmpty()) {
      List<String> alarms = evidence.deployment().triggeredAlarms();
      return "CloudWatch found the deployment bad: alarm %s went off; look at its metric"
          .formatted(String.join(", ", alarms));
    }
    return commonest(evidence.stopped().stream().flatMap(task -> fault(task).stream()).toList())
        .or(() ->
            commonest(
                evidence.messages().stream().flatMap(text -> faultOf(text).stream()).toList()))
        .orElseGet(this::inEcsWords);
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

  private String inEcsWords() {
    ServiceDeployment deployment = evidence.deployment();
    Optional<String> reason =
        deployment
            .rollback()
            .flatMap(ServiceDeployment.Rollback::reason)
            .or(deployment::statusReason);
    if (deployment.rollback().isPresent() && !deployment.circuitBreakerTriggered()) {
      return "somebody asked ECS to roll the deployment back"
          + reason.map(words -> "; ECS says: " + quoted(words)).orElse("");
    }
    return reason
        .map(words -> "ECS says no more than: " + quoted(words))
        .orElse("ECS does not say why, and none of the tasks that failed can be seen any more");
  }

  // --- tasks
  // --------------------------------------------------------------------------------------

  private Optional<Fault> fault(StoppedTask task) {
    String reason = task.reason();
    Optional<Fault> beforeRunning =
        Stream.concat(Stream.of(reason), task.containers().stream().map(Container::reason))
            .flatMap(words -> startFault(words).stream())
            .findFirst();
    if (beforeRunning.isPresent()) {
      return beforeRunning;
    }
    if (reason.contains("failed ELB health checks")) {
      return Optional.of(targetFault(reason));
    }
    if (reason.contains("failed container health checks")) {
      return Optional.of(healthFault(task));
    }
    switch (task.stopCode()) {
      case "SpotInterruption" -> {
        return Optional.of(
            new Fault(
                "spot",
                "",
                n ->
                    "Spot capacity was taken back while tasks started%s: push again, or give the"
                            .formatted(times(n))
                        + " service some FARGATE beside FARGATE_SPOT"));
      }
      case "UserInitiated" -> {
        return Optional.of(
            new Fault(
                "user", "", n -> "somebody stopped its tasks%s: %s".formatted(times(n), reason)));
      }
      case "ServiceSchedulerInitiated" -> {
        // it had to make room, or the deployment was given up already
        return Optional.empty();
      }
      default -> {}
    }
    return task.containers().stream()
        .filter(container -> container.exitCode().isPresent())
        // what ended by itself; the others were then ended by ECS, with 143 or 137
        .min(Comparator.comparing(DiagnosisRules::isEndedByEcs))
        .map(this::exitFault)
        .or(() ->
            reason.isBlank()
                ? Optional.empty()
                : Optional.of(
                    new Fault(
                        "other " + reason,
                        "",
                        n -> "tasks stopped%s: %s".formatted(times(n), quoted(reason)))));
  }

  private static boolean isEndedByEcs(Container container) {
    int code = container.exitCode().orElse(0);
    return code == 143 || (code == 137 && !isOutOfMemory(container));
  }

  private static boolean isOutOfMemory(Container container) {
    return container.reason().contains("OutOfMemory");
  }

  private Fault exitFault(Container container) {
    String name = container.name();
    int code = container.exitCode().orElse(0);
    List<String> log = linesOf(name);
    if (isOutOfMemory(container)) {
      return new Fault(
          "memory",
          name,
          n ->
              "container %s ran out of memory%s (exit code %d): give it more in the task definition,"
                      .formatted(name, times(n), code)
                  + " or make it need less");
    }
    if (log.stream().anyMatch(line -> line.contains("exec format error"))) {
      return new Fault("architecture", name, n -> wrongArchitecture(name));
    }
    String words = lastWords(log);
    if (code == 0) {
      return new Fault(
          "ended",
          name,
          n ->
              "container %s ended by itself with exit code 0%s: a service's container has to keep"
                      .formatted(name, times(n))
                  + " running"
                  + words);
    }
    String meaning =
        switch (code) {
          case 126 -> ", its command cannot be executed";
          case 127 -> ", its command was not found in the image";
          case 137 -> ", killed: out of memory, or by somebody";
          case 139 -> ", a segmentation fault";
          default -> "";
        };
    return new Fault(
        "exit " + code,
        name,
        n -> "container %s exited with %d%s%s%s".formatted(name, code, times(n), meaning, words));
  }

  private static String wrongArchitecture(String container) {
    return "container %s is built for another processor architecture (exec format error): build the"
            .formatted(container)
        + " image for the one in the task definition's runtimePlatform, or change that";
  }

  private Fault healthFault(StoppedTask task) {
    List<String> failing =
        task.containers().stream().filter(Container::unhealthy).map(Container::name).toList();
    List<String> checked = checkedContainers();
    String name =
        failing.isEmpty() ? (checked.size() == 1 ? checked.getFirst() : "") : failing.getFirst();
    return healthFault(name);
  }

  private Fault healthFault(String name) {
    String who = name.isEmpty() ? "a container" : "container " + name;
    Optional<String> command = healthCommand(name);
    String words = name.isEmpty() ? "" : lastWords(linesOf(name));
    return new Fault(
        "health",
        name,
        n ->
            "%s fails its health check%s%s: it is not healthy in time, or the check itself is wrong"
                    .formatted(who, command.map(text -> " `" + text + "`").orElse(""), inTasks(n))
                + words);
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
        .findFirst();
  }

  private Stream<JsonNode> containerDefinitions() {
    return StreamSupport.stream(
        evidence.taskDefinition().definition().path("containerDefinitions").spliterator(), false);
  }

  private Fault targetFault(String reason) {
    Optional<String> why =
        Stream.concat(Stream.of(reason), evidence.messages().stream())
            .filter(text -> text.contains("target-group") && text.contains("(reason "))
            .flatMap(text -> first(CODES, text).stream())
            .findFirst();
    Optional<String> group =
        Stream.concat(Stream.of(reason), evidence.messages().stream())
            .flatMap(text -> first(TARGET_GROUP, text).stream())
            .findFirst();
    return new Fault(
        "target",
        "",
        n ->
            "the load balancer finds the tasks unhealthy%s%s%s: check the health check's path, port"
                    .formatted(
                        why.map(words -> " (" + words + ")").orElse(""),
                        group.map(arn -> " in target group " + groupName(arn)).orElse(""),
                        inTasks(n))
                + " and grace period, and the security groups");
  }

  /** {@code …:targetgroup/web/0123456789abcdef}: the middle is what people call it. */
  private static String groupName(String arn) {
    String[] parts = arn.split("/", -1);
    return parts.length >= 2 ? parts[1] : arn;
  }

  // --- what keeps a task from starting: in tasks' reasons, containers' reasons and messages alike
  // --------

  private Optional<Fault> startFault(String words) {
    String small = words.toLowerCase(Locale.ROOT);
    if (words.contains("CannotPull") || small.contains("pull image manifest has been retried")) {
      return Optional.of(new Fault("pull", "", n -> pullSentence(words)));
    }
    if (words.contains("ResourceInitializationError")) {
      return Optional.of(new Fault("initialization", "", n -> initializationSentence(words)));
    }
    if (small.contains("exec format error")) {
      return Optional.of(new Fault("architecture", "", n -> wrongArchitecture(onlyContainer())));
    }
    if (words.contains("CannotStartContainerError")
        || words.contains("CannotCreateContainerError")
        || words.contains("ContainerRuntimeError")) {
      boolean command =
          small.contains("no such file or directory")
              || small.contains("executable file not found")
              || small.contains("permission denied");
      return Optional.of(
          new Fault(
              "start",
              "",
              n ->
                  "the container cannot be started: %s%s"
                      .formatted(
                          quoted(words),
                          command
                              ? ": check the image's entry point and the task definition's command"
                              : "")));
    }
    if (isAboutCapacity(small)) {
      return Optional.of(new Fault("capacity", "", n -> capacitySentence(words, small)));
    }
    if (small.contains("network interface") || words.contains("TaskFailedToStart: ENI")) {
      return Optional.of(
          new Fault(
              "network",
              "",
              n ->
                  "the tasks get no network interface: %s: check the subnets' free addresses and the"
                          .formatted(quoted(words))
                      + " account's limits"));
    }
    return Optional.empty();
  }

  private String onlyContainer() {
    List<String> names =
        containerDefinitions().map(container -> container.path("name").asText()).toList();
    return names.size() == 1 ? names.getFirst() : "of the task";
  }

  private static String pullSentence(String words) {
    String small = words.toLowerCase(Locale.ROOT);
    String said = quoted(words);
    String sentence = "the image cannot be pulled: " + said;
    if (small.contains("descriptor matching platform")
        || small.contains("no match for platform")
        || small.contains("no matching manifest")) {
      return sentence
          + ": build the image for the platform that the tasks run on (runtimePlatform in the task"
          + " definition)";
    }
    if (small.contains("403 forbidden")
        || small.contains("not authorized")
        || small.contains("accessdenied")
        || small.contains("access denied")
        || small.contains("no basic auth")
        || small.contains("401 unauthorized")) {
      return sentence
          + ": give the task execution role ecr:GetAuthorizationToken, ecr:BatchGetImage and"
          + " ecr:GetDownloadUrlForLayer";
    }
    if (isAboutTheNetwork(small)) {
      return sentence
          + ": the tasks have no way to ECR; give their subnets a NAT gateway, a public address or"
          + " VPC endpoints";
    }
    if (small.contains("toomanyrequests") || small.contains("rate limit")) {
      return sentence + ": the registry limits pulls; use a pull through cache of Amazon ECR";
    }
    if (small.contains("no space left")) {
      return sentence + ": give the tasks more ephemeral storage, or make the image smaller";
    }
    if (small.contains("not found")
        || small.contains("manifest unknown")
        || small.contains("does not exist")) {
      return sentence
          + ": check that it is still in the repository (a lifecycle policy may have"
          + " removed or archived it)";
    }
    return sentence;
  }

  private static String initializationSentence(String words) {
    String small = words.toLowerCase(Locale.ROOT);
    String said = quoted(words);
    if (small.contains("logger") || small.contains("log group") || small.contains("log stream")) {
      return "the tasks cannot write their log: %s: create the log group, or let the task execution"
              .formatted(said)
          + " role do it (logs:CreateLogGroup, logs:CreateLogStream)";
    }
    if (small.contains("efs")) {
      return "the tasks cannot mount their EFS volume: %s: check its mount targets, security groups"
              .formatted(said)
          + " and access point";
    }
    boolean registry = small.contains("ecr registry auth") || small.contains("registry auth:");
    String what =
        small.contains("secret from asm")
                || small.contains("secretsmanager")
                || small.contains("secrets manager")
                || small.contains("ssm")
                || small.contains("parameter")
            ? "the tasks cannot read their secrets: "
            : registry ? "the tasks cannot log in to ECR: " : "the tasks cannot be prepared: ";
    if (small.contains("accessdenied") || small.contains("not authorized")) {
      return what
          + said
          + ": allow it to the task execution role (and kms:Decrypt where the secret has a key of"
          + " yours)";
    }
    if (isAboutTheNetwork(small)) {
      return what
          + said
          + ": give the tasks' subnets a NAT gateway, a public address or VPC endpoints";
    }
    if (small.contains("notfound")
        || small.contains("not found")
        || small.contains("can't find")
        || small.contains("invalid parameters")) {
      return what + said + ": check the ARNs in the task definition's secrets";
    }
    return what + said;
  }

  private static boolean isAboutTheNetwork(String small) {
    return small.contains("i/o timeout")
        || small.contains("dial tcp")
        || small.contains("request canceled")
        || small.contains("deadline exceeded")
        || small.contains("connection refused")
        || small.contains("check your task network configuration");
  }

  private static boolean isAboutCapacity(String small) {
    return small.contains("capacity is unavailable")
        || small.contains("capacity unavailable")
        || small.contains("resource:")
        || small.contains("no container instance met all of its requirements")
        || small.contains("no container instances were found")
        || small.contains("limit on the number of vcpus")
        || small.contains("limit on the number of tasks");
  }

  private static String capacitySentence(String words, String small) {
    String sentence = "no capacity for the tasks: " + quoted(words);
    if (small.contains("limit on the number")) {
      return sentence + ": have the account's Fargate quota raised, or run fewer tasks";
    }
    return small.contains("container instance") || small.contains("resource:")
        ? sentence + ": add container instances, or make room with a lower minimumHealthyPercent"
        : sentence + ": push again later, or let the service use more Availability Zones";
  }

  // --- messages of the service
  // --------------------------------------------------------------------

  private Optional<Fault> faultOf(String message) {
    if (message.contains(" is unhealthy in (target-group ")) {
      return Optional.of(targetFault(message));
    }
    if (message.contains(" failed container health checks")) {
      List<String> checked = checkedContainers();
      return Optional.of(healthFault(checked.size() == 1 ? checked.getFirst() : ""));
    }
    return startFault(message)
        .or(() ->
            message.contains("was unable to place a task")
                ? Optional.of(
                    new Fault(
                        "place", "", n -> "ECS could not place the tasks: " + quoted(message)))
                : Optional.empty());
  }

  // --- words
  // --------------------------------------------------------------------------------------

  private List<String> linesOf(String container) {
    return evidence.lastWords().stream()
        .filter(words -> words.container().equals(container))
        .map(LastWords::lines)
        .filter(lines -> !lines.isEmpty())
        .findFirst()
        .orElse(List.of());
  }

  /** The last line that tells of trouble, or the last one; a stack trace's lines say less. */
  private static String lastWords(List<String> lines) {
    List<String> full = lines.stream().filter(line -> !line.isBlank()).toList().reversed();
    return full.stream()
        .filter(line -> !Character.isWhitespace(line.charAt(0)) && TELLING.matcher(line).find())
        .findFirst()
        .or(() -> full.stream().findFirst())
        .map(line -> "; its last words: " + quoted(line.strip()))
        .orElse("");
  }

  private static String times(int n) {
    return switch (n) {
      case 1 -> "";
      case 2 -> " twice";
      case 3 -> " three times";
      default -> " " + n + " times";
    };
  }

  private static String inTasks(int n) {
    return n == 1 ? "" : " (%d tasks)".formatted(n);
  }

  private static Optional<String> first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** Others' words without their final dot, on one line and not too long. */
  private static String quoted(String words) {
    String line = words.strip().replaceAll("\\s+", " ");
    while (line.endsWith(".") || line.endsWith(":")) {
      line = line.substring(0, line.length() - 1);
    }
    return line.length() <= LONGEST_QUOTE ? line : line.substring(0, LONGEST_QUOTE) + "…";
  }

  // --- details
  // ------------------------------------------------------------------------------------

  private List<String> details() {
    List<String> details = new ArrayList<>();
    evidence.stopped().stream()
        .filter(task -> fault(task).isPresent())
        .limit(MOST_DETAILS_OF_TASKS)
        .forEach(task -> details.add(detail(task)));
    evidence.messages().stream()
        .filter(DiagnosisRules::tellsOfTrouble)
        .distinct()
        .limit(MOST_MESSAGES)
        .forEach(message -> details.add("ECS: " + quoted(message)));
    for (LastWords words : evidence.lastWords()) {
      words.remark().ifPresent(details::add);
      words
          .lines()
          .forEach(line -> details.add("log of %s: %s".formatted(words.container(), quoted(line))));
    }
    return details;
  }

  private static String detail(StoppedTask task) {
    return "task %s: %s%s"
        .formatted(
            task.id(),
            task.reason().isBlank() ? task.stopCode() : quoted(task.reason()),
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
    return message.contains("unhealthy in (")
        || message.contains("failed")
        || message.contains("unable");
  }
}
