package dev.slipway.doctor;

import dev.slipway.ecs.Service;
import dev.slipway.ecs.TaskDefinition;
import java.util.List;
import java.util.stream.StreamSupport;

/** Whether the log groups are there that tasks need to start. */
final class LogGroupsCheck implements Check<ServiceSeen> {
  @Override
  public String subject() {
    return "log groups";
  }

  /** The log groups of this Region that containers write to and do not create. */
  static List<String> needed(Service service, TaskDefinition definition) {
    return StreamSupport.stream(
            definition.definition().path("containerDefinitions").spliterator(), false)
        .map(container -> container.path("logConfiguration"))
        .filter(log -> log.path("logDriver").asText().equals("awslogs"))
        .map(log -> log.path("options"))
        .filter(options -> !options.path("awslogs-create-group").asText().equals("true"))
        .filter(options ->
            options
                .path("awslogs-region")
                .asText(service.arn().region())
                .equals(service.arn().region()))
        .map(options -> options.path("awslogs-group").asText())
        .filter(group -> !group.isEmpty())
        .distinct()
        .toList();
  }

  @Override
  public List<Finding> findings(ServiceSeen seen) {
    return seen.logGroups().entrySet().stream()
        .filter(group -> !group.getValue())
        .map(group ->
            Finding.problem(
                Finding.of(seen.service()),
                "its log group %s is not there: its next task cannot start"
                    .formatted(group.getKey()),
                "`aws logs create-log-group --log-group-name %s`".formatted(group.getKey())))
        .toList();
  }
}
