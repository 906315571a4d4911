package dev.slipway.rollout;

import static dev.slipway.rollout.Fault.hasAny;
import static dev.slipway.rollout.Fault.quoted;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What keeps a task from starting, in ECS's words: the same texts stand in a task's stopped reason,
 * in a container's reason and in a service's messages.
 *
 * <p>They are matched by the words that have not changed over the years. Where a text names two
 * causes, the one behind the other is reported: what cannot be reached is not missing.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/stopped-task-error-codes.html">Stopped
 *     task error messages</a>
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html">API
 *     failure reasons</a>
 */
final class StartFaults {
  private static final String TO_REACH =
      " a NAT gateway, a public address or VPC endpoints, and check the security groups";

  private StartFaults() {}

  /**
   * The fault that a text reports, if it is one of these.
   *
   * @param containers names of the task's containers
   */
  static Optional<Fault> of(String words, List<String> containers) {
    String small = words.toLowerCase(Locale.ROOT);
    if (hasAny(
        small, "cannotpull", "image manifest has been retried", "ref pull has been retried")) {
      return Optional.of(new Fault("pull", pull(words, small)));
    }
    if (isAboutCapacity(small)) {
      return Optional.of(new Fault("capacity", capacity(words, small)));
    }
    if (small.contains("resourceinitializationerror")) {
      return Optional.of(new Fault("initialization", initialization(words, small)));
    }
    if (small.contains("exec format error")) {
      return Optional.of(
          new Fault(
              "architecture",
              wrongArchitecture(containers.size() == 1 ? containers.getFirst() : "of the task")));
    }
    if (hasAny(
        small,
        "cannotstartcontainererror",
        "cannotcreatecontainererror",
        "containerruntimeerror")) {
      return Optional.of(new Fault("start", start(words, small)));
    }
    if (small.contains("ephemeralstorage provisioning")) {
      return Optional.of(
          new Fault(
              "storage",
              "AWS did not provide the tasks' ephemeral storage in time: %s: deploy again later"
                  .formatted(quoted(words))));
    }
    if (small.contains("unable to assume the role")) {
      return Optional.of(
          new Fault(
              "role",
              "ECS cannot assume the tasks' role %s: check that it is there and that its trust policy"
                      .formatted(
                          quoted(Fault.between(words, "assume the role '", "'").orElse(words)))
                  + " names ecs-tasks.amazonaws.com"));
    }
    if (hasAny(small, "network interface", "taskfailedtostart: eni")) {
      return Optional.of(
          new Fault(
              "network",
              "the tasks get no network interface: %s: check the subnets' free addresses and the"
                      .formatted(quoted(words))
                  + " account's limits"));
    }
    return placement(words, small);
  }

  static String wrongArchitecture(String container) {
    return "container %s is built for another processor architecture (exec format error): build the"
            .formatted(container)
        + " image for the one in the task definition's runtimePlatform, or change that";
  }

  private static String pull(String words, String small) {
    String sentence = "the image cannot be pulled: " + quoted(words);
    if (hasAny(
        small, "descriptor matching platform", "no match for platform", "no matching manifest")) {
      return sentence
          + ": build the image for the platform that the tasks run on (runtimePlatform in the task"
          + " definition)";
    }
    if (hasAny(small, "toomanyrequests", "rate limit")) {
      return sentence + ": the registry limits pulls; use a pull through cache of Amazon ECR";
    }
    if (isDenied(small)) {
      return sentence
          + ": give the task execution role ecr:GetAuthorizationToken, ecr:BatchGetImage and"
          + " ecr:GetDownloadUrlForLayer; another registry needs repositoryCredentials";
    }
    if (isAboutTheNetwork(small)) {
      return sentence + ": the tasks cannot reach the registry; give their subnets" + TO_REACH;
    }
    if (small.contains("no space left")) {
      return sentence + ": give the tasks more ephemeral storage, or make the image smaller";
    }
    if (hasAny(small, "not found", "manifest unknown", "does not exist")) {
      return sentence
          + ": check that it is still in the repository (a lifecycle policy may have"
          + " removed or archived it)";
    }
    return sentence;
  }

  private static String initialization(String words, String small) {
    if (hasAny(small, "logger", "log group", "log stream", "awslogs")) {
      return "the tasks cannot write their log: " + quoted(words) + logRemedy(small);
    }
    if (small.contains("efs")) {
      return "the tasks cannot mount their EFS volume: %s: check its mount targets, security groups"
              .formatted(quoted(words))
          + " and access point";
    }
    if (hasAny(small, "ecr registry auth", "pull registry auth", "ecr: getauthorizationtoken")) {
      return "the tasks cannot log in to ECR: " + quoted(words) + registryRemedy(small);
    }
    boolean secrets =
        hasAny(
            small, "secret from asm", "secrets manager", "secretsmanager", "from ssm", "parameter");
    return (secrets ? "the tasks cannot read their secrets: " : "the tasks cannot be prepared: ")
        + quoted(words)
        + secretRemedy(small);
  }

