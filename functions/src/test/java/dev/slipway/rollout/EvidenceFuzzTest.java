package dev.slipway.rollout;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.slipway.aws.Json;
import dev.slipway.ecs.ServiceDeployment;
import dev.slipway.ecs.ServiceDeployment.Rollback;
import dev.slipway.ecs.ServiceDeployment.Status;
import dev.slipway.ecs.TaskDefinition;
import dev.slipway.rollout.Evidence.Container;
import dev.slipway.rollout.Evidence.LogTail;
import dev.slipway.rollout.Evidence.StoppedTask;
import dev.slipway.text.Hostile;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What ECS says of tasks and what containers log, up to what people read. */
class EvidenceFuzzTest {
  private static final int MAX_SENTENCE = 1_500;
  private static final int MAX_DETAIL = 1_000;
  private static final int MAX_DETAILS = 100;

  /**
   * The input's lines are an exit code, a stop code, reasons of the task, of its container and of
   * the deployment, a message of the service, and from there on the log.
   */
  @FuzzTest
  void whatever_happened_is_diagnosed_in_words_that_can_be_shown(byte[] input) {
    List<String> lines = List.of(Hostile.text(input).split("\n", -1));
    List<String> logged = lines.subList(Math.min(6, lines.size()), lines.size());
    LogTail tail =
        new LogTail("web", "task", logged, Optional.of(at(lines, 5)).filter(_ -> logged.isEmpty()));
    tail.lines().forEach(line -> Hostile.requireLine(line, 300));
    Hostile.require(tail.lines().size() <= 20, "too many lines", tail.toString());

    Evidence evidence =
        new Evidence(
            deployment(at(lines, 4)),
            definition(at(lines, 3)),
            List.of(
                new StoppedTask(
                    "0f1e2d3c",
                    at(lines, 1),
                    at(lines, 2),
                    Optional.of(Instant.EPOCH),
                    List.of(
                        new Container(
                            "web", exitCode(at(lines, 0)), at(lines, 3), logged.isEmpty())))),
            List.of(at(lines, 5)),
            List.of(tail),
            List.of(at(lines, 5)));

    requireShown(Diagnosis.of(evidence));
    Diagnosis.soFar(evidence).ifPresent(EvidenceFuzzTest::requireShown);
  }

  private static void requireShown(Diagnosis diagnosis) {
    Hostile.requireLine(diagnosis.sentence(), MAX_SENTENCE);
    Hostile.require(!diagnosis.sentence().isBlank(), "it says nothing", diagnosis.toString());
    diagnosis.details().forEach(detail -> Hostile.requireLine(detail, MAX_DETAIL));
    Hostile.require(
        diagnosis.details().size() <= MAX_DETAILS, "too many details", diagnosis.toString());
  }

  private static String at(List<String> lines, int index) {
    return index < lines.size() ? lines.get(index) : "";
  }

  private static OptionalInt exitCode(String text) {
    try {
      return OptionalInt.of(Integer.parseInt(text));
    } catch (NumberFormatException _) {
      return OptionalInt.empty();
    }
  }

  /** One whose health check is a text of the image's author, too. */
  private static TaskDefinition definition(String command) {
    ObjectNode response = Json.object();
    ObjectNode definition = response.putObject("taskDefinition");
    definition.put("taskDefinitionArn", "arn:aws:ecs:us-east-1:123456789012:task-definition/web:3");
    ObjectNode container = definition.putArray("containerDefinitions").addObject();
    container.put("name", "web").put("image", "nginx").put("memory", 512);
    container.putObject("healthCheck").putArray("command").add("CMD-SHELL").add(command);
    return TaskDefinition.parse(response);
  }

  private static ServiceDeployment deployment(String reason) {
    return new ServiceDeployment(
        "arn:aws:ecs:us-east-1:123456789012:service-deployment/main/web/abc",
        "arn:aws:ecs:us-east-1:123456789012:service-revision/main/web/3",
        Status.ROLLBACK_IN_PROGRESS,
        Optional.of(reason),
        Instant.EPOCH,
        Optional.empty(),
        List.of(),
        0,
        Optional.of(
            new Rollback(
                Optional.of(reason),
                Optional.of(Instant.EPOCH),
                Optional.of("service-revision/main/web/2"))),
        true,
        List.of(reason));
  }
}