  private static String logRemedy(String small) {
    if (isDenied(small)) {
      return ": allow logs:CreateLogStream and logs:PutLogEvents to the task execution role";
    }
    // before the log group: CloudWatch that cannot be reached shows none either
    if (isAboutTheNetwork(small)) {
      return ": give the tasks' subnets a way to CloudWatch Logs:" + TO_REACH;
    }
    if (small.contains("awslogs-region")) {
      return ": add awslogs-region to the options of the log configuration";
    }
    return ": create the log group, or let the task execution role do it (logs:CreateLogGroup,"
        + " logs:CreateLogStream)";
  }

  private static String registryRemedy(String small) {
    if (isDenied(small)) {
      return ": allow ecr:GetAuthorizationToken to the task execution role";
    }
    return isAboutTheNetwork(small) ? ": give the tasks' subnets a way to ECR:" + TO_REACH : "";
  }

  private static String secretRemedy(String small) {
    if (small.contains("did not contain json key")) {
      return ": check the key at the end of valueFrom in the task definition's secrets, or add it"
          + " to the secret";
    }
    if (small.contains("invalid character")) {
      return ": the secret's value is not JSON, but valueFrom names a key in it; leave the key out,"
          + " or store JSON";
    }
    if (isDenied(small)) {
      return ": allow it to the task execution role (and kms:Decrypt where the secret has a key of"
          + " yours)";
    }
    if (isAboutTheNetwork(small)) {
      return ": give the tasks' subnets a way to it:" + TO_REACH;
    }
    if (small.contains("staging label")) {
      return ": store a value in the secret, or check its ARN in the task definition's secrets";
    }
    if (hasAny(small, "notfound", "not found", "can't find", "invalid parameters")) {
      return ": check the ARNs in the task definition's secrets";
    }
    return "";
  }

  private static String start(String words, String small) {
    boolean command =
        hasAny(
            small, "no such file or directory", "executable file not found", "permission denied");
    return "the container cannot be started: "
        + quoted(words)
        + (command ? ": check the image's entry point and the task definition's command" : "");
  }

  private static boolean isDenied(String small) {
    return hasAny(
        small,
        "403 forbidden",
        "401 unauthorized",
        "not authorized",
        "accessdenied",
        "access denied",
        "access to the resource is denied",
        "authentication required",
        "no basic auth");
  }

  private static boolean isAboutTheNetwork(String small) {
    return hasAny(
        small,
        "connection issue between the task and",
        "check your network configuration",
        "check your task network configuration",
        "request send failed",
        "send request failed",
        "exceeded maximum number of attempts",
        "i/o timeout",
        "dial tcp",
        "tls handshake timeout",
        "no such host",
        "request canceled",
        "requestcanceled",
        "deadline exceeded",
        "connection refused",
        "connection reset");
  }

  private static boolean isAboutCapacity(String small) {
    return hasAny(
        small,
        "capacity is unavailable",
        "capacity unavailable",
        "unfulfillablecapacity",
        "unable to launch instance",
        "resource:",
        "empty capacity provider",
        "no container instance met all of its requirements",
        "no container instances were found",
        "limit on the number of vcpus",
        "limit on the number of tasks");
  }

  private static String capacity(String words, String small) {
    String sentence = "no capacity for the tasks: " + quoted(words);
    if (small.contains("limit on the number")) {
      return sentence + ": have the account's Fargate quota raised, or run fewer tasks";
    }
    if (hasAny(small, "unfulfillablecapacity", "unable to launch instance", "empty capacity")) {
      return sentence
          + ": check the capacity provider's instance types, subnets and limits, and deploy again";
    }
    return hasAny(small, "container instance", "resource:")
        ? sentence + ": add container instances, or make room with a lower minimumHealthyPercent"
        : sentence + ": deploy again later, or let the service use more Availability Zones";
  }

  private static Optional<Fault> placement(String words, String small) {
    String remedy;
    if (hasAny(small, "taskfailedtostart: agent", "agent is disconnected")) {
      remedy = "check the ECS agent of the container instances";
    } else if (small.contains("taskfailedtostart: attribute")) {
      remedy = "no container instance has an attribute that the task definition requires";
    } else if (small.contains("memberof placement constraint")) {
      remedy = "no container instance meets the placement constraints";
    } else if (small.contains("account is currently blocked")) {
      remedy = "AWS Support has to unblock the account";
    } else if (small.contains("was unable to place a task")) {
      return Optional.of(new Fault("place", "ECS could not place the tasks: " + quoted(words)));
    } else {
      return Optional.empty();
    }
    return Optional.of(
        new Fault(
            "place", "ECS could not place the tasks: %s: %s".formatted(quoted(words), remedy)));
  }
}
